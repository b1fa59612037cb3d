import type { Refusal } from '../decider.ts';
import { refuse } from '../decider.ts';
import { maxQty, qty, qtyText } from '../quantity.ts';
import type { ShipmentCommand } from './commands.ts';
import type { ReturnLine, ShipmentEvent } from './events.ts';
import { lostSpans, unbilledLostOf } from './lossState.ts';
import type { Planned } from './parts.ts';
import { headOf } from './parts.ts';
import { inReturns, partsToReturn } from './returnSpans.ts';
import type { ShipmentState } from './state.ts';

type Of<T extends ShipmentCommand['type']> = Extract<ShipmentCommand, { readonly type: T }>;
type Outcome = readonly ShipmentEvent[] | Refusal;
type Claim = Of<'ClaimReturn'>;
type ClaimLine = Claim['lines'][number];

const msPerDay = 86_400_000;

const tooLate = (state: ShipmentState, { authorisedAt, windowDays }: Claim, shipmentLineId: string): boolean => {
  const ids = new Set(
    state.confirmedLines.filter((line) => line.shipmentLineId === shipmentLineId).map((line) => line.confirmationId),
  );
  const left = state.confirmations.filter(({ confirmationId }) => ids.has(confirmationId));
  const last = Math.max(...left.map(({ shippedAt }) => Date.parse(shippedAt)));
  return Date.parse(authorisedAt) - last > windowDays * msPerDay;
};

const lineOf = (state: ShipmentState, command: Claim, line: ClaimLine): ReturnLine | Refusal => {
  const { shipmentLineId, reason } = line;
  const planned = state.lines.find((each) => each.shipmentLineId === shipmentLineId);
  if (planned === undefined) {
    return refuse('LINE_UNKNOWN', `The shipment has no line ${shipmentLineId}.`, { lineIds: [shipmentLineId] });
  }
  if (planned.components !== undefined) {
    const detail = `Line ${shipmentLineId} is a kit. What comes back of one is credited and received by its components.`;
    return refuse('KIT_NOT_RETURNABLE', detail, { shipmentLineId, item: planned.item });
  }
  const amount = qty(line.qty);
  const gone = lostSpans(state).reduce(
    (sum, span) => (span.shipmentLineId === shipmentLineId ? sum + span.to - span.from : sum),
    0n,
  );
  const free = planned.confirmed - inReturns(state, shipmentLineId) - gone;
  if (amount > free) {
    const detail = `${free} of line ${shipmentLineId} have left, are in no return and not lost; ${amount} cannot come back.`;
    return refuse('QTY_EXCEEDS_SHIPPED', detail, { shipmentLineId, returnable: qtyText(free) });
  }
  // Of what is lost, what was billed is credited for that.
  const credited = gone - unbilledLostOf(state, shipmentLineId);
  const billed = qty(line.billed) - inReturns(state, shipmentLineId) - credited;
  if (amount > billed) {
    const detail = `${line.billed} of line ${shipmentLineId} are on invoices that stand; what is not billed is not returned.`;
    return refuse('GOODS_NOT_INVOICED', detail, { shipmentLineId, returnable: qtyText(maxQty(0n, billed)) });
  }
  if (tooLate(state, command, shipmentLineId)) {
    const detail = `Line ${shipmentLineId} left more than ${command.windowDays} days ago.`;
    return refuse('RETURN_WINDOW_CLOSED', detail, { shipmentLineId, windowDays: command.windowDays });
  }
  const { lineId, item } = planned;
  const itemGroup = state.confirmedLines.find((each) => each.shipmentLineId === shipmentLineId)?.itemGroup;
  const parts = partsToReturn(state, shipmentLineId, amount);
  const group = itemGroup === undefined ? {} : { itemGroup };
  const fee = line.restockingPct === undefined ? {} : { restockingPct: line.restockingPct };
  return { shipmentLineId, lineId, item, ...group, qty: line.qty, reason, ...fee, parts };
};

/** The shipment decides what may come back of it, so two returns never have the same goods and none has what is voided. */
export const claimReturn = (command: Claim, plan: Planned, state: ShipmentState): Outcome => {
  const { rmaId, authorisedBy, authorisedAt, expiresOn, sale } = command;
  if (state.returns.some((each) => each.rmaId === rmaId)) return [];
  if (state.voided) return refuse('SHIPMENT_VOIDED', 'The shipment was voided: its goods never left.');
  const lines: ReturnLine[] = [];
  for (const line of command.lines) {
    const found = lineOf(state, command, line);
    if ('refused' in found) return found;
    lines.push(found);
  }
  const { soldTo, currency } = state;
  if (soldTo === null || currency === null) {
    return refuse('SHIPMENT_NOT_CONFIRMED', 'Nothing of this shipment has left, so nothing can come back.');
  }
  const who = { soldTo, currency, authorisedBy, authorisedAt, expiresOn, sale };
  return [{ type: 'ShipmentReturnClaimed', data: { ...headOf(plan), rmaId, ...who, lines } }];
};

export const freeReturn = ({ rmaId, lines }: Of<'FreeReturn'>, plan: Planned, state: ShipmentState): Outcome => {
  const known = state.returns.find((each) => each.rmaId === rmaId);
  if (known === undefined || known.freed || lines.length === 0) return [];
  return [{ type: 'ShipmentReturnFreed', data: { ...headOf(plan), rmaId, lines } }];
};
