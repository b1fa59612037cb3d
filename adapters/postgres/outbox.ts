import { type Kysely, sql } from 'kysely';
import type { GroupRate, NewOutboxItem, Outbox, OutboxItem, Which } from '../../commands/ports.ts';
import { ensureCheckpoint, movedCheckpoint } from './checkpoints.ts';
import { orLogUnavailable } from './failures.ts';
import { notHeld } from './outboxHeld.ts';
import { addBuckets, dueWithin } from './outboxRates.ts';
import { createWakeups } from './wakeups.ts';

type Stored = Omit<OutboxItem, 'payload'> & { readonly payload: string; readonly sequence: string };

/** Other instances' intents, and retries that fall due, are found by looking again after this long. */
const waitMsMax = 250;
const errorDetailCharsMax = 2_000;

type Checkpoint = Parameters<Outbox['store']>[1];

type NewRow = Omit<NewOutboxItem, 'payload'> & { readonly payload: string };

const whatOf = ({ lane, step, payload }: NewRow): string => `${lane} ${step} ${payload}`;

/** Of the same step that looks anew only the last one: an earlier one may be stored already, and done. */
const eachOnce = (rows: readonly NewRow[]): readonly NewRow[] => {
  const lasts = new Map<string, NewRow>();
  for (const row of rows) if (row.looksAnew) lasts.set(whatOf(row), row);
  return rows.filter((row) => !row.looksAnew || lasts.get(whatOf(row)) === row);
};

/**
 * Leaves out a step that looks anew when it runs and for which another one waits. Nothing is locked for that: whoever takes
 * the waiting one after this statement looked asks for the head of the log after that, and what the one that is left out is
 * about was in the log before.
 */
const notWaiting = sql`where not (r."looksAnew" is true and exists (
      select from ops.outbox w where w.lane = r.lane and w.done_at is null and w.attempts = 0
        and w.step = r.step and w.payload = r.payload))`;

/** Checkpoint and rows in one statement, which is its own transaction. Nothing is written where the checkpoint is not at `from`. */
const storeItems = (items: readonly NewOutboxItem[], { name, from, to }: Checkpoint) => {
  const rows = eachOnce(items.map((item) => ({ ...item, payload: JSON.stringify(item.payload) })));
  return sql`
    with moved as (${movedCheckpoint(name, from, { position: to })}), stored as (
    insert into ops.outbox (intent_id, process, key, bu, step, lane, delay_ms, payload, cause_event_id, cause_position,
                            correlation_id, partner, node, channel, priority, due_at)
    select r."intentId", r.process, r.key, r.bu, r.step, r.lane, r."delayMs", r.payload, r."causeEventId",
           r."causePosition", r."correlationId", r.partner, r.node, r.channel, r.priority, clock_timestamp() + r."delayMs" * interval '1 ms'
    from rows from (jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as (
      "intentId" text, process text, key text, bu text, step text, lane text, "delayMs" bigint, payload text,
      "causeEventId" text, "causePosition" text, "correlationId" text,
      partner text, node text, channel text, priority smallint, "looksAnew" boolean)) with ordinality r, moved
    ${rows.some(({ looksAnew }) => looksAnew) ? notWaiting : sql``}
    order by r.ordinality
    on conflict (intent_id) do nothing)
    select from moved`;
};

/**
 * An item waits for every earlier one of its lane that is running, failing or due; one that is only scheduled for later
 * does not hold up the lane. A row another worker is taking is skipped, and so is the lane behind it.
 * `priority > 0` says that the index by turn may be used; what asks for a lane must not use it.
 */
const takeItems = (worker: string, limit: number, leaseMs: number, { held = [], rates = [], priority }: Which) => {
  const isDue = sql`o.done_at is null and o.priority > 0 and o.due_at <= clock_timestamp()
      and (o.lease_until is null or o.lease_until <= clock_timestamp())
      and not exists (
        select from ops.outbox e where e.lane = o.lane and e.sequence < o.sequence and e.done_at is null
          and (e.attempts > 0 or e.due_at <= clock_timestamp()))
      ${priority === undefined ? sql`` : sql`and o.priority = ${priority}`}
      ${notHeld(held)}`;
  const due =
    rates.length > 0
      ? dueWithin(rates, limit, isDue)
      : sql`due as materialized (
    select o.intent_id from ops.outbox o where ${isDue}
    order by o.priority, o.sequence limit ${limit} for update of o skip locked
  )`;
  return sql<Stored>`
  with ${due}
  update ops.outbox o
  set worker = ${worker}, attempts = o.attempts + 1, lease_until = clock_timestamp() + ${leaseMs} * interval '1 ms'
  from due where due.intent_id = o.intent_id
  returning o.sequence, o.intent_id as "intentId", o.process, o.key, o.bu, o.step, o.lane, o.delay_ms::float8 as "delayMs",
            o.payload, o.cause_event_id as "causeEventId", o.cause_position as "causePosition",
            o.correlation_id as "correlationId", o.attempts, o.priority, o.partner, o.node, o.channel`;
};

const countItems = sql<{ waiting: number; retrying: number; oldest: number }>`
  select count(*) filter (where failed_at is null)::int as waiting, count(*) filter (where failed_at is not null)::int as retrying,
         coalesce(extract(epoch from clock_timestamp() - min(stored_at + delay_ms * interval '1 ms')), 0)::float8 as oldest
  from ops.outbox where done_at is null`;

const itemFromRow = ({ payload, sequence: _sequence, ...item }: Stored): OutboxItem => ({
  ...item,
  payload: JSON.parse(payload) as OutboxItem['payload'],
});

const byTurn = (a: Stored, b: Stored): number => a.priority - b.priority || Number(a.sequence) - Number(b.sequence);

/** Intents in `ops.outbox`. `attempts` of a taken item counts the present attempt: the first is 1. */
export const createOutbox = <Tables>(db: Kysely<Tables>): Outbox => {
  const { wake, changed } = createWakeups(waitMsMax);

  let storesCount = 0;

  const store: Outbox['store'] = async (items, checkpoint) => {
    const stored = await orLogUnavailable(async () => {
      if (checkpoint.from === 'start') await ensureCheckpoint(db, checkpoint.name);
      return (await storeItems(items, checkpoint).execute(db)).rows.length === 1;
    });
    storesCount += 1;
    wake();
    return stored;
  };

  /** Limits that are known to have their buckets. */
  let limited = new Set<string>();
  const fillBuckets = async (rates: readonly GroupRate[]): Promise<void> => {
    const asked = new Set(rates.map(({ group, key }) => `${group}:${key}`));
    if ([...asked].some((one) => !limited.has(one))) await addBuckets(rates).execute(db);
    limited = asked;
  };

  const take: Outbox['take'] = (worker, limit, leaseMs, which = {}) =>
    orLogUnavailable(async () => {
      await fillBuckets(which.rates ?? []);
      const { rows } = await takeItems(worker, limit, leaseMs, which).execute(db);
      return rows.toSorted(byTurn).map(itemFromRow);
    });

  const done: Outbox['done'] = async (intentIds) => {
    const finish = sql<{ next: boolean }>`select ops.finish_intents(${[...intentIds]}::text[]) as next`;
    const storesBefore = storesCount;
    const { rows } = await orLogUnavailable(() => finish.execute(db));
    // The next item of a lane is free now. What is stored meanwhile was not seen here, nor this by who took it.
    if (rows[0]?.next !== false || storesCount !== storesBefore) wake();
  };

  const retry: Outbox['retry'] = async ({ intentId, attempts }, error, delayMs) => {
    const { kind = 'STUCK' } = error;
    const detail = error.detail.slice(0, errorDetailCharsMax);
    const postpone = sql`update ops.outbox
      set lease_until = null, due_at = clock_timestamp() + ${delayMs} * interval '1 ms', error_class = ${error.class},
          error_detail = ${detail}, failed_at = clock_timestamp(), trouble = ${kind},
          first_failed_at = case when (trouble = 'WAITING') = ${kind === 'WAITING'} then coalesce(first_failed_at, clock_timestamp())
                                 else clock_timestamp() end
      where intent_id = ${intentId} and attempts = ${attempts} and done_at is null`;
    await orLogUnavailable(() => postpone.execute(db));
  };

  const counts: Outbox['counts'] = async () => {
    const { rows } = await orLogUnavailable(() => countItems.execute(db));
    const { waiting, retrying, oldest } = rows[0] ?? { waiting: 0, retrying: 0, oldest: 0 };
    return { waiting, retrying, oldestSeconds: Math.max(0, oldest) };
  };

  return { store, take, done, retry, changed, counts };
};
