import type { Decider, Refusal } from '../decider.ts';
import { refuse } from '../decider.ts';
import { qty, qtyText } from '../quantity.ts';
import { recordDelivery, recordTracking } from './carriage.ts';
import type { ShipmentCommand } from './commands.ts';
import { confirm } from './confirm.ts';
import type { PlannedLine, ShipmentEvent } from './events.ts';
import { evolveShipment } from './evolve.ts';
import { decideLosses } from './losses.ts';
import { findOvershipments, resolveOvershipment } from './overshipments.ts';
import { recordPack } from './packing.ts';
import type { Planned } from './parts.ts';
import { claimReturn, freeReturn } from './returns.ts';
import type { ShipmentState } from './state.ts';
import { initialShipment } from './state.ts';
import { recordPick, reduce, reportShort, voidShipment } from './stops.ts';

type Outcome = readonly ShipmentEvent[] | Refusal;
type PlanShipment = Extract<ShipmentCommand, { readonly type: 'PlanShipment' }>;

/** One entry per order line and reservation. */
const merged = (lines: readonly PlannedLine[]): readonly PlannedLine[] => {
  const byPart = new Map<string, PlannedLine>();
  for (const line of lines) {
    const key = `${line.lineId} ${line.reservationId}`;
    const known = byPart.get(key);
    byPart.set(key, known === undefined ? line : { ...known, qty: qtyText(qty(known.qty) + qty(line.qty)) });
  }
  return [...byPart.values()];
};

const planShipment = ({ type: _type, kind = 'WAREHOUSE', lines, ...plan }: PlanShipment): Outcome => [
  { type: 'ShipmentPlanned', data: { ...plan, kind, lines: merged(lines) } },
];

const decidePlanned = (
  command: Exclude<ShipmentCommand, PlanShipment>,
  plan: Planned,
  state: ShipmentState,
): Outcome => {
  switch (command.type) {
    case 'RecordPick':
      return recordPick(command, plan, state);
    case 'RecordPack':
      return recordPack(command, plan, state);
    case 'ConfirmShipment':
      return confirm(command, plan, state);
    case 'ReportShort':
      return reportShort(command, plan, state);
    case 'Reduce':
      return reduce(command, plan, state);
    case 'VoidShipment':
      return voidShipment(command, plan, state);
    case 'RecordTracking':
      return recordTracking(command, plan, state);
    case 'RecordDelivery':
      return recordDelivery(command, plan, state);
    case 'ClaimReturn':
      return claimReturn(command, plan, state);
    case 'FreeReturn':
      return freeReturn(command, plan, state);
    case 'FindOvershipments':
      return findOvershipments(command, plan, state);
    case 'ResolveOvershipment':
      return resolveOvershipment(command, plan, state);
    default:
      return decideLosses(command, plan, state);
  }
};

const decideShipment = (command: ShipmentCommand, state: ShipmentState): Outcome => {
  if (command.type === 'PlanShipment') return state.plan === null ? planShipment(command) : [];
  return state.plan === null
    ? refuse('SHIPMENT_NOT_PLANNED', 'No such shipment was planned.')
    : decidePlanned(command, state.plan, state);
};

/** What one node sends for one order (spec 4.3). */
export const shipmentDecider: Decider<ShipmentState, ShipmentCommand, ShipmentEvent> = {
  category: 'shipment',
  initial: initialShipment,
  decide: decideShipment,
  evolve: evolveShipment,
};
