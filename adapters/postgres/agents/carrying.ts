import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { AgentCall, CarriedAnswer, CarryCall, CarryOutcome } from '../../../commands/ports.ts';
import { agentChannel, callSignal } from './signals.ts';

/** Notifications may be lost with a connection, so answers are looked for in any case. */
const lookEveryMs = 500;
const sweepEveryMs = 30_000;
/** Whoever waited for it was killed, or is about to take it back itself. */
const keptAfterDueMs = 10_000;

type AnsweredRow = {
  readonly callId: string;
  readonly answer: CarriedAnswer | null;
  readonly body: Buffer | null;
};

const outcomeOf = ({ answer, body }: Pick<AnsweredRow, 'answer' | 'body'>): CarryOutcome => {
  if (answer === null) return { kind: 'unanswered' };
  return answer.kind === 'answered' ? { ...answer, body: body?.toString('utf8') ?? '' } : answer;
};

/** Stored only where an agent is there to take it, so that nobody waits for one who has left. */
const put = (callId: string, call: AgentCall) => sql<{ stored: boolean; lastSeenAt: string | null }>`
  with last as (select agents, last_seen_at from ops.agent_presence where system = ${call.system}),
    stored as (
      insert into ops.agent_call (call_id, system, operation, method, path, headers, body, answer_bytes_max, due_at)
      select ${callId}::uuid, ${call.system}, ${call.operation}, ${call.method}, ${call.path}, ${JSON.stringify(call.headers)}::json,
        ${call.body === undefined ? null : Buffer.from(call.body, 'utf8')}::bytea, ${call.answerBytesMax}::int,
        clock_timestamp() + ${call.timeoutMs}::int * interval '1 ms'
      from last where last.agents > 0 returning call_id),
    told as (select pg_notify(${agentChannel}, ${callSignal(call.system)}) from stored)
  select exists (select from told) as stored, (select last_seen_at from last) as "lastSeenAt"`;

/** What is handed over here is in the database no longer. */
const takeAnswers = (callIds: readonly string[]) => sql<AnsweredRow>`
  delete from ops.agent_call where call_id = any(${[...callIds]}::uuid[]) and answered_at is not null
  returning call_id::text as "callId", answer, answer_body as body`;

type Withdrawn = Pick<AnsweredRow, 'answer' | 'body'> & { readonly taken: boolean };

const withdraw = (callId: string) => sql<Withdrawn>`
  delete from ops.agent_call where call_id = ${callId}::uuid
  returning taken_at is not null as taken, answer, answer_body as body`;

/** True when the time is up or nobody waits any more, whichever comes first. */
const over = (timeoutMs: number, signal: AbortSignal | undefined) => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  const timer = setTimeout(end, timeoutMs);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted === true) end();
  return {
    promise,
    clear: (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    },
  };
};

/** The side of those who call. One look at the database serves all that wait in this process. */
export const createCarrying = <Tables>(db: Kysely<Tables>, listen: () => void, onError: (error: unknown) => void) => {
  const waiting = new Map<string, (outcome: CarryOutcome) => void>();
  let looking: Promise<void> | undefined;
  let again = false;
  let isUsed = false;

  const look = async (): Promise<void> => {
    do {
      again = false;
      if (waiting.size === 0) return;
      const { rows } = await takeAnswers([...waiting.keys()]).execute(db);
      for (const row of rows) waiting.get(row.callId)?.(outcomeOf(row));
    } while (again);
  };
  const lookSoon = (): void => {
    again = true;
    looking ??= look()
      .catch(onError)
      .finally(() => {
        looking = undefined;
      });
  };

  const sweep = async (): Promise<void> => {
    await sql`delete from ops.agent_call where due_at < clock_timestamp() - ${keptAfterDueMs}::int * interval '1 ms'`.execute(
      db,
    );
  };
  const sweepWhereUsed = (): void => {
    if (isUsed) void sweep().catch(onError);
  };
  const timers = [setInterval(lookSoon, lookEveryMs), setInterval(sweepWhereUsed, sweepEveryMs)];
  for (const timer of timers) timer.unref();

  /** An agent that takes it in this very moment has it, and its answer may be there by now. */
  const takenBack = async (callId: string): Promise<CarryOutcome> => {
    const [row] = (await withdraw(callId).execute(db)).rows;
    // Gone with a crash of the server: somebody may have had it.
    if (row === undefined || row.taken) return outcomeOf(row ?? { answer: null, body: null });
    return { kind: 'not-taken' };
  };

  const carry: CarryCall = async (call, signal) => {
    listen();
    isUsed = true;
    const callId = randomUUID();
    const answered = Promise.withResolvers<CarryOutcome>();
    const end = over(call.timeoutMs, signal);
    waiting.set(callId, answered.resolve);
    try {
      const [row] = (await put(callId, call).execute(db)).rows;
      if (row?.stored !== true) return { kind: 'away', lastSeenAt: row?.lastSeenAt ?? null };
      return (await Promise.race([answered.promise, end.promise])) ?? (await takenBack(callId));
    } finally {
      end.clear();
      waiting.delete(callId);
    }
  };

  return {
    carry,
    onAnswer: (callId: string): void => {
      if (waiting.has(callId)) lookSoon();
    },
    lookSoon,
    sweep,
    close: async (): Promise<void> => {
      for (const timer of timers) clearInterval(timer);
      for (const resolve of waiting.values()) resolve({ kind: 'unanswered' });
      waiting.clear();
      await looking;
    },
  };
};
