import type pg from 'pg';
import type { ClaimingAppends } from '../../commands/ports.ts';
import type { EventFeed, EventStore, FeedFilter, Position, Recorded } from '../../domain/eventLog.ts';
import { orLogUnavailable } from './failures.ts';
import { createAppender } from './log/appender.ts';
import { createLogChanges } from './log/logChanges.ts';
import {
  type EventRow,
  eventColumns,
  numberFromPosition,
  positionBefore,
  positionFromNumber,
  recordedFromRow,
} from './log/logRows.ts';
import { createOwnAppends } from './log/ownAppends.ts';
import { createStreamReads } from './log/streamReads.ts';
import { createPool } from './pool.ts';

export type PostgresLog = Required<EventStore> &
  Required<ClaimingAppends> &
  Required<EventFeed> & {
    /**
     * As `readAfter`, but what this process wrote itself is given from memory. For those who follow the log, not for those
     * who look whether it still says what was written.
     */
    readonly followAfter: (position: Position | 'start', limit: number) => ReturnType<EventFeed['readAfter']>;
    /** A random name given at the log's creation. Another epoch under the same positions is another log. */
    readonly epoch: () => Promise<string>;
    /** Finishes accepted appends and ends the connections made here; a pool that was handed in stays open. */
    readonly close: () => Promise<void>;
  };

const feedPageEventsMax = 10_000;
const appendTimeouts = { statementTimeoutMs: 5_000, lockTimeoutMs: 2_000 };

// The head is read in the same statement, so it belongs to the same snapshot as the events.
const feedText = `select ${eventColumns('e')}, h.position from log.head h
  left join lateral (select * from log.event where position > $1 order by position limit $2) e on true order by e.position`;

// Positions are found in the index alone, category by category, before any event is fetched.
const filteredFeedText = `with hit as materialized (
    select found.position from unnest($3::text[]) as c(category) cross join lateral (
      select e.position from log.event e where e.category = c.category and e.position > $1 order by e.position limit $2
    ) found order by found.position limit $2)
  select ${eventColumns('e')}, h.position from log.head h
  left join (hit join log.event e on e.position = hit.position) on true order by e.position`;

/** One statement looks at so many events at most, however few of them are wanted. */
const passedOverMax = 20_000;

const feedWithoutText = `select ${eventColumns('e')}, h.position from log.head h
  left join lateral (select * from log.event where position > $1 and position <= $1::bigint + ${passedOverMax}
    and type <> all($3::text[]) order by position limit $2) e on true order by e.position`;

/** The columns of an event, all null when there is none, then the head's position. */
type FeedRow = (string | number | null)[];

const eventsOf = (rows: readonly FeedRow[]): readonly Recorded[] =>
  rows.filter(([position]) => position !== null).map((row) => recordedFromRow(row as unknown as EventRow));

const headOf = ([row]: readonly FeedRow[]): string | number => row?.at(-1) ?? 0;

const readFeed = async (pool: pg.Pool, position: Position | 'start', limit: number, filter?: FeedFilter) => {
  const after = numberFromPosition(position);
  const limitMax = Math.min(limit, feedPageEventsMax);
  const query =
    filter === undefined
      ? { name: 'feed', text: feedText, values: [after, limitMax] }
      : { name: 'feed-filtered', text: filteredFeedText, values: [after, limitMax, [...new Set(filter.categories)]] };
  const { rows } = await pool.query<FeedRow>({ ...query, rowMode: 'array' });
  const events = eventsOf(rows);
  const last = events.at(-1)?.position;
  // A full page was examined up to its last event, a short one up to the head.
  const head = headOf(rows);
  const examined = events.length === limitMax && last !== undefined ? last : positionFromNumber(head);
  const throughPosition = examined > (position === 'start' ? positionFromNumber(0) : position) ? examined : position;
  return { events, throughPosition };
};

const readWithout = async (
  pool: pg.Pool,
  position: Position | 'start',
  limit: number,
  types: readonly string[],
): Promise<Awaited<ReturnType<EventFeed['readAfter']>>> => {
  const limitMax = Math.min(limit, feedPageEventsMax);
  const events: Recorded[] = [];
  for (let after = BigInt(numberFromPosition(position)); ; after += BigInt(passedOverMax)) {
    const values = [after.toString(), limitMax - events.length, types];
    const query = { name: 'feed-without', text: feedWithoutText, values, rowMode: 'array' } as const;
    const { rows } = await pool.query<FeedRow>(query);
    events.push(...eventsOf(rows));
    const last = events.at(-1)?.position;
    if (events.length === limitMax && last !== undefined) return { events, throughPosition: last };
    const head = BigInt(headOf(rows));
    if (after + BigInt(passedOverMax) < head) continue;
    const examined = positionFromNumber(head.toString());
    return { events, throughPosition: position !== 'start' && position > examined ? position : examined };
  }
};

/** The log for those who only read it, over connections of their own: what they ask for keeps nobody else waiting. */
export const createLogReads = (pool: pg.Pool) => {
  const readAfter: EventFeed['readAfter'] = (position, limit, filter) =>
    orLogUnavailable(() => readFeed(pool, position, limit, filter));
  const readAfterWithout: Required<EventFeed>['readAfterWithout'] = (position, limit, types) =>
    orLogUnavailable(() => readWithout(pool, position, limit, types));
  const head = async (): Promise<Position | 'start'> => {
    const { rows } = await orLogUnavailable(() => pool.query<{ position: string }>('select position from log.head'));
    const position = rows[0]?.position ?? '0';
    return position === '0' ? 'start' : positionFromNumber(position);
  };
  return { read: createStreamReads(pool), readAfter, readAfterWithout, head };
};

/**
 * The event log in Postgres: `EventStore` and `EventFeed` in one. Reads use `pool`; appends have two connections and
 * notifications another, all made from `connectionString`.
 */
export const createPostgresLog = (options: {
  readonly connectionString: string;
  readonly pool: pg.Pool;
  /** How long an append of unknown outcome is repeated before the caller gets `LogUnavailable`. */
  readonly repeatMsMax?: number;
}): PostgresLog => {
  const { pool, connectionString } = options;
  const applicationName = 'throughline-append';
  const appendPool = createPool({ connectionString, applicationName, connectionsMax: 2, ...appendTimeouts });
  const own = createOwnAppends();
  const changes = createLogChanges(connectionString, own.forget);
  const onAppended: Parameters<typeof createAppender>[1] = (appends, outcomes) => {
    own.note(appends, outcomes);
    changes.announce();
  };
  const appender = createAppender(appendPool, onAppended, options.repeatMsMax);

  const reads = createLogReads(pool);

  const followAfter: PostgresLog['followAfter'] = async (position, limit) => {
    const events = own.after(position, Math.min(limit, feedPageEventsMax));
    return events === undefined
      ? reads.readAfter(position, limit)
      : { events, throughPosition: events.at(-1)?.position ?? position };
  };

  const epoch = async (): Promise<string> => {
    const { rows } = await orLogUnavailable(() => pool.query<{ log_epoch: string }>('select log_epoch from log.head'));
    return rows[0]?.log_epoch ?? '';
  };

  const close = async (): Promise<void> => {
    await appender.drain();
    await changes.close();
    await appendPool.end();
  };

  return {
    ...reads,
    append: appender.append,
    before: positionBefore,
    appendTogether: appender.appendTogether,
    appendClaiming: appender.appendClaiming,
    followAfter,
    changed: changes.changed,
    epoch,
    close,
  };
};
