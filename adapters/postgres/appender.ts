import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Append, Appended, AppendedTogether, Conflict, EventStore } from '../../domain/eventLog.ts';
import { type AppendGroup, appendGroups } from './appendCall.ts';
import { createBatcher } from './batching.ts';
import { kindOfFailure } from './failures.ts';

export type Appender = Required<Pick<EventStore, 'append' | 'appendTogether'>> & {
  /** Refuses new appends and waits for the accepted ones. */
  readonly drain: () => Promise<void>;
};

/** One command may write two events for each of the 2,000 lines of an order. */
const eventsMax = 5_000;
/** 64 appends in one call gave the best rate in measurements; 1,000 waiting are well under a second of work. */
const limits = { itemsMax: 64, weightMax: 1_000, waitingMax: 1_000, waitMsMax: 10_000 };
/** How long an append of unknown outcome is repeated before the caller is told that the log is away. */
const repeatMsDefault = 8_000;
const repeatDelayMs = 50;
const repeatDelayMsMax = 500;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Repeats the identical batch until its outcome is known: event ids make the repetition harmless. */
const sendUntilKnown = async (pool: pg.Pool, batch: readonly AppendGroup[], repeatMsMax: number) => {
  const deadline = Date.now() + repeatMsMax;
  for (let pauseMs = repeatDelayMs; ; pauseMs = Math.min(pauseMs * 2, repeatDelayMsMax)) {
    try {
      return await appendGroups(pool, batch);
    } catch (error) {
      const kind = kindOfFailure(error);
      if (kind === 'other' || kind === 'refused' || Date.now() + pauseMs > deadline) throw error;
      await delay(pauseMs);
    }
  }
};

const sizeOf = (group: AppendGroup): number => group.reduce((sum, { events }) => sum + events.length, 0);

const check = (group: AppendGroup): void => {
  const size = sizeOf(group);
  if (group.some(({ events }) => events.length < 1) || size < 1 || size > eventsMax)
    throw new RangeError(`an append has 1 to ${eventsMax} events`);
  const ids = new Set(group.flatMap(({ events }) => events.map((event) => event.eventId)));
  if (ids.size !== size) throw new RangeError('the events of an append need different ids');
  for (const id of ids) if (!uuidPattern.test(id)) throw new RangeError(`an event id is a lower-case UUID, not ${id}`);
};

type OnAppended = (appends: readonly Append[], outcomes: readonly AppendedTogether[]) => void;

const alone = (outcome: AppendedTogether | undefined): Appended | Conflict => {
  if (outcome?.kind === 'appended' || outcome?.kind === 'conflict') return outcome;
  throw new Error('an event id of this append belongs to another event in the log');
};

/**
 * Writes appends that arrive together in one call on one connection: order comes from the head row, speed from the
 * batch. `onAppended` hears after each commit what was asked for, in the order of the log, and what became of it.
 */
export const createAppender = (pool: pg.Pool, onAppended: OnAppended, repeatMsMax = repeatMsDefault): Appender => {
  const batcher = createBatcher<AppendGroup, readonly AppendedTogether[]>({
    limits,
    keysOf: (group) => group.map(({ stream }) => stream),
    weightOf: sizeOf,
    write: async (batch) => {
      const outcomes = await sendUntilKnown(pool, batch, repeatMsMax);
      onAppended(batch.flat(), outcomes.flat());
      return outcomes;
    },
  });
  const appendTogether = async (appends: readonly Append[]) => {
    check(appends);
    return batcher.submit(appends);
  };
  return {
    append: async (stream, expected, events) => alone((await appendTogether([{ stream, expected, events }]))[0]),
    appendTogether,
    drain: batcher.drain,
  };
};
