import { refuse } from '../decider.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import { valueAt } from '../stock/orderedMap.ts';
import { dropShipReservation, refusalFact } from './dropShip.ts';
import type { AllocationEvent } from './events.ts';
import { evolveAllocation } from './evolve.ts';
import { type Decision, identityOf, type Of, unknownLine } from './sourcingDecisions.ts';
import { type AllocationState, lineOf, releasedOpen } from './state.ts';

export const routeToDropShip = (command: Of<'RouteToDropShip'>, state: AllocationState): Decision => {
  const { type: _type, lines, ...order } = command;
  const known = valueAt(state.releases, command.poId);
  const events: AllocationEvent[] = [];
  for (const { lineId, qty: wanted, ...terms } of lines) {
    const line = lineOf(state, lineId);
    if (line === undefined) return unknownLine(state, lineId);
    const reservationId = dropShipReservation(command.poId, lineId);
    const amount = minQty(qty(wanted), line.unsourced);
    if (amount <= 0n || (known !== undefined && valueAt(known.lines, reservationId) !== undefined)) continue;
    const goods = { lineId, item: line.item, reservationId, qty: qtyText(amount) };
    events.push({ type: 'LineRoutedToDropShip', data: { ...identityOf(state), ...order, ...goods, ...terms } });
  }
  return events;
};

/** What has left or was cancelled meanwhile is not there to be refused; the rest goes back to sourcing. */
export const recordDropShipRefused = (command: Of<'RecordDropShipRefused'>, state: AllocationState): Decision => {
  const { poId, refusalId } = command;
  if (valueAt(state.facts, refusalFact(poId, refusalId)) !== undefined) return [];
  const events: AllocationEvent[] = [];
  let now = state;
  for (const { lineId, qty: text, code } of command.lines) {
    const order = valueAt(now.releases, poId);
    if (order === undefined)
      return refuse('NOT_FOUND', `Purchase order ${poId} does not belong to this order.`, { poId });
    const line = lineOf(now, lineId);
    if (line === undefined) return unknownLine(state, lineId);
    const amount = minQty(qty(text), releasedOpen(order, lineId));
    if (amount <= 0n) continue;
    const goods = { lineId, item: line.item, reservationId: dropShipReservation(poId, lineId), qty: qtyText(amount) };
    const event: AllocationEvent = {
      type: 'LineReturnedFromDropShip',
      data: { ...identityOf(state), poId, refusalId, supplier: order.node, ...goods, code },
    };
    events.push(event);
    now = evolveAllocation(now, event);
  }
  return events;
};
