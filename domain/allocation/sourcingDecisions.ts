import { type Refusal, refuse } from '../decider.ts';
import { composedId } from '../ids.ts';
import { kitsWithout, recipeOf } from '../kit.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import { valueAt } from '../stock/orderedMap.ts';
import type { AllocationCommand } from './commands.ts';
import type { AllocationEvent, AllocationReleased, ReleaseLine } from './events.ts';
import { type AllocatedLine, type AllocationState, lineOf, mayRelease, queuePlaces, releasable } from './state.ts';
import { wouldSplit } from './together.ts';

export type Of<T extends AllocationCommand['type']> = Extract<AllocationCommand, { type: T }>;
export type Decision = readonly AllocationEvent[] | Refusal;

/** What every event of this stream repeats. Only called when the allocation has started. */
export const identityOf = (state: AllocationState): { readonly orderId: string; readonly bu: string } => ({
  orderId: state.started?.orderId ?? '',
  bu: state.started?.bu ?? '',
});

export const unknownLine = (state: AllocationState, lineId: string): Refusal =>
  refuse('LINE_UNKNOWN', `Order ${state.started?.orderId ?? '?'} has no line ${lineId}.`, { lineId });

export const start = (command: Of<'StartAllocation'>, state: AllocationState): Decision => {
  if (state.started !== null) return [];
  const { type: _type, ...data } = command;
  const lines = data.lines.filter((line) => qty(line.qty) > 0n);
  return lines.length === 0 ? [] : [{ type: 'AllocationStarted', data: { ...data, lines } }];
};

/** A decision made on other quantities than those that are unsourced now is stale as a whole: nothing happens, decide again. */
export const decideSourcing = (command: Of<'DecideSourcing'>, state: AllocationState): Decision => {
  const { decisionId, policyVersion } = command;
  const events: AllocationEvent[] = [];
  for (const { lineId, demand, picks, shortage, ...rest } of command.lines) {
    const line = lineOf(state, lineId);
    if (line === undefined) return unknownLine(state, lineId);
    const sum = picks.reduce((total, pick) => total + qty(pick.qty), qty(shortage));
    if (sum !== qty(demand) || picks.some((pick) => qty(pick.qty) <= 0n) || qty(shortage) < 0n) {
      const detail = `Picks and shortage of line ${lineId} come to ${sum}, the demand is ${demand}.`;
      return refuse('SOURCING_UNBALANCED', detail, { lineId, demand, sum: qtyText(sum) });
    }
    if (line.decisionId === decisionId || line.unsourced !== qty(demand) || line.unsourced === 0n) return [];
    const data = {
      ...identityOf(state),
      decisionId,
      lineId,
      item: line.item,
      demand,
      picks,
      shortage,
      policyVersion,
      ...rest,
    };
    events.push({ type: 'SourcingDecided', data });
  }
  return events;
};

const placeLost = (
  state: AllocationState,
  { lineId, item }: AllocatedLine,
  place: { readonly node: string; readonly qty: string },
  cause: string,
): AllocationEvent => ({
  type: 'AllocationReservationLost',
  data: {
    ...identityOf(state),
    lineId,
    item,
    reservationId: composedId('queue', lineId, place.node),
    ...place,
    from: 'BACKORDERED',
    cause,
  },
});

export const recordReservation = (command: Of<'RecordReservation'>, state: AllocationState): Decision => {
  const { lineId, reservationId, node, from, shipDate, closed = [] } = command;
  const line = lineOf(state, lineId);
  if (line === undefined) return unknownLine(state, lineId);
  if (valueAt(state.reservations, reservationId) !== undefined) return [];
  const amount = minQty(qty(command.qty), from === 'UNSOURCED' ? line.unsourced : line.backordered);
  if (amount <= 0n) return [];
  const isClosed = closed.includes(node);
  if (isClosed || wouldSplit(state, line, node, closed)) {
    const place = valueAt(line.queued, node);
    if (from === 'UNSOURCED' || place === undefined) return [];
    const cause = isClosed ? 'NODE_CLOSED' : 'SPLIT_NOT_ALLOWED';
    return [placeLost(state, line, { node, qty: qtyText(minQty(amount, place.qty)) }, cause)];
  }
  const data = { ...identityOf(state), lineId, item: line.item, reservationId, node, qty: qtyText(amount), from };
  return [{ type: 'AllocationReserved', data: shipDate === undefined ? data : { ...data, shipDate } }];
};

export const recordReservationFailed = (command: Of<'RecordReservationFailed'>, state: AllocationState): Decision => {
  const { type: _type, ...failed } = command;
  const line = lineOf(state, command.lineId);
  if (line === undefined) return unknownLine(state, command.lineId);
  return [{ type: 'AllocationReservationFailed', data: { ...identityOf(state), ...failed, item: line.item } }];
};

/** What was released to a warehouse cannot be lost here: if the goods are missing, the warehouse reports a shortage. */
export const recordReservationLost = (command: Of<'RecordReservationLost'>, state: AllocationState): Decision => {
  const reservation = valueAt(state.reservations, command.reservationId);
  const line = lineOf(state, command.lineId);
  if (line === undefined || reservation === undefined || reservation.lineId !== line.lineId) return [];
  const per = line.components?.find(({ item }) => item === command.component)?.qty;
  const missing = per === undefined ? qty(command.qty) : kitsWithout(qty(command.qty), qty(per));
  const amount = minQty(missing, reservation.open);
  if (amount <= 0n) return [];
  const { reservationId, cause, lineId } = command;
  const { node } = reservation;
  const data = {
    ...identityOf(state),
    lineId,
    item: line.item,
    reservationId,
    node,
    qty: qtyText(amount),
    from: 'RESERVED' as const,
    cause,
  };
  return [{ type: 'AllocationReservationLost', data }];
};

export const backorder = (command: Of<'Backorder'>, state: AllocationState): Decision => {
  const { lineId, node, reason, expectedDate, shipDate, leadTimeDays } = command;
  const line = lineOf(state, lineId);
  if (line === undefined) return unknownLine(state, lineId);
  const amount = minQty(qty(command.qty), line.unsourced);
  if (amount <= 0n) return [];
  const dates = {
    expectedDate,
    ...(shipDate === undefined ? {} : { shipDate }),
    ...(leadTimeDays === undefined ? {} : { leadTimeDays }),
  };
  const data = { ...identityOf(state), lineId, item: line.item, qty: qtyText(amount), node, reason, ...dates };
  return [{ type: 'LineBackordered', data }];
};

const unqueued = (
  state: AllocationState,
  line: AllocatedLine,
  amount: bigint,
  cause: string,
): readonly AllocationEvent[] => queuePlaces(line, amount).map((place) => placeLost(state, line, place, cause));

export const unqueueBackorder = (command: Of<'UnqueueBackorder'>, state: AllocationState): Decision => {
  const events: AllocationEvent[] = [];
  for (const { lineId, qty: text } of command.lines) {
    const line = lineOf(state, lineId);
    if (line === undefined) return unknownLine(state, lineId);
    events.push(...unqueued(state, line, minQty(qty(text), line.backordered), command.cause));
  }
  return events;
};

export const openErpGate = (state: AllocationState): Decision =>
  state.gateOpen || state.started === null ? [] : [{ type: 'ErpGateOpened', data: identityOf(state) }];

const releaseOf = (
  state: AllocationState,
  node: string,
  ids: { readonly releaseId: string; readonly shipmentId: string },
  lines: readonly ReleaseLine[],
): AllocationReleased => ({
  type: 'AllocationReleased',
  data: { ...identityOf(state), ...ids, node, lines, shipTo: state.started?.shipTo ?? { id: '' } },
});

/**
 * Only reservations that are hard at their stock position may leave. An order that ships complete leaves whole or not
 * at all. A release id that is taken was used by an earlier attempt at the same release: nothing happens twice.
 */
export const release = (command: Of<'Release'>, state: AllocationState): Decision => {
  if (!mayRelease(state)) return [];
  const hardened = new Set(command.hardened);
  const waiting = releasable(state);
  const leaving = waiting.filter((reservation) => hardened.has(reservation.reservationId));
  if (state.started?.shipComplete === true && leaving.length < waiting.length) return [];
  const byNode = new Map<string, ReleaseLine[]>();
  for (const { lineId, node, reservationId, open } of leaving) {
    const known = lineOf(state, lineId);
    const line = { lineId, item: known?.item ?? '', qty: qtyText(open), reservationId, ...recipeOf(known) };
    byNode.set(node, [...(byNode.get(node) ?? []), line]);
  }
  const events: AllocationEvent[] = [];
  for (const [node, lines] of byNode) {
    const ids = Object.hasOwn(command.ids, node) ? command.ids[node] : undefined;
    if (ids === undefined) return refuse('RELEASE_UNKNOWN', `No release id was given for node ${node}.`, { node });
    if (valueAt(state.releases, ids.releaseId) === undefined) events.push(releaseOf(state, node, ids, lines));
  }
  return events;
};
