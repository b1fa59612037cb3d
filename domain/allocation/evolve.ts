import { recipeOf } from '../kit.ts';
import { minQty, qty } from '../quantity.ts';
import { valueAt, valuesOf, withEntry, withoutEntry } from '../stock/orderedMap.ts';
import {
  changedBy,
  confirmationFact,
  giftFact,
  lossFact,
  reservationMade,
  reservationTaken,
  shortageFact,
  takeFromQueue,
  takeFromRelease,
  voidFact,
  withFact,
  withLine,
} from './collections.ts';
import { returnedFromDropShip, routedToDropShip } from './dropShip.ts';
import type { AllocationEvent, AllocationFulfilled, AllocationReleasedBack } from './events.ts';
import { answered, backToUnsourced, refused, released } from './evolveReleases.ts';
import { type AllocatedLine, type AllocationState, newLine } from './state.ts';
import { shippedFromNode } from './together.ts';

// Every function here names the two sides of a move in one place, so that the open buckets of a line always add up.

type Data<T extends AllocationEvent['type']> = Extract<AllocationEvent, { type: T }>['data'];

const started = (state: AllocationState, data: Data<'AllocationStarted'>): AllocationState => {
  let next: AllocationState = { ...state, started: data };
  for (const { lineId, item, qty: text, ...rest } of data.lines) {
    const line = { ...newLine(lineId, item, qty(text)), ...recipeOf(rest) };
    next = { ...next, lines: withEntry(next.lines, lineId, line) };
  }
  return next;
};

const demandAdded = (state: AllocationState, data: Data<'AllocationDemandAdded'>): AllocationState => {
  const { started: begun } = state;
  const isNew = ({ lineId }: { readonly lineId: string }) => valueAt(state.lines, lineId) === undefined;
  const unknown = data.lines
    .filter(isNew)
    .map(({ lineId, item, ...of }) => ({ lineId, item, qty: '0', ...recipeOf(of) }));
  let next = begun === null ? state : { ...state, started: { ...begun, lines: [...begun.lines, ...unknown] } };
  for (const { lineId, item, qty: text, ...of } of data.lines) {
    const line = valueAt(next.lines, lineId) ?? { ...newLine(lineId, item, 0n), ...recipeOf(of) };
    const [demand, added] = [line.demand + qty(text), line.added + qty(text)];
    const unsourced = line.unsourced + qty(text);
    next = { ...next, lines: withEntry(next.lines, lineId, { ...line, demand, added, unsourced }) };
  }
  return next;
};

const reserved = (state: AllocationState, data: Data<'AllocationReserved'>): AllocationState => {
  const amount = qty(data.qty);
  const before =
    data.from === 'BACKORDERED'
      ? withLine(takeFromQueue(state, data.lineId, amount, data.node), data.lineId, (line) => ({
          ...line,
          reserved: line.reserved + amount,
        }))
      : withLine(state, data.lineId, (line) => ({
          ...line,
          unsourced: line.unsourced - amount,
          reserved: line.reserved + amount,
        }));
  return reservationMade(before, data);
};

const promised = ({ expectedDate, leadTimeDays }: Data<'LineBackordered' | 'PromiseChanged'>) => ({
  expectedDate,
  ...(leadTimeDays === undefined ? {} : { leadTimeDays }),
});

const backordered = (state: AllocationState, data: Data<'LineBackordered'>): AllocationState => {
  const amount = qty(data.qty);
  return withLine(state, data.lineId, (line) => ({
    ...line,
    unsourced: line.unsourced - amount,
    backordered: line.backordered + amount,
    queued: withEntry(line.queued, data.node, {
      node: data.node,
      qty: (valueAt(line.queued, data.node)?.qty ?? 0n) + amount,
      ...promised(data),
    }),
  }));
};

const promiseChanged = (state: AllocationState, data: Data<'PromiseChanged'>): AllocationState =>
  withLine(state, data.lineId, (line) => {
    const place = valueAt(line.queued, data.node);
    if (place === undefined) return line;
    const { node, qty: waiting } = place;
    return { ...line, queued: withEntry(line.queued, node, { node, qty: waiting, ...promised(data) }) };
  });

const lost = (state: AllocationState, data: Data<'AllocationReservationLost'>): AllocationState => {
  const amount = qty(data.qty);
  const taken =
    data.from === 'RESERVED'
      ? reservationTaken(state, data.reservationId, amount)
      : takeFromQueue(state, data.lineId, amount, data.node);
  return withLine(taken, data.lineId, (line) => ({ ...line, unsourced: line.unsourced + amount }));
};

/** Counts what has left a node; negative when a void brings it back. */
const leftFrom = (line: AllocatedLine, node: string | undefined, amount: bigint): AllocatedLine['shippedFrom'] => {
  if (node === undefined) return line.shippedFrom;
  const sum = shippedFromNode(line, node) + amount;
  return sum > 0n ? withEntry(line.shippedFrom, node, { node, qty: sum }) : withoutEntry(line.shippedFrom, node);
};

const shipped = (
  state: AllocationState,
  releaseId: string,
  line: AllocationFulfilled['data']['lines'][number],
): AllocationState => {
  const allocated = qty(line.from.allocated);
  const node = valueAt(state.releases, releaseId)?.node;
  let next = takeFromRelease(state, releaseId, line.lineId, qty(line.qty), line.leftFrom);
  for (const part of line.reservations) next = reservationTaken(next, part.reservationId, qty(part.qty));
  for (const place of line.queued) next = takeFromQueue(next, line.lineId, qty(place.qty), place.node);
  return withLine(next, line.lineId, (before) => ({
    ...before,
    allocated: before.allocated - allocated,
    unsourced: before.unsourced - qty(line.from.unsourced),
    shipped: before.shipped + qty(line.qty),
    shippedFrom: leftFrom(before, node, qty(line.qty)),
    overshipped: before.overshipped + qty(line.overshipped),
    dropship: before.dropship - qty(line.from.dropship ?? '0'),
    absorbed: before.absorbed || (line.from.allocated !== line.qty && line.from.dropship !== line.qty),
  }));
};

const releasedBack = (state: AllocationState, data: AllocationReleasedBack['data']): AllocationState => {
  const { from, lineId } = data;
  let next = state;
  for (const part of data.reservations) {
    next =
      part.releaseId === undefined
        ? reservationTaken(next, part.reservationId, qty(part.qty))
        : takeFromRelease(next, part.releaseId, lineId, qty(part.qty), [part]);
  }
  for (const place of data.queued) next = takeFromQueue(next, lineId, qty(place.qty), place.node);
  const dropship = qty(from.dropship ?? '0');
  if (data.poId !== undefined) next = takeFromRelease(next, data.poId, lineId, dropship);
  const others = qty(from.unsourced) + qty(from.backordered) + qty(from.reserved) + qty(from.allocated);
  next = withLine(next, lineId, (line) => ({
    ...line,
    unsourced: line.unsourced - qty(from.unsourced),
    allocated: line.allocated - qty(from.allocated),
    dropship: line.dropship - dropship,
    cancelled: line.cancelled + others + dropship,
  }));
  return changedBy(next, data);
};

/** A void brings all of them back, a loss what of them was lost. */
const giftsLeft = (
  { gifts }: AllocatedLine,
  { shipmentId, lossId }: Pick<Data<'AllocationReopened'>, 'shipmentId' | 'lossId'>,
  lost: bigint,
): AllocatedLine['gifts'] => {
  if (lossId === undefined) return gifts.filter((gift) => gift.shipmentId !== shipmentId);
  let left = lost;
  return gifts.flatMap((gift) => {
    const gone = gift.shipmentId === shipmentId ? minQty(left, gift.qty) : 0n;
    left -= gone;
    return gone === gift.qty ? [] : [{ ...gift, qty: gift.qty - gone }];
  });
};

const reopened = (state: AllocationState, data: Data<'AllocationReopened'>): AllocationState => {
  const { shipmentId, lossId } = data;
  const node = [...valuesOf(state.releases)].find((release) => release.shipmentId === shipmentId)?.node;
  return data.lines.reduce(
    (next, { lineId, qty: text, overshipped, gifted = '0' }) =>
      withLine(next, lineId, (line) => ({
        ...line,
        shipped: line.shipped - qty(text),
        shippedFrom: leftFrom(line, node, -qty(text)),
        overshipped: line.overshipped - qty(overshipped),
        gifts: giftsLeft(line, data, qty(gifted)),
        unsourced: line.unsourced + qty(text) - qty(overshipped),
      })),
    withFact(state, lossId === undefined ? voidFact(shipmentId) : lossFact(shipmentId, lossId)),
  );
};

const gifted = (state: AllocationState, data: Data<'OvershipmentGifted'>): AllocationState => {
  const { resolutionId, shipmentId, lineId } = data;
  return withLine(withFact(state, giftFact(resolutionId)), lineId, (line) => ({
    ...line,
    gifts: [...line.gifts, { shipmentId, qty: qty(data.qty) }],
    overshipped: line.overshipped + qty(data.reopened),
    unsourced: line.unsourced + qty(data.reopened),
  }));
};

/** Total; never refuses and never mutates. */
export const evolveAllocation = (state: AllocationState, event: AllocationEvent): AllocationState => {
  switch (event.type) {
    case 'AllocationStarted':
      return started(state, event.data);
    case 'AllocationDemandAdded':
      return demandAdded(state, event.data);
    case 'ErpGateOpened':
      return { ...state, gateOpen: true };
    case 'SourcingDecided':
      return withLine(state, event.data.lineId, (line) => ({ ...line, decisionId: event.data.decisionId }));
    case 'AllocationReserved':
      return reserved(state, event.data);
    case 'LineBackordered':
      return backordered(state, event.data);
    case 'PromiseChanged':
      return promiseChanged(state, event.data);
    case 'AllocationReservationLost':
      return lost(state, event.data);
    case 'LineRoutedToDropShip':
      return routedToDropShip(state, event.data);
    case 'LineReturnedFromDropShip':
      return returnedFromDropShip(state, event.data);
    case 'AllocationReleased':
      return released(state, event.data);
    case 'WarehouseAccepted':
      return answered(state, event.data.releaseId, 'ACCEPTED');
    case 'WarehouseRefused':
      return refused(state, event.data);
    case 'AllocationFulfilled':
      return event.data.lines.reduce(
        (next, line) => shipped(next, event.data.releaseId, line),
        withFact(state, confirmationFact(event.data.releaseId, event.data.confirmationId)),
      );
    case 'AllocationShorted':
      return withFact(
        backToUnsourced(state, event.data.releaseId, { ...event.data, qty: event.data.shortQty }),
        shortageFact(event.data.releaseId, event.data.shortageId, event.data.lineId),
      );
    case 'AllocationReleasedBack':
      return releasedBack(state, event.data);
    case 'AllocationReopened':
      return reopened(state, event.data);
    case 'OvershipmentGifted':
      return gifted(state, event.data);
    default:
      return state;
  }
};
