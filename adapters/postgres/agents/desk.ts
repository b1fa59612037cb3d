import { type Kysely, sql } from 'kysely';
import type { AgentDesk, CarriedAnswer, HandedCall, PresentAgent } from '../../../commands/ports.ts';
import { orLogUnavailable } from '../failures.ts';
import { createWakeups } from '../wakeups.ts';
import { agentChannel, answerSignal, callSignal } from './signals.ts';

/** Notifications may be lost with a connection, so calls are looked for in any case. */
const lookEveryMs = 1_000;
/** Of one system; more have not been at work at a time, or somebody invents them. */
const agentsKept = 20;
/** Bodies of calls that are handed over at once; one that is longer goes alone. */
const handedBytesMax = 8 * 1024 * 1024;

type Row = Omit<HandedCall, 'body'> & { readonly body: Buffer | null };

const see = ({ system, agent, version }: PresentAgent) => sql`
  with forgotten as (delete from ops.agent where (system, agent) in (
      select system, agent from ops.agent where system = ${system} and agent <> ${agent} order by seen_at desc offset ${agentsKept - 1}::int))
  insert into ops.agent as a (system, agent, version) values (${system}, ${agent}, ${version})
  on conflict (system, agent) do update set version = excluded.version, seen_at = excluded.seen_at
  where a.seen_at < clock_timestamp() - interval '1 second'`;

/** Each to one agent, in the order in which they were asked for; none that nobody waits for any more. */
const takeFree = ({ system, agent }: PresentAgent, max: number) => sql<Row>`
  with free as (
      select call_id, stored_at, coalesce(octet_length(body), 0) as bytes from ops.agent_call
      where system = ${system} and taken_at is null and due_at > clock_timestamp()
      order by stored_at, call_id limit ${max}::int for update skip locked),
    fitting as (
      select call_id from (
        select call_id, sum(bytes) over (order by stored_at, call_id) - bytes as before from free) f
      where f.before < ${handedBytesMax}::bigint),
    taken as (
      update ops.agent_call c set taken_at = clock_timestamp(), taken_by = ${agent} from fitting f where c.call_id = f.call_id
      returning c.*)
  select call_id::text as "callId", operation, method, path, headers, body, answer_bytes_max as "answerBytesMax",
    greatest(1, extract(epoch from due_at - clock_timestamp()) * 1000)::int as "timeoutMs"
  from taken order by stored_at, call_id`;

const putBack = (system: string, callIds: readonly string[]) => sql`
  with free as (
    update ops.agent_call set taken_at = null, taken_by = null
    where call_id = any(${[...callIds]}::uuid[]) and answered_at is null returning 1)
  select pg_notify(${agentChannel}, ${callSignal(system)}) from free limit 1`;

const awaited = (system: string, callId: string) =>
  sql`call_id = ${callId}::uuid and system = ${system} and taken_at is not null and answered_at is null and due_at > clock_timestamp()`;

const wantedOf = (system: string, callId: string) => sql<{ answerBytesMax: number }>`
  select answer_bytes_max as "answerBytesMax" from ops.agent_call where ${awaited(system, callId)}`;

/** The body apart from what is said of it: it may be long, and need not be text that the database takes. */
const partsOf = (answer: CarriedAnswer): { readonly said: string; readonly bytes: Buffer | null } => {
  if (answer.kind === 'failed') return { said: JSON.stringify(answer), bytes: null };
  const { body, ...said } = answer;
  return { said: JSON.stringify(said), bytes: Buffer.from(body, 'utf8') };
};

const store = (system: string, callId: string, { said, bytes }: ReturnType<typeof partsOf>) => sql`
  with stored as (
    update ops.agent_call set answered_at = clock_timestamp(), answer = ${said}::json, answer_body = ${bytes}::bytea
    where ${awaited(system, callId)} returning 1)
  select pg_notify(${agentChannel}, ${answerSignal(callId)}) from stored`;

/** The side of the agents. */
export const createDesk = <Tables>(db: Kysely<Tables>, listen: () => void, onError: (error: unknown) => void) => {
  const closing = new AbortController();
  const wakeups = createWakeups(lookEveryMs);

  /** Whoever has gone has not got them whole, so nobody has done them. */
  const taken = async (who: PresentAgent, max: number, gone: AbortSignal): Promise<readonly HandedCall[]> => {
    const { rows } = await orLogUnavailable(() => takeFree(who, max).execute(db));
    if (rows.length === 0) return [];
    const release = (): void => {
      const ids = rows.map(({ callId }) => callId);
      putBack(who.system, ids).execute(db).catch(onError);
    };
    gone.addEventListener('abort', release, { once: true });
    if (gone.aborted) {
      release();
      return [];
    }
    return rows.map(({ body, ...row }) => ({ ...row, body: body?.toString('utf8') }));
  };

  const take: AgentDesk['take'] = async (who, { max, waitMs }, gone) => {
    listen();
    await orLogUnavailable(() => see(who).execute(db));
    if (max === 0) return [];
    const signal = AbortSignal.any([gone, closing.signal, AbortSignal.timeout(waitMs)]);
    for (;;) {
      // Before the look, so that nothing is stored unnoticed between the two.
      const change = wakeups.changed(signal);
      const calls = gone.aborted ? [] : await taken(who, max, gone);
      if (calls.length > 0 || signal.aborted) return calls;
      await change;
    }
  };

  const desk: AgentDesk = {
    take,
    wanted: async (system, callId) => (await orLogUnavailable(() => wantedOf(system, callId).execute(db))).rows[0],
    answer: async (system, callId, answer) =>
      (await orLogUnavailable(() => store(system, callId, partsOf(answer)).execute(db))).rows.length > 0,
  };
  return {
    desk,
    wake: wakeups.wake,
    /** Ends what is held. */
    close: (): void => closing.abort(),
  };
};
