import type { OpenBuckets } from '../order/events.ts';
import { absorb, type OpenQuantities } from '../order/quantities.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import { valueAt, valuesOf } from '../stock/orderedMap.ts';
import { partsOfRelease } from './collections.ts';
import type { AllocationEvent, AllocationReleasedBack, GivenBack } from './events.ts';
import { evolveAllocation } from './evolve.ts';
import { bucketsText } from './fulfilmentDecisions.ts';
import { type Decision, identityOf, type Of, unknownLine } from './sourcingDecisions.ts';
import {
  type AllocatedLine,
  type AllocationState,
  givenBack,
  lineOf,
  nothingOpen,
  type Release,
  releasedOpen,
  releasesOf,
  type ToStop,
} from './state.ts';

const eventOf = (
  state: AllocationState,
  changeId: string,
  line: AllocatedLine,
  from: OpenQuantities,
  back: GivenBack,
  toStop: readonly ToStop[],
  poId?: string,
): AllocationReleasedBack => ({
  type: 'AllocationReleasedBack',
  data: {
    ...identityOf(state),
    changeId,
    lineId: line.lineId,
    item: line.item,
    from: bucketsText(from),
    ...back,
    toStop: toStop.map((stop) => ({ ...stop, qty: qtyText(stop.qty) })),
    cause: 'CANCEL',
    ...(poId === undefined ? {} : { poId }),
  },
});

/** Which releases could still be stopped for what could not be given up here: the youngest first, because it is the furthest from leaving. */
const stopsFor = (state: AllocationState, line: AllocatedLine, wanted: bigint): readonly ToStop[] => {
  const stops: ToStop[] = [];
  let left = wanted;
  for (const release of [...releasesOf(state, line.lineId)].reverse()) {
    const { releaseId, shipmentId, node, bucket } = release;
    const supplier = bucket === 'dropship' ? { supplier: true as const } : {};
    const stoppable = releasedOpen(release, line.lineId) - promisedToStop(state, releaseId, line.lineId);
    const part = minQty(left, stoppable);
    if (part <= 0n) continue;
    stops.push({ releaseId, shipmentId, node, ...supplier, qty: part });
    left -= part;
  }
  return stops;
};

/** What earlier changes are already asking this release to stop of a line: two changes must not count the same goods. */
const promisedToStop = (state: AllocationState, releaseId: string, lineId: string): bigint => {
  let sum = 0n;
  for (const lines of valuesOf(state.changes)) {
    for (const stop of valueAt(lines, lineId)?.toStop ?? []) if (stop.releaseId === releaseId) sum += stop.qty;
  }
  return sum;
};

const giveUp = (
  state: AllocationState,
  changeId: string,
  line: AllocatedLine,
  wanted: bigint,
  isWhole: boolean,
): AllocationReleasedBack => {
  const { from: taken, rest } = absorb({ ...line, allocated: 0n }, wanted);
  if (isWhole && rest > 0n) return eventOf(state, changeId, line, nothingOpen, { reservations: [], queued: [] }, []);
  const from = { ...taken, dropship: 0n };
  const toStop = stopsFor(state, line, rest);
  return eventOf(state, changeId, line, from, givenBack(state, line, from), toStop);
};

type Stopped = Of<'Deallocate'>['stopped'][number];

/**
 * Stock takes back what the shipment took off, reservation by reservation: what of it will not leave any more does not
 * depend on what this release still counts as open.
 */
const partsBack = (release: Release, { lineId, reservations }: Stopped, amount: bigint): GivenBack => {
  const { node, releaseId } = release;
  const parts =
    reservations ??
    partsOfRelease(release, lineId, amount).map(({ reservationId, part }) => ({ reservationId, qty: qtyText(part) }));
  return { reservations: parts.map((part) => ({ ...part, node, releaseId })), queued: [] };
};

/** The warehouse's or supplier's answer counts once, as far as this change asked for it and the goods have not left. */
const takeStopped = (
  state: AllocationState,
  changeId: string,
  stopped: Stopped,
): AllocationReleasedBack | undefined => {
  const { releaseId, lineId } = stopped;
  const asked = valueAt(valueAt(state.changes, changeId) ?? null, lineId);
  const line = lineOf(state, lineId);
  const release = valueAt(state.releases, releaseId);
  if (line === undefined || release === undefined || asked === undefined) return undefined;
  const stop = asked.toStop.find((candidate) => candidate.releaseId === releaseId);
  if (stop === undefined) return undefined;
  const held = minQty(minQty(qty(stopped.qty), stop.qty), releasedOpen(release, lineId));
  const toStop = asked.toStop.filter((candidate) => candidate.releaseId !== releaseId);
  if (release.bucket === 'dropship') {
    const from = { ...nothingOpen, dropship: minQty(held, line.dropship) };
    return eventOf(state, changeId, line, from, { reservations: [], queued: [] }, toStop, releaseId);
  }
  const allocated = minQty(held, line.allocated);
  return eventOf(state, changeId, line, { ...nothingOpen, allocated }, partsBack(release, stopped, held), toStop);
};

/**
 * What can be stopped here is given up at once: unsourced, backordered, reserved, in that order. The rest is listed in
 * `toStop`, as far as warehouses hold it; their answers come in `stopped`, 0 included. What is given up only as a `whole` is
 * asked of nobody. Each change takes from a line once
 * (an event says so even when there was nothing to take), and each of its questions is answered once.
 */
export const deallocate = (command: Of<'Deallocate'>, state: AllocationState): Decision => {
  const { changeId } = command;
  const events: AllocationEvent[] = [];
  let now = state;
  const add = (event: AllocationEvent | undefined) => {
    if (event === undefined) return;
    events.push(event);
    now = evolveAllocation(now, event);
  };
  for (const { lineId, qty: text } of command.lines) {
    const line = lineOf(now, lineId);
    if (line === undefined) return unknownLine(state, lineId);
    const changed = valueAt(valueAt(now.changes, changeId) ?? null, lineId);
    if (changed === undefined) add(giveUp(now, changeId, line, qty(text), command.whole === true));
  }
  for (const stopped of command.stopped) add(takeStopped(now, changeId, stopped));
  return events;
};

/** The lines of `RecordCancel`: everything this change has stopped so far, and what warehouses still have to answer. */
export const cancelAnswer = (
  state: AllocationState,
  changeId: string,
  lineIds: readonly string[],
): readonly {
  readonly lineId: string;
  readonly cancelledQty: string;
  readonly from: OpenBuckets;
  readonly pendingQty: string;
  readonly refusedReason: string;
}[] =>
  lineIds.map((lineId) => {
    const changed = valueAt(valueAt(state.changes, changeId) ?? null, lineId);
    const from = changed?.from ?? nothingOpen;
    const pending = (changed?.toStop ?? []).reduce((sum, stop) => sum + stop.qty, 0n);
    return {
      lineId,
      cancelledQty: qtyText(from.unsourced + from.backordered + from.reserved + from.allocated + from.dropship),
      from: bucketsText(from),
      pendingQty: qtyText(pending),
      refusedReason: 'SHIPPED_OR_NOT_STOPPABLE',
    };
  });

/** What is still to be asked of one release for one change. */
export const stillToStop = (
  state: AllocationState,
  changeId: string,
  releaseId: string,
): readonly { readonly lineId: string; readonly qty: string }[] =>
  [...valuesOf(valueAt(state.changes, changeId) ?? null)].flatMap(({ lineId, toStop }) =>
    toStop.filter((stop) => stop.releaseId === releaseId).map((stop) => ({ lineId, qty: qtyText(stop.qty) })),
  );
