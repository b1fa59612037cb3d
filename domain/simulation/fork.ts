import type { Day } from '../calendar.ts';
import type { RecordedDomainEvent } from '../events.ts';
import { createComparison, type Forked, type SimulationResult } from './comparison.ts';
import { openOf } from './demand.ts';
import { follow } from './follow.ts';
import { adopt, hear, type Named } from './hear.ts';
import type { SimulatedPolicy } from './policy.ts';
import type { InTurns } from './settle.ts';
import { branch, emptyWorld, reservedOf, type World } from './world.ts';

/**
 * Of what makes the answer. With another version the same question may have another answer, so it is a part of every question.
 */
export const simulationVersion = 3;

/** First and last belong to it. Positions: behind `after`, up to and with `through`. */
export type SimulatedRange =
  | { readonly kind: 'POSITIONS'; readonly after: string; readonly through: string }
  /** Days in UTC on which things were recorded; nothing behind `upTo`, where the log ended then. */
  | { readonly kind: 'DAYS'; readonly from: Day; readonly through: Day; readonly upTo: string };

export type ForkLimits = {
  /** What is over is added up and forgotten every so many events: by their number, so that every run does it at the same places. */
  readonly tidyEvery: number;
  /** More lines are not kept at once: each is there three times. */
  readonly openLinesMax: number;
};

const forkLimits: ForkLimits = { tidyEvery: 1_000, openLinesMax: 200_000 };

/** The stretch has more open lines than a run may keep. */
export class SimulationTooLarge extends Error {
  override readonly name = 'SimulationTooLarge';
}

const place = (event: RecordedDomainEvent, range: SimulatedRange): 'BEFORE' | 'IN' | 'BEHIND' => {
  const { position } = event;
  if (range.kind === 'POSITIONS')
    return position <= range.after ? 'BEFORE' : position <= range.through ? 'IN' : 'BEHIND';
  if (position > range.upTo) return 'BEHIND';
  const day = event.recordedAt.slice(0, 10);
  return day < range.from ? 'BEFORE' : day <= range.through ? 'IN' : 'BEHIND';
};

const isDone = (world: World, orderId: string): boolean =>
  [...(world.orders.get(orderId)?.lines.values() ?? [])].every(
    (line) => openOf(line) === 0n && reservedOf(world, line) === 0n,
  );

const isOf = (bu: string, event: RecordedDomainEvent): boolean => event.metadata.partition.bu === bu;

/**
 * Runs a stretch of the log three times in one reading: as it was, decided again, and decided with another policy. What is
 * before the stretch is only followed. It is given events, one after the other in the order of the log, and asks for nothing.
 */
export const createFork = (
  bu: string,
  range: SimulatedRange,
  policy: SimulatedPolicy,
  { tidyEvery, openLinesMax } = forkLimits,
) => {
  const logged = emptyWorld(bu);
  const named: Named = new Map();
  /** Orders that the log closed while they are not done in another world. */
  const closed = new Set<string>();
  const comparison = createComparison(logged);
  let forked: Forked | undefined;
  let [taken, events, openLines] = [0, 0, 0];
  let throughPosition: string | null = null;

  function* begin(at: string): InTurns<Forked> {
    const worlds = { baseline: branch(logged, null), fork: branch(logged, policy) };
    yield* adopt(worlds.baseline, at);
    yield* adopt(worlds.fork, at);
    return worlds;
  }

  const forget = (orderId: string): void => {
    openLines -= logged.orders.get(orderId)?.lines.size ?? 0;
    for (const world of [logged, forked?.baseline, forked?.fork]) world?.orders.delete(orderId);
    closed.delete(orderId);
  };

  /** Nothing can happen to it any more in any world. */
  const forgetDone = (): void => {
    for (const orderId of closed) {
      if (forked !== undefined && !(isDone(forked.baseline, orderId) && isDone(forked.fork, orderId))) continue;
      if (forked !== undefined) comparison.count(forked, orderId);
      forget(orderId);
    }
  };

  const noteOrder = (event: RecordedDomainEvent): void => {
    if (event.type === 'OrderSubmitted' && event.data.reservationIds !== undefined)
      named.set(event.data.orderId, event.data.reservationIds);
    if (event.type === 'OrderAccepted') {
      named.delete(event.data.orderId);
      openLines += event.data.lines.length;
    }
    if (event.type === 'OrderLineAdded') openLines += 1;
    if (event.type === 'OrderClosed') {
      named.delete(event.data.orderId);
      if (logged.orders.has(event.data.orderId)) closed.add(event.data.orderId);
    }
  };

  function* take(event: RecordedDomainEvent): InTurns<boolean> {
    const where = place(event, range);
    if (where === 'BEHIND') return false;
    taken += 1;
    if (taken % tidyEvery === 0) forgetDone();
    if (!isOf(bu, event)) return true;
    if (where === 'IN') {
      forked ??= yield* begin(event.recordedAt);
      throughPosition = event.position;
      events += 1;
    }
    if (forked !== undefined) {
      yield* hear(forked.baseline, event, true, named);
      yield* hear(forked.fork, event, true, named);
    }
    follow(logged, event, forked !== undefined);
    noteOrder(event);
    if (openLines > openLinesMax)
      throw new SimulationTooLarge(`more than ${openLinesMax.toLocaleString('en-US')} order lines are open at once`);
    return true;
  }

  return {
    /**
     * To be gone through to its end before the next one. False: the event lies behind the range, and so does everything after
     * it. Throws `SimulationTooLarge`, `SimulationUnsettled`.
     */
    take,
    result: (): SimulationResult => {
      if (forked !== undefined) for (const orderId of [...logged.orders.keys()]) comparison.count(forked, orderId);
      return { throughPosition, events, ...comparison.result() };
    },
  };
};
