import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type EventStoreDBClient,
  type JSONEventType,
  jsonEvent,
  NO_STREAM,
  type WrongExpectedVersionError,
} from '@eventstore/db-client';
import {
  type Appended,
  type Conflict,
  type Expected,
  LogUnavailable,
  type NewEvent,
  type StreamName,
} from '../../domain/eventLog.ts';
import { checkBatch } from './batchLimits.ts';
import type { Credentials } from './connectionString.ts';
import { asLogUnavailable, kindOfFailure, NoAnswer } from './failures.ts';
import { createGate } from './gate.ts';
import type { Reading } from './reading.ts';
import type { RecentIds } from './recentIds.ts';
import { type Read, withAppendId } from './records.ts';

type Batch = {
  readonly stream: StreamName;
  readonly expected: Expected;
  readonly events: readonly NewEvent[];
  readonly appendId: string;
};

/** 48 appends and 32 reads leave room for subscriptions below the 100 calls of a connection. */
const limits = { atOnceMax: 48, waitingMax: 1_000, waitMsMax: 10_000 };
const repeatMsDefault = 8_000;
const repeatDelayMs = 50;
const repeatDelayMsMax = 500;
const deadlineMs = 3_000;
/** The client does not always keep its own deadline. */
const noAnswerMs = deadlineMs + 500;
/**
 * Credentials given with the call make the client append by a call of its own. Without them all appends of the process
 * share one stream on which a failure of one is a failure of others, and a missing answer lasts for ever.
 */
const noCredentials = { username: 'none', password: 'none' };

const reused = 'an event id of this append belongs to another event in the log';

const encoded = ({ events, appendId }: Batch) =>
  events.map(({ eventId: id, type, data, metadata }, index) =>
    jsonEvent<JSONEventType>({
      id,
      type,
      data: data as JSONEventType['data'],
      metadata: index === events.length - 1 ? withAppendId(metadata, appendId) : { ...metadata },
    }),
  );

const before = (expected: Expected): number => (expected === 'no-stream' ? -1 : expected);

const withinTime = async <Result>(work: Promise<Result>): Promise<Result> => {
  const timeout = new AbortController();
  const { signal } = timeout;
  try {
    return await Promise.race([
      work,
      delay(noAnswerMs, undefined, { signal }).then(() => Promise.reject(new NoAnswer('the append was not answered'))),
    ]);
  } finally {
    timeout.abort();
    work.catch(() => {});
  }
};

export type AppendingOptions = {
  readonly client: EventStoreDBClient;
  readonly reading: Reading;
  readonly ids: RecentIds;
  readonly credentials?: Credentials | undefined;
  readonly onAppended: () => void;
  readonly repeatMsMax?: number | undefined;
};

/** Appends one batch per call. What became of a call without an answer is found out by repeating the identical batch. */
export const createAppending = ({ client, reading, ids, onAppended, ...options }: AppendingOptions) => {
  const gate = createGate(limits);
  const repeatMsMax = options.repeatMsMax ?? repeatMsDefault;

  const send = async (batch: Batch): Promise<number> => {
    const { nextExpectedRevision } = await withinTime(
      client.appendToStream(batch.stream, encoded(batch), {
        expectedRevision: batch.expected === 'no-stream' ? NO_STREAM : BigInt(batch.expected),
        credentials: options.credentials ?? noCredentials,
        requiresLeader: true,
        deadline: deadlineMs,
      }),
    );
    return Number(nextExpectedRevision);
  };

  /** What the log holds at `revision`, the place of the batch's last event. The server does not tell time and position reliably. */
  const answer = (batch: Batch, { recorded, appendId }: Read): Appended => {
    for (const [index, { eventId }] of batch.events.entries()) {
      ids.add(eventId, { stream: batch.stream, revision: recorded.revision - batch.events.length + 1 + index });
    }
    const { revision, position, recordedAt } = recorded;
    return { kind: 'appended', revision, position, recordedAt, duplicate: appendId !== batch.appendId };
  };

  /** The batch as it lies in the stream from `from` on. Undefined: none of it does. Throws when only a part of it does. */
  const found = async (batch: Batch, from: number): Promise<Read | undefined> => {
    const there = await reading.streamPage(batch.stream, from, batch.events.length);
    const same = batch.events.filter(({ eventId }, index) => there[index]?.recorded.eventId === eventId).length;
    if (same === 0) return undefined;
    if (same < batch.events.length) throw new Error(reused);
    return there.at(-1);
  };

  const attempt = async (batch: Batch): Promise<Appended | Conflict> => {
    try {
      const revision = await send(batch);
      const [last] = await reading.streamPage(batch.stream, revision, 1);
      if (last?.recorded.eventId === batch.events.at(-1)?.eventId && last !== undefined) return answer(batch, last);
      throw new LogUnavailable(`${batch.stream} does not show revision ${revision}, which was acknowledged`);
    } catch (error) {
      if (kindOfFailure(error) !== 'conflict') throw error;
      // An earlier attempt, or somebody else with the same batch, may have been what moved the stream.
      const there = await found(batch, before(batch.expected) + 1);
      if (there !== undefined) return answer(batch, there);
      const { actualVersion } = error as WrongExpectedVersionError;
      return { kind: 'conflict', actual: typeof actualVersion === 'bigint' ? Number(actualVersion) : 'no-stream' };
    }
  };

  const untilKnown = async (batch: Batch): Promise<Appended | Conflict> => {
    const deadline = performance.now() + repeatMsMax;
    for (let pauseMs = repeatDelayMs; ; pauseMs = Math.min(pauseMs * 2, repeatDelayMsMax)) {
      try {
        return await attempt(batch);
      } catch (error) {
        if (kindOfFailure(error) !== 'away' || performance.now() + pauseMs > deadline) throw asLogUnavailable(error);
        await delay(pauseMs);
      }
    }
  };

  /** Where this process knows the batch to lie; the server would write it once more with a current revision. */
  const knownBatch = async (batch: Batch): Promise<Appended | undefined> => {
    const places = batch.events.map(({ eventId }) => ids.placeOf(eventId));
    const [first] = places;
    if (places.every((place) => place === undefined)) return undefined;
    if (first === undefined || first.stream !== batch.stream) throw new Error(reused);
    const there = await found(batch, first.revision);
    // Somebody else's id at that place would mean that the log was replaced under us: the server decides.
    return there === undefined ? undefined : answer(batch, there);
  };

  const append = async (stream: StreamName, expected: Expected, events: readonly NewEvent[]) => {
    checkBatch(events);
    const batch: Batch = { stream, expected, events, appendId: randomUUID() };
    const known = await knownBatch(batch);
    if (known !== undefined) return known;
    const outcome = await gate.run(() => untilKnown(batch));
    onAppended();
    return outcome;
  };

  return { append, drain: gate.drain };
};
