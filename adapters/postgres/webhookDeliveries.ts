import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DueDelivery, NewDelivery, Tried, WebhookDeliveries } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

/** Of one statement: a notice of an order with two thousand lines is some 300 kB. */
const rowsAtOnce = 500;
const charsAtOnce = 4_000_000;

const inParts = (rows: readonly NewDelivery[]): readonly (readonly NewDelivery[])[] => {
  const parts: NewDelivery[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    chars += row.body.length;
    const part = parts.at(-1);
    if (part !== undefined && part.length < rowsAtOnce && chars <= charsAtOnce) part.push(row);
    else {
      parts.push([row]);
      chars = row.body.length;
    }
  }
  return parts;
};

/** What follows a notice that waits for its next try, or is stuck, is due no sooner: it need not be looked at until then. */
const added = (rows: readonly NewDelivery[], at: string) => {
  const column = (name: keyof NewDelivery) => rows.map((row) => row[name]);
  return sql`
    insert into ops.webhook_delivery (delivery_id, subscription_id, bu, order_id, type, position, place, body, created_at, due_at)
    select r.*, ${at}::timestamptz, coalesce((
      select max(d.due_at) from ops.webhook_delivery d
      where d.subscription_id = r.subscription_id and d.order_id = r.order_id and d.state <> 'DELIVERED'), ${at}::timestamptz)
    from unnest(${column('deliveryId')}::text[], ${column('subscriptionId')}::text[], ${column('bu')}::text[], ${column('orderId')}::text[],
                ${column('type')}::text[], ${column('position')}::text[], ${column('place')}::smallint[], ${column('body')}::text[])
      as r(delivery_id, subscription_id, bu, order_id, type, position, place, body)
    on conflict (delivery_id) do nothing`;
};

const due = (
  rooms: readonly { readonly subscriptionId: string; readonly room: number }[],
  underWay: readonly string[],
  at: string,
) => sql<DueDelivery>`
  select d.delivery_id as "deliveryId", d.subscription_id as "subscriptionId", d.attempts, d.body
  from unnest(${rooms.map(({ subscriptionId }) => subscriptionId)}::text[], ${rooms.map(({ room }) => room)}::int[]) as s(id, room)
  cross join lateral (
    select n.* from ops.webhook_delivery n
    where n.subscription_id = s.id and n.state = 'PENDING' and n.due_at <= ${at}::timestamptz and n.delivery_id <> all(${[...underWay]}::text[])
      and not exists (
        select from ops.webhook_delivery e
        where e.subscription_id = n.subscription_id and e.order_id = n.order_id and e.state <> 'DELIVERED'
          and (e.position, e.place) < (n.position, n.place))
    order by n.due_at, n.position, n.place limit s.room) d`;

/** Changes one row, and brings what waits behind it in its lane to when it may be looked at: `due_at`. */
const withLane = (deliveryId: string, change: RawBuilder<unknown>, dueAt: string) => sql`
  with one as (
    update ops.webhook_delivery set ${change} where delivery_id = ${deliveryId} returning subscription_id, order_id)
  update ops.webhook_delivery d set due_at = ${dueAt}::timestamptz from one
  where d.subscription_id = one.subscription_id and d.order_id = one.order_id and d.state = 'PENDING' and d.delivery_id <> ${deliveryId}`;

const attempted = ({ at, status, error }: Tried): RawBuilder<unknown> =>
  sql`attempts = attempts + 1, last_attempt_at = ${at}::timestamptz, last_status = ${status}::int, last_error = ${error}::text`;

/** What subscribers are to be told and were, in `ops.webhook_delivery`. */
export const createWebhookDeliveries = <Tables>(db: Kysely<Tables>): WebhookDeliveries => {
  const run = <Row>(statement: RawBuilder<Row>) => orLogUnavailable(() => statement.execute(db));
  return {
    add: async (rows, at) => {
      for (const part of inParts(rows)) await run(added(part, at));
    },
    due: async (rooms, underWay, at) => (await run(due(rooms, underWay, at))).rows,
    delivered: async (tried) => {
      const change = sql`state = 'DELIVERED', delivered_at = ${tried.at}::timestamptz, ${attempted(tried)}`;
      await run(withLane(tried.deliveryId, change, tried.at));
    },
    failed: async (tried, dueAt) => {
      const at = dueAt ?? 'infinity';
      const state = dueAt === null ? 'STUCK' : 'PENDING';
      const change = sql`state = ${state}, due_at = ${at}::timestamptz, ${attempted(tried)}`;
      await run(withLane(tried.deliveryId, change, at));
    },
    again: async (deliveryId, at) => {
      const change = sql`state = 'PENDING', attempts = 0, due_at = ${at}::timestamptz, delivered_at = null`;
      await run(withLane(deliveryId, change, at));
    },
    subscriptionOf: async (deliveryId) => {
      const { rows } = await run(
        sql<{ id: string }>`select subscription_id as id from ops.webhook_delivery where delivery_id = ${deliveryId}`,
      );
      return rows[0]?.id;
    },
    drop: async (subscriptionId) => {
      await run(
        sql`delete from ops.webhook_delivery where subscription_id = ${subscriptionId} and state <> 'DELIVERED'`,
      );
    },
    forget: async (before, limit) => {
      const { rows } = await run(sql`delete from ops.webhook_delivery where delivery_id in (
        select delivery_id from ops.webhook_delivery where created_at < ${before}::timestamptz limit ${limit}) returning 1`);
      return rows.length;
    },
  };
};
