import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { copying } from './pool/copyingPool.ts';

export type PoolOptions = {
  readonly connectionString: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  readonly connectionsMax?: number;
  /** The server cancels a statement that runs longer; 0 means no limit. */
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  /**
   * Commits do not wait for the disk: a crash of the server may forget the last half second of them, whole and in order,
   * never the log's appends before them. For what is made again from the log. Default: every commit is on disk.
   */
  readonly relaxedCommits?: boolean;
  /**
   * For prepared questions: each is planned once, for any values and by index, whatever the statistics of a young table say.
   * Planning the lineage of a line anew takes eight times as long as answering it.
   */
  readonly plannedOnce?: boolean;
  /** An idle connection's failure is not an answer to anyone; it is reported here and the pool replaces the connection. */
  readonly onError?: (error: Error) => void;
};

const connectTimeoutMs = 5_000;
/** The reply of a statement the server has given up on must arrive; after this the connection counts as dead. */
const replyGraceMs = 2_000;

const dateOid = 1082;
const timestamptzOid = 1184;

/** `2026-11-23 21:02:03.12+00` → `2026-11-23T21:02:03.120Z`. Sessions run in UTC, so the offset is always `+00`. */
export const instantFromText = (text: string): string => {
  const fraction = text.charAt(19) === '.' ? text.slice(20, text.length - 3) : '';
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
};

const asText = (text: string): string => text;

/** Instants become RFC 3339 UTC text with milliseconds, dates stay `YYYY-MM-DD`, `bigint` and `numeric` stay exact text. */
const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === timestamptzOid) return instantFromText;
    if (oid === dateOid) return asText;
    return format === undefined ? pg.types.getTypeParser(oid) : pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

const settingsOf = ({ relaxedCommits, plannedOnce }: PoolOptions): string =>
  [
    '-c timezone=UTC -c datestyle=ISO',
    ...(relaxedCommits === true ? ['-c synchronous_commit=off'] : []),
    ...(plannedOnce === true ? ['-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off'] : []),
  ].join(' ');

export const createPool = (options: PoolOptions): pg.Pool => {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    application_name: options.applicationName ?? 'throughline',
    max: options.connectionsMax ?? 10,
    types: typeParsers,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs ?? 10_000,
    idle_in_transaction_session_timeout: 60_000,
    options: settingsOf(options),
    ...(statementTimeoutMs > 0 ? { query_timeout: statementTimeoutMs + replyGraceMs } : {}),
  });
  // Without a listener the loss of an idle connection, as in a database restart, ends the process.
  pool.on('error', (error) => options.onError?.(error));
  // The same for one that is checked out and between two statements of its transaction: its next statement fails and says so.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
};

/** Queries over `pool`, and COPY. Destroying the result ends the pool. */
export const createKysely = <Tables>(pool: pg.Pool): Kysely<Tables> =>
  new Kysely<Tables>({ dialect: new PostgresDialect({ pool: copying(pool) }) });
