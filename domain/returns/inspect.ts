import { type Refusal, refuse } from '../decider.ts';
import { minorText } from '../money.ts';
import { qty, qtyText } from '../quantity.ts';
import type { ReturnCommand } from './commands.ts';
import type { ReturnInspected } from './events.ts';
import { evolveReturn } from './evolve.ts';
import { type Authorised, headOf } from './head.ts';
import type { StateLine } from './state.ts';
import { costsOf, inQuarantine, outstandingOf, progressOf, quarantinedCosts, type ReturnState } from './state.ts';

type Inspect = Extract<ReturnCommand, { readonly type: 'Inspect' }>;
type InspectedLine = Inspect['lines'][number];

/** What may be decided of a line: goods in quarantine, goods that did not come and are left to the customer, or goods that came. */
const roomFor = (line: StateLine, { disposition, from }: InspectedLine): bigint => {
  if (from === 'QUARANTINE') return inQuarantine(line);
  const progress = progressOf(line);
  return disposition === 'KEEP' ? outstandingOf(progress) : line.received + line.kept - line.inspected;
};

const eventsOf = (
  command: Inspect,
  authorised: Authorised,
  state: ReturnState,
  wanted: InspectedLine,
): readonly ReturnInspected[] | Refusal => {
  const { shipmentLineId, disposition, from } = wanted;
  const line = state.lines.find((each) => each.shipmentLineId === shipmentLineId);
  if (line === undefined) {
    return refuse('LINE_UNKNOWN', `The return has no line ${shipmentLineId}.`, { lineIds: [shipmentLineId] });
  }
  if (state.ended !== null && from === undefined) {
    return refuse('RETURN_NOT_OPEN', `The return is ${state.ended}; only goods in quarantine are decided about.`);
  }
  const amount = qty(wanted.qty);
  const room = roomFor(line, wanted);
  if (amount > room) {
    const detail = `${room} of line ${shipmentLineId} can become ${disposition}, not ${amount}.`;
    return refuse('QTY_EXCEEDS_RECEIVED', detail, { shipmentLineId, disposition, possible: qtyText(room) });
  }
  const { inspectionId, contentSha256, inspectedAt, inspectedBy } = command;
  const { soldTo, currency, sale } = authorised;
  const { lineId, item, itemGroup } = line;
  const costs = from === 'QUARANTINE' ? quarantinedCosts(line, amount) : costsOf(line, amount);
  return costs.map(({ qty: size, unitCost, cost, owned }) => ({
    type: 'ReturnInspected',
    data: {
      ...headOf(authorised),
      ...{ inspectionId, contentSha256, inspectedAt, inspectedBy, soldTo, currency, sale },
      ...{ shipmentLineId, lineId, item },
      ...(itemGroup === undefined ? {} : { itemGroup }),
      ...{ qty: size, disposition },
      ...(from === undefined ? {} : { from }),
      ...{ unitCost, cost: minorText(cost) },
      ...(owned === undefined ? {} : { owned: { ...owned, cost: minorText(owned.cost) } }),
    },
  }));
};

/** Whoever authorised a return does not say what came back (spec 4.12). */
export const inspect = (
  command: Inspect,
  authorised: Authorised,
  before: ReturnState,
): readonly ReturnInspected[] | Refusal => {
  const { inspectionId, contentSha256, inspectedBy } = command;
  const known = before.inspections.find(({ id }) => id === inspectionId);
  if (known !== undefined) {
    return known.contentSha256 === contentSha256
      ? []
      : refuse('BUSINESS_KEY_REUSED', `Inspection ${inspectionId} was recorded before with other content.`, {
          inspectionId,
        });
  }
  if (inspectedBy === authorised.authorisedBy) {
    return refuse('SOD_VIOLATION', `${inspectedBy} authorised this return and does not inspect it.`);
  }
  const events: ReturnInspected[] = [];
  let state = before;
  for (const line of command.lines) {
    const found = eventsOf(command, authorised, state, line);
    if ('refused' in found) return found;
    events.push(...found);
    state = found.reduce(evolveReturn, state);
  }
  return events;
};
