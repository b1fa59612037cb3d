import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import {
  type Appended,
  type Conflict,
  categoryOf,
  type Expected,
  type NewEvent,
  type StreamName,
} from '../../domain/eventLog.ts';
import { createBatcher } from './batching.ts';
import { kindOfFailure } from './failures.ts';
import { positionFromNumber } from './logRows.ts';

export type Appender = {
  readonly append: (
    stream: StreamName,
    expected: Expected,
    events: readonly NewEvent[],
  ) => Promise<Appended | Conflict>;
  /** Refuses new appends and waits for the accepted ones. */
  readonly drain: () => Promise<void>;
};

type Append = { readonly stream: StreamName; readonly expected: number; readonly events: readonly NewEvent[] };

type Verdict = {
  readonly item: number;
  readonly verdict: 'appended' | 'duplicate' | 'event-id-reused' | 'conflict';
  readonly actual: number;
  readonly revision: number | null;
  readonly at_position: string | null;
  readonly recorded_at: string | null;
};

/** One command may write two events for each of the 2,000 lines of an order. */
const eventsMax = 5_000;
/** 64 appends in one call gave the best rate in measurements; 1,000 waiting are well under a second of work. */
const limits = { itemsMax: 64, weightMax: 1_000, waitingMax: 1_000, waitMsMax: 10_000 };
/** How long an append of unknown outcome is repeated before the caller is told that the log is away. */
const repeatMsDefault = 8_000;
const repeatDelayMs = 50;
const repeatDelayMsMax = 500;
const noStream = -1;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const appendText = 'select item, verdict, actual, revision, at_position, recorded_at from log.append($1, $2)';

const send = async (pool: pg.Pool, batch: readonly Append[]): Promise<readonly Verdict[]> => {
  const items = batch.map(({ stream, expected, events }, item) => {
    return { item, stream, category: categoryOf(stream), expected, size: events.length };
  });
  const rows = batch.flatMap(({ events }, item) =>
    events.map(({ eventId, type, data, metadata }, index) => {
      return { item, index, id: eventId, type, data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
    }),
  );
  const values = [JSON.stringify(items), JSON.stringify(rows)];
  return (await pool.query<Verdict>({ name: 'append', text: appendText, values })).rows;
};

/** Repeats the identical batch until its outcome is known: event ids make the repetition harmless. */
const sendUntilKnown = async (pool: pg.Pool, batch: readonly Append[], repeatMsMax: number) => {
  const deadline = Date.now() + repeatMsMax;
  for (let pauseMs = repeatDelayMs; ; pauseMs = Math.min(pauseMs * 2, repeatDelayMsMax)) {
    try {
      return await send(pool, batch);
    } catch (error) {
      const kind = kindOfFailure(error);
      if (kind === 'other' || kind === 'refused' || Date.now() + pauseMs > deadline) throw error;
      await delay(pauseMs);
    }
  }
};

const outcomeOf = ({ verdict, actual, revision, at_position, recorded_at }: Verdict): Appended | Conflict | Error => {
  if (verdict === 'conflict') return { kind: 'conflict', actual: actual === noStream ? 'no-stream' : actual };
  if (verdict === 'event-id-reused' || revision === null || at_position === null || recorded_at === null) {
    return new Error('an event id of this append belongs to another event in the log');
  }
  const position = positionFromNumber(at_position);
  return { kind: 'appended', revision, position, recordedAt: recorded_at, duplicate: verdict === 'duplicate' };
};

const check = (events: readonly NewEvent[]): void => {
  if (events.length === 0 || events.length > eventsMax) throw new RangeError(`an append has 1 to ${eventsMax} events`);
  const ids = new Set(events.map((event) => event.eventId));
  if (ids.size !== events.length) throw new RangeError('the events of an append need different ids');
  for (const id of ids) if (!uuidPattern.test(id)) throw new RangeError(`an event id is a lower-case UUID, not ${id}`);
};

/**
 * Writes appends that arrive together in one call on one connection: order comes from the head row, speed from the
 * batch. `onAppended` runs after each commit.
 */
export const createAppender = (pool: pg.Pool, onAppended: () => void, repeatMsMax = repeatMsDefault): Appender => {
  const write = async (batch: readonly Append[]): Promise<readonly (Appended | Conflict | Error)[]> => {
    const outcomes: (Appended | Conflict | Error)[] = [];
    for (const verdict of await sendUntilKnown(pool, batch, repeatMsMax)) outcomes[verdict.item] = outcomeOf(verdict);
    onAppended();
    return outcomes;
  };
  const batcher = createBatcher<Append, Appended | Conflict>({
    limits,
    keyOf: ({ stream }) => stream,
    weightOf: ({ events }) => events.length,
    write,
  });
  const append = async (stream: StreamName, expected: Expected, events: readonly NewEvent[]) => {
    check(events);
    return batcher.submit({ stream, expected: expected === 'no-stream' ? noStream : expected, events });
  };
  return { append, drain: batcher.drain };
};
