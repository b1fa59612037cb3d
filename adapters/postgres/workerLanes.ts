import { type Kysely, sql } from 'kysely';
import type { HeldItem, OpenStep, Paused, WorkerLanes } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';
import { notHeld } from './outboxHeld.ts';

type Stored = Omit<OpenStep, 'payload'> & { readonly payload: string };

export const createWorkerLanes = <Tables>(db: Kysely<Tables>): WorkerLanes => ({
  held: async (consumer, laneKey) => {
    const items = sql<HeldItem>`select item, what, position, payload_ref as "payloadRef", payload, error_class as "errorClass", detail,
        attempts, blocked_count as "blockedCount"
      from ops.stuck where consumer = ${consumer} and lane_key = ${laneKey} order by id`;
    return (await orLogUnavailable(() => items.execute(db))).rows;
  },
  hasten: async (consumer, laneKey) => {
    const ask = sql`insert into ops.lane_retry (consumer, lane_key) values (${consumer}, ${laneKey})
      on conflict (consumer, lane_key) do update set token = gen_random_uuid(), requested_at = clock_timestamp()`;
    await orLogUnavailable(() => ask.execute(db));
  },
  settle: async (consumer, laneKey) => {
    const forget = sql`delete from ops.lane_retry where consumer = ${consumer} and lane_key = ${laneKey}`;
    await orLogUnavailable(() => forget.execute(db));
  },
  openSteps: async (lane, limit) => {
    const steps = sql<Stored>`select intent_id as "intentId", step, partner, payload, cause_position as "causePosition", attempts,
        failed_at is not null as failed, lease_until is not null and lease_until > clock_timestamp() as running,
        error_class as "errorClass", error_detail as detail
      from ops.outbox where lane = ${lane} and done_at is null order by sequence limit ${limit}`;
    const { rows } = await orLogUnavailable(() => steps.execute(db));
    return rows.map(({ payload, ...step }) => ({ ...step, payload: JSON.parse(payload) as unknown }));
  },
  heldBy: async (lane, paused) => {
    const holding: Paused[] = [];
    for (const one of paused.filter(({ group, key }) => group !== 'lane' || key === lane)) {
      const free = sql`select from (select * from ops.outbox where lane = ${lane} and done_at is null order by sequence limit 1) o
        where true ${notHeld([one])}`;
      if ((await orLogUnavailable(() => free.execute(db))).rows.length === 0) holding.push(one);
    }
    return holding;
  },
  hastenSteps: async (lane) => {
    const due = sql`update ops.outbox set due_at = clock_timestamp()
      where lane = ${lane} and done_at is null and failed_at is not null and (lease_until is null or lease_until <= clock_timestamp())`;
    await orLogUnavailable(() => due.execute(db));
  },
});
