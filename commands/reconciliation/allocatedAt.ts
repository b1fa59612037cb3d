import type { Recorded, StreamName } from '../../domain/eventLog.ts';
import { qty } from '../../domain/quantity.ts';
import type { StockEvent } from '../../domain/stock/events.ts';
import { movedAt } from '../../domain/stock/moves.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import type { StockState } from '../../domain/stock/state.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import { toDomain } from '../codec.ts';
import { furtherBack, readThrough, type StreamReader } from '../deciding/readStream.ts';
import type { Executor } from '../handle.ts';

type Ports = { readonly executor: Pick<Executor, 'load'>; readonly store: StreamReader };

/** What was recorded behind a moment, up to a revision. */
const recordedAfter = async (
  store: StreamReader,
  stream: StreamName,
  revision: number,
  moment: number,
): Promise<readonly Recorded[]> => {
  let events: Recorded[] = [];
  for (const from of furtherBack(revision)) {
    events = [];
    for await (const event of readThrough(store, stream, from, revision)) events.push(event);
    const [first] = events;
    if (first === undefined || Date.parse(first.recordedAt) <= moment) break;
  }
  return events.filter(({ recordedAt }) => Date.parse(recordedAt) > moment);
};

/** Goods that left by a moment were not allocated any more, whenever their warehouse told of it. */
const isBy = (event: StockEvent, { metadata }: Recorded, moment: number): boolean =>
  event.type === 'StockIssued' && Date.parse(movedAt(event, metadata.occurredAt)) <= moment;

/**
 * By how much more is allocated after these events than before; undefined: a reservation ended that may have been with the
 * warehouse or not, which only its beginning tells.
 */
const allocatedBy = (after: StockState, events: readonly Recorded[], moment: number): bigint | undefined => {
  const isHard = new Map<string, boolean>();
  const told = events.map((recorded) => [toDomain(recorded) as unknown as StockEvent, recorded] as const);
  // What is hardened among these was soft before.
  for (const [event] of told) if (event.type === 'ReservationHardened') isHard.set(event.data.reservationId, false);
  let sum = 0n;
  for (const [event, recorded] of told) {
    if (event.type === 'StockReserved') isHard.set(event.data.reservationId, false);
    else if (event.type === 'ReservationHardened') {
      isHard.set(event.data.reservationId, true);
      sum += qty(event.data.qty);
    } else if (event.type === 'StockIssued' && !isBy(event, recorded, moment)) {
      // What ships was released, and what is released is with the warehouse.
      if (isHard.get(event.data.reservationId) !== false) sum -= qty(event.data.fromReservation);
    } else if (event.type === 'ReservationReleased') {
      const { reservationId, qty: amount, purpose } = event.data;
      const standing = valueAt(after.reservations, reservationId);
      // What a cart or a quote holds is never with the warehouse.
      const known = purpose === undefined ? isHard.get(reservationId) : false;
      const hard = known ?? (standing === undefined ? undefined : standing.kind === 'HARD');
      if (hard === undefined) return undefined;
      if (hard) sum -= qty(amount);
    }
  }
  return sum;
};

const foldedUntil = async (store: StreamReader, stream: StreamName, moment: number): Promise<bigint> => {
  let state: StockState = stockDecider.initial;
  for await (const recorded of store.read(stream)) {
    const event = toDomain(recorded) as unknown as StockEvent;
    if (Date.parse(recorded.recordedAt) <= moment || isBy(event, recorded, moment))
      state = stockDecider.evolve(state, event);
  }
  return state.hard;
};

/**
 * What was allocated to the warehouse at a position at `at`, in base units: what is now without what came since. What we promise
 * and give back happens when it is recorded. Reads what was recorded since, and the whole stream where that does not tell it.
 * Throws `LogUnavailable`.
 */
export const allocatedAt = async ({ executor, store }: Ports, stream: StreamName, at: string): Promise<bigint> => {
  const moment = Date.parse(at);
  const { state, revision } = await executor.load(stockDecider, stream);
  if (revision < 0) return 0n;
  const since = allocatedBy(state, await recordedAfter(store, stream, revision, moment), moment);
  return since === undefined ? foldedUntil(store, stream, moment) : state.hard - since;
};
