import { minQty, qty } from '../quantity.ts';
import { valueAt, valuesOf, withEntry, withoutEntry } from '../stock/orderedMap.ts';
import type { AllocationReleasedBack, AllocationReserved, ReservationPart } from './events.ts';
import { type AllocatedLine, type AllocationState, nothingOpen, type Release, releasedOpen } from './state.ts';

// Each function keeps one collection and the sums over it together, so the two cannot drift apart.

export const withLine = (
  state: AllocationState,
  lineId: string,
  change: (line: AllocatedLine) => AllocatedLine,
): AllocationState => {
  const line = valueAt(state.lines, lineId);
  return line === undefined ? state : { ...state, lines: withEntry(state.lines, lineId, change(line)) };
};

export const withRelease = (state: AllocationState, release: Release): AllocationState => ({
  ...state,
  releases: withEntry(state.releases, release.releaseId, release),
});

export const reservationMade = (state: AllocationState, data: AllocationReserved['data']): AllocationState => {
  const { reservationId, lineId, node } = data;
  const recorded = qty(data.qty);
  const entry = { reservationId, lineId, node, recorded, open: recorded };
  return withLine({ ...state, reservations: withEntry(state.reservations, reservationId, entry) }, lineId, (line) => ({
    ...line,
    reservationIds: [...line.reservationIds, reservationId],
  }));
};

/** Takes `amount` out of what a reservation still holds here, and out of its line's reserved quantity. */
export const reservationTaken = (state: AllocationState, reservationId: string, amount: bigint): AllocationState => {
  const found = valueAt(state.reservations, reservationId);
  if (found === undefined) return state;
  const open = found.open - amount;
  const next = { ...found, open };
  return withLine(
    { ...state, reservations: withEntry(state.reservations, reservationId, next) },
    found.lineId,
    (line) => ({
      ...line,
      reserved: line.reserved - amount,
      reservationIds: open > 0n ? line.reservationIds : line.reservationIds.filter((id) => id !== reservationId),
    }),
  );
};

/** Takes `amount` out of the backordered quantity: from the place at `node` first, then from the others. */
export const takeFromQueue = (state: AllocationState, lineId: string, amount: bigint, node: string): AllocationState =>
  withLine(state, lineId, (line) => {
    const places = [...valuesOf(line.queued)].sort((a, b) => Number(b.node === node) - Number(a.node === node));
    let queued = line.queued;
    let left = amount;
    for (const place of places) {
      const part = minQty(left, place.qty);
      left -= part;
      const rest = place.qty - part;
      queued = rest > 0n ? withEntry(queued, place.node, { ...place, qty: rest }) : withoutEntry(queued, place.node);
    }
    return { ...line, backordered: line.backordered - amount, queued };
  });

/**
 * The parts of `amount` that one release holds of a line, by reservation: out of the `named` ones first, because the
 * shipment alone knows which of them moved, then out of the others, oldest first.
 */
export const partsOfRelease = (
  release: Release,
  lineId: string,
  amount: bigint,
  named: readonly ReservationPart[] = [],
) => {
  const ofLine = [...valuesOf(release.lines)].filter((line) => line.lineId === lineId);
  const parts = new Map<string, bigint>();
  let left = amount;
  const take = (reservationId: string, wanted: bigint): void => {
    const open = ofLine.find((line) => line.reservationId === reservationId)?.open ?? 0n;
    const before = parts.get(reservationId) ?? 0n;
    const part = minQty(minQty(left, wanted), open - before);
    if (part <= 0n) return;
    parts.set(reservationId, before + part);
    left -= part;
  };
  for (const each of named) take(each.reservationId, qty(each.qty));
  for (const line of ofLine) take(line.reservationId, line.open);
  return [...parts].flatMap(([reservationId, part]) =>
    ofLine.filter((line) => line.reservationId === reservationId).map((line) => ({ ...line, part })),
  );
};

/** Takes up to `amount` out of what a release still holds of a line. The line's own buckets are the caller's. */
export const takeFromRelease = (
  state: AllocationState,
  releaseId: string,
  lineId: string,
  amount: bigint,
  named?: readonly ReservationPart[],
): AllocationState => {
  const release = valueAt(state.releases, releaseId);
  if (release === undefined || amount === 0n) return state;
  let lines = release.lines;
  for (const { part, ...line } of partsOfRelease(release, lineId, amount, named)) {
    lines = withEntry(lines, line.reservationId, { ...line, open: line.open - part });
  }
  const next = { ...release, lines };
  const after = withRelease(state, next);
  if (releasedOpen(next, lineId) > 0n) return after;
  const others = (valueAt(state.openReleases, lineId) ?? []).filter((id) => id !== releaseId);
  return { ...after, openReleases: withEntry(after.openReleases, lineId, others) };
};

/** Adds what an event took for a change to what that change took of the line before. */
export const changedBy = (state: AllocationState, data: AllocationReleasedBack['data']): AllocationState => {
  const { changeId, lineId, from, toStop } = data;
  const lines = valueAt(state.changes, changeId) ?? null;
  const before = valueAt(lines, lineId)?.from ?? nothingOpen;
  const sum = {
    unsourced: before.unsourced + qty(from.unsourced),
    backordered: before.backordered + qty(from.backordered),
    reserved: before.reserved + qty(from.reserved),
    allocated: before.allocated + qty(from.allocated),
    dropship: before.dropship + qty(from.dropship ?? '0'),
  };
  const entry = { lineId, from: sum, toStop: toStop.map((stop) => ({ ...stop, qty: qty(stop.qty) })) };
  return { ...state, changes: withEntry(state.changes, changeId, withEntry(lines, lineId, entry)) };
};

/** Warehouses choose confirmation and shortage ids; two nodes may choose the same one for one order. */
export const confirmationFact = (releaseId: string, confirmationId: string): string =>
  `confirmation ${releaseId} ${confirmationId}`;
export const shortageFact = (releaseId: string, shortageId: string, lineId: string): string =>
  `shortage ${releaseId} ${shortageId} ${lineId}`;
export const giftFact = (resolutionId: string): string => `gift ${resolutionId}`;
export const lossFact = (shipmentId: string, lossId: string): string => `loss ${shipmentId} ${lossId}`;
export const voidFact = (shipmentId: string): string => `void ${shipmentId}`;

export const withFact = (state: AllocationState, fact: string): AllocationState => ({
  ...state,
  facts: withEntry(state.facts, fact, true),
});
