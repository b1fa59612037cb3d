import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { ClaimingAppends, ClaimOfAppend, KeysTaken } from '../../../commands/ports.ts';
import type { Append, Appended, AppendedTogether, Conflict, EventStore } from '../../../domain/eventLog.ts';
import { eventIdPattern } from '../../../domain/ids.ts';
import { kindOfFailure } from '../failures.ts';
import { type AppendGroup, appendGroups } from './appendCall.ts';
import { createBatcher } from './batching.ts';
import { appendClaimed, type ClaimingGroup } from './claimingCall.ts';
import { createSpareConnection } from './spareConnection.ts';

export type Appender = Required<Pick<EventStore, 'append' | 'appendTogether'>> &
  Required<ClaimingAppends> & {
    /** Refuses new appends and waits for the accepted ones. */
    readonly drain: () => Promise<void>;
  };

/** One command may write two events for each of the 2,000 lines of an order. */
const eventsMax = 5_000;
/** 64 appends in one call gave the best rate in measurements; 1,000 waiting are well under a second of work. */
const limits = { itemsMax: 64, weightMax: 1_000, waitingMax: 1_000, waitMsMax: 10_000 };
/** A second call waits at the head and starts when the first commits, while the answer of that one is still read here. */
const secondCallItemsMin = 32;
/** How long an append of unknown outcome is repeated before the caller is told that the log is away. */
const repeatMsDefault = 8_000;
const repeatDelayMs = 50;
const repeatDelayMsMax = 500;

/** Repeats the identical batch until its outcome is known: event ids make the repetition harmless. */
const sendUntilKnown = async <Known>(send: () => Promise<Known>, repeatMsMax: number): Promise<Known> => {
  const deadline = Date.now() + repeatMsMax;
  for (let pauseMs = repeatDelayMs; ; pauseMs = Math.min(pauseMs * 2, repeatDelayMsMax)) {
    try {
      return await send();
    } catch (error) {
      const kind = kindOfFailure(error);
      if (kind === 'other' || kind === 'refused' || Date.now() + pauseMs > deadline) throw error;
      await delay(pauseMs);
    }
  }
};

type Written = readonly AppendedTogether[] | KeysTaken;

const isTaken = (written: Written): written is KeysTaken => 'kind' in written;

const send = async (pool: pg.Pool, groups: readonly ClaimingGroup[]) =>
  groups.some(({ claims }) => claims.length > 0)
    ? appendClaimed(pool, groups)
    : {
        answers: await appendGroups(
          pool,
          groups.map(({ appends }) => appends),
        ),
      };

/** A group of which a key is taken is told so. The others, of which nothing was written either, are sent again without it. */
const writeAll = async (
  pool: pg.Pool,
  groups: readonly ClaimingGroup[],
  repeatMsMax: number,
): Promise<readonly Written[]> => {
  const sent = await sendUntilKnown(() => send(pool, groups), repeatMsMax);
  if ('answers' in sent) return sent.answers;
  const others = groups.filter((_group, number) => !sent.taken.has(number));
  const written = others.length === 0 ? [] : await writeAll(pool, others, repeatMsMax);
  let next = 0;
  return groups.map((_group, number): Written => {
    const claims = sent.taken.get(number);
    if (claims !== undefined) return { kind: 'taken', claims };
    next += 1;
    return written[next - 1] ?? [];
  });
};

const sizeOf = (group: AppendGroup): number => group.reduce((sum, { events }) => sum + events.length, 0);

/** An event of which only the id before it is looked for must have that one before it. */
const checkFollowing = (events: Append['events']): void => {
  for (const [index, { eventId, follows, metadata }] of events.entries()) {
    if (follows === true && events[index - 1]?.metadata.commandId !== metadata.commandId)
      throw new RangeError(`event ${eventId} follows on no event of its command`);
  }
};

const check = (group: AppendGroup): void => {
  const size = sizeOf(group);
  if (group.some(({ events }) => events.length < 1) || size < 1 || size > eventsMax)
    throw new RangeError(`an append has 1 to ${eventsMax} events`);
  const ids = new Set(group.flatMap(({ events }) => events.map((event) => event.eventId)));
  if (ids.size !== size) throw new RangeError('the events of an append need different ids');
  for (const id of ids)
    if (!eventIdPattern.test(id)) throw new RangeError(`an event id is a lower-case UUID, not ${id}`);
  for (const { events } of group) checkFollowing(events);
};

/** Two calls with one stream would be decided against each other, and one of two with the same key of a request is rolled back. */
const keysOf = ({ appends, claims }: ClaimingGroup): readonly string[] => [
  ...appends.map(({ stream }) => stream),
  ...claims.map(({ scope, key }) => `${scope}\n${key}`),
];

type OnAppended = (appends: readonly Append[], outcomes: readonly AppendedTogether[]) => void;

const alone = (outcome: AppendedTogether | undefined): Appended | Conflict => {
  if (outcome?.kind === 'appended' || outcome?.kind === 'conflict') return outcome;
  throw new Error('an event id of this append belongs to another event in the log');
};

/**
 * Writes appends that arrive together in one call, and has a second one ready under load: order comes from the head row,
 * speed from the batch. `onAppended` hears after each commit what was asked for, in the order of the log, and what became
 * of it; of two calls under way it may hear in either order.
 */
export const createAppender = (pool: pg.Pool, onAppended: OnAppended, repeatMsMax = repeatMsDefault): Appender => {
  const batcher = createBatcher<ClaimingGroup, Written>({
    limits,
    keysOf,
    second: { itemsMin: secondCallItemsMin, hasRoom: createSpareConnection(pool) },
    weightOf: ({ appends }) => sizeOf(appends),
    write: async (batch) => {
      const written = await writeAll(pool, batch, repeatMsMax);
      const noted = batch.flatMap(({ appends }, number) => {
        const outcomes = written[number];
        return outcomes === undefined || isTaken(outcomes) ? [] : [{ appends, outcomes }];
      });
      onAppended(
        noted.flatMap(({ appends }) => appends),
        noted.flatMap(({ outcomes }) => outcomes),
      );
      return written;
    },
  });
  const appendClaiming = async (appends: readonly Append[], claims: readonly ClaimOfAppend[]) => {
    check(appends);
    return batcher.submit({ appends, claims });
  };
  const appendTogether = async (appends: readonly Append[]) => {
    const written = await appendClaiming(appends, []);
    if (isTaken(written)) throw new Error('keys are taken, but none were to be claimed');
    return written;
  };
  return {
    append: async (stream, expected, events) => alone((await appendTogether([{ stream, expected, events }]))[0]),
    appendTogether,
    appendClaiming,
    drain: batcher.drain,
  };
};
