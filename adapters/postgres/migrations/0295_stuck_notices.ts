import { type Kysely, sql } from 'kysely';

const waitingTooLong = `interval '15 minutes'`;

/**
 * A notice that its subscriber does not take is shown among what cannot go on, as a step of the outbox is; so is one whose
 * subscription paused itself, because somebody has to look. The indexes find the few that were tried in vain, and the oldest
 * that waits.
 */
const shown = `select 'webhook:' || d.delivery_id, case when d.state = 'STUCK' or w.state = 'PAUSED' then 'STUCK' else 'RETRYING' end,
    'webhook-deliveries', null, 'webhook:' || d.subscription_id || ':' || d.order_id, d.position, null, d.type,
    jsonb_build_object('subscriptionId', d.subscription_id, 'orderId', d.order_id, 'deliveryId', d.delivery_id),
    coalesce(d.last_error, 'NoOutcome'),
    case when w.state = 'PAUSED' then w.state_reason
      when d.last_status is null then 'The endpoint did not answer: ' || coalesce(d.last_error, 'nobody knows why') || '.'
      else 'The endpoint answered ' || d.last_status || '.' end,
    d.attempts, d.created_at, d.last_attempt_at,
    (select count(*) from ops.webhook_delivery b where b.subscription_id = d.subscription_id and b.order_id = d.order_id
       and b.state <> 'DELIVERED' and (b.position, b.place) > (d.position, d.place))::int,
    d.body, d.bu
  from ops.webhook_delivery d join rm.webhook w on w.subscription_id = d.subscription_id
  where d.state <> 'DELIVERED' and d.attempts > 0 and (d.state = 'STUCK' or (w.state = 'PAUSED' and w.automatic)
    or (w.state = 'ACTIVE' and d.created_at < clock_timestamp() - ${waitingTooLong}))`;

export const up = async (db: Kysely<never>): Promise<void> => {
  const statements = [
    `create index webhook_delivery_failing on ops.webhook_delivery (subscription_id, position, place) where state <> 'DELIVERED' and attempts > 0`,
    `create index webhook_delivery_waiting on ops.webhook_delivery (created_at) where state = 'PENDING'`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
  const { rows } = await sql<{ before: string }>`select pg_get_viewdef('rm.dead_letter') as before`.execute(db);
  const before = rows[0]?.before.replace(/;\s*$/, '') ?? '';
  await sql.raw(`create or replace view rm.dead_letter as ${before} union all ${shown}`).execute(db);
};
