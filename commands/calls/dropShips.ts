import type { DropShipCommand } from '../../domain/dropShip/commands.ts';
import { dropShipDecider } from '../../domain/dropShip/dropShip.ts';
import type { DropShipState } from '../../domain/dropShip/state.ts';
import type { Outcome, Violation } from '../application.ts';
import { carryOut } from '../carryOut.ts';
import { invalid, noSuch, violation } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { AppPorts } from './callPorts.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import { acknowledgementCommand, billCommand, billDateViolation, shipNoticeCommand } from './dropShipContent.ts';
import type { DropShipCalls } from './dropShipInputs.ts';
import { type FoundStream, findStream } from './findStream.ts';
import { linesInBase } from './returnLines.ts';

// What a supplier says of a purchase order by our API. Each document is one fact and has one effect.

type Found = FoundStream<DropShipState>;
type Of = { readonly poId: string };

/** Finds the purchase order, lets `content` make a command of what was said, and carries it out. */
const say = async (
  ports: AppPorts,
  { poId, ifMatch }: Of & { readonly ifMatch?: number | undefined },
  context: CommandContext,
  content: (found: Found) => { readonly violations: readonly Violation[]; readonly command: DropShipCommand },
): Promise<Outcome<Of>> => {
  const found = await findStream(ports, dropShipDecider, poId);
  if (found === undefined) return noSuch('purchase order', poId);
  const { violations, command } = content(found);
  if (violations.length > 0) return invalid(violations);
  const work = { decider: dropShipDecider, stream: found.stream, command, ifMatch };
  return carryOut(ports.executor, work, context, () => ({ poId }));
};

const itemIn =
  ({ state }: Found) =>
  ({ lineId }: { readonly lineId: string }): string | undefined =>
    state.lines.find((line) => line.lineId === lineId)?.item;

const inBase = <Line extends { readonly lineId: string; readonly qty: string; readonly uom?: string }>(
  ports: AppPorts,
  found: Found,
  list: string,
  lines: readonly Line[],
) => linesInBase({ catalog: ports.catalog.current(), bu: found.bu, list, named: 'lineId' }, lines, itemIn(found));

/** What was recorded before is answered again, however long ago that was. */
const unlessKnown = (
  known: DropShipState['notices'],
  id: string,
  untimely: Violation | undefined,
): readonly Violation[] => (untimely === undefined || known.some((each) => each.id === id) ? [] : [untimely]);

const acknowledge =
  (ports: AppPorts): DropShipCalls['acknowledgeDropShip'] =>
  (said, context) =>
    say(ports, said, context, (found) => {
      const accepted = inBase(ports, found, 'accepted', said.accepted);
      const refused = inBase(ports, found, 'refused', said.refused);
      const isEmpty = said.accepted.length + said.refused.length === 0;
      const nothing = isEmpty ? [violation('/accepted', 'LINES_MISSING', 'There is at least one line.')] : [];
      const command = acknowledgementCommand({ ...said, accepted: accepted.lines, refused: refused.lines });
      return { violations: [...nothing, ...accepted.violations, ...refused.violations], command };
    });

const shipNotice =
  (ports: AppPorts): DropShipCalls['recordDropShipNotice'] =>
  (said, context) =>
    say(ports, said, { ...context, occurredAt: said.shippedAt }, (found) => {
      const { violations, lines } = inBase(ports, found, 'lines', said.lines);
      const untimely = claimedTimeViolation('/shippedAt', said.shippedAt, ports.clock());
      const late = unlessKnown(found.state.notices, said.supplierAsn, untimely);
      return { violations: [...late, ...violations], command: shipNoticeCommand({ ...said, lines }) };
    });

const bill =
  (ports: AppPorts): DropShipCalls['matchSupplierBill'] =>
  (said, context) =>
    say(ports, said, context, (found) => {
      const { violations, lines } = inBase(ports, found, 'lines', said.lines);
      const untimely = billDateViolation('/billDate', said.billDate, ports.clock());
      const late = unlessKnown(found.state.bills, said.billId, untimely);
      return { violations: [...late, ...violations], command: billCommand({ ...said, lines }) };
    });

export const dropShipCalls = (ports: AppPorts): DropShipCalls => ({
  acknowledgeDropShip: acknowledge(ports),
  recordDropShipNotice: shipNotice(ports),
  matchSupplierBill: bill(ports),
  dropShipOwner: async (poId) => {
    const placed = (await findStream(ports, dropShipDecider, poId))?.state.placed ?? undefined;
    return placed && { bu: placed.bu, supplier: placed.supplier };
  },
});
