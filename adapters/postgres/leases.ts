import pg from 'pg';
import type { Leases } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';
import { createTurns } from './turns.ts';

const heartbeatMs = 1_000;
const replyMsMax = 3_000;

/** Keeps our locks apart from others of the same database. */
const lockSeed = 7_461;

type Session = {
  readonly ask: (text: string, values?: readonly unknown[]) => Promise<readonly { readonly taken: boolean }[]>;
  readonly lost: AbortSignal;
  readonly end: () => Promise<void>;
};

const openSession = async (connectionString: string): Promise<Session> => {
  const lost = new AbortController();
  const client = new pg.Client({
    connectionString,
    application_name: 'throughline-leases',
    keepAlive: true,
    connectionTimeoutMillis: replyMsMax,
    query_timeout: replyMsMax,
  });
  client.on('error', () => {});
  client.once('end', () => lost.abort(new Error('the lease was lost with its connection')));
  await client.connect();
  const inTurn = createTurns();
  const ask: Session['ask'] = (text, values = []) =>
    inTurn(async () => (await client.query<{ taken: boolean }>(text, [...values])).rows);
  const end = (): Promise<void> => client.end().catch(() => {});
  // A connection can be dead without an error; a session that does not answer has lost its locks for all we know.
  const heartbeat = setInterval(() => {
    ask('select 1').catch(() => {
      lost.abort(new Error('the lease connection does not answer'));
      void end();
    });
  }, heartbeatMs);
  heartbeat.unref();
  lost.signal.addEventListener('abort', () => clearInterval(heartbeat), { once: true });
  return { ask, lost: lost.signal, end };
};

/**
 * Leases as session locks on one connection: a process that dies frees them at once, without a time-out to wait for.
 * They need a direct connection; a transaction-pooling proxy would scatter them.
 */
export const createLeases = (connectionString: string): Leases & { readonly close: () => Promise<void> } => {
  const held = new Set<string>();
  let session: Promise<Session> | undefined;

  const forget = (): void => {
    session = undefined;
  };

  /** Everyone shares the session; after its loss the next caller opens another. */
  const currentSession = (): Promise<Session> => {
    if (session !== undefined) return session;
    session = openSession(connectionString);
    session.then(({ lost }) => lost.addEventListener('abort', forget, { once: true }), forget);
    return session;
  };

  const whileHeld: Leases['whileHeld'] = async (name, work) => {
    // A session may take its own lock twice, so this process keeps its own count.
    if (held.has(name)) return false;
    held.add(name);
    try {
      const { ask, lost } = await orLogUnavailable(currentSession);
      const lock = 'select pg_try_advisory_lock(hashtextextended($1, $2)) as taken';
      const [answer] = await orLogUnavailable(() => ask(lock, [name, lockSeed]));
      if (answer?.taken !== true) return false;
      try {
        await work(lost);
      } finally {
        await ask('select pg_advisory_unlock(hashtextextended($1, $2))', [name, lockSeed]).catch(() => {});
      }
      return true;
    } finally {
      held.delete(name);
    }
  };

  const close = async (): Promise<void> => {
    const last = await session?.catch(() => undefined);
    await last?.end();
  };

  return { whileHeld, close };
};
