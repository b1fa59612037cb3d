import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DueDelivery, LaneNotice, NewDelivery, Tried, WebhookDeliveries } from '../../commands/ports.ts';
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

const stateOf = ({ error, dueAt }: Tried): string =>
  error === null ? 'DELIVERED' : dueAt === null ? 'STUCK' : 'PENDING';

/**
 * What became of tries, and for each lane when to look at what waits behind: with its head, or at once where that was taken.
 * Only rows that say something else are written, because a lane of a large order is long and goes on with every notice.
 */
const settled = (tried: readonly Tried[]) => {
  const ids = tried.map(({ deliveryId }) => deliveryId);
  const due = tried.map((one) => (one.error === null ? one.at : (one.dueAt ?? 'infinity')));
  return sql`
  with t as (
    select * from unnest(${ids}::text[], ${tried.map(stateOf)}::text[], ${due}::timestamptz[], ${tried.map(({ at }) => at)}::timestamptz[],
      ${tried.map(({ status }) => status)}::int[], ${tried.map(({ error }) => error)}::text[], ${tried.map(({ attempts }) => attempts)}::int[])
      as t(delivery_id, state, due_at, at, status, error, attempts)),
  one as (
    update ops.webhook_delivery d set state = t.state, due_at = t.due_at, attempts = d.attempts + 1, last_attempt_at = t.at,
      last_status = t.status, last_error = t.error, delivered_at = case t.state when 'DELIVERED' then t.at end
    from t where d.delivery_id = t.delivery_id and (t.state = 'DELIVERED' or (d.state = 'PENDING' and d.attempts = t.attempts))
    returning d.subscription_id, d.order_id, t.state, t.due_at)
  update ops.webhook_delivery d set due_at = one.due_at from one
  where d.subscription_id = one.subscription_id and d.order_id = one.order_id and d.state = 'PENDING' and d.delivery_id <> all(${ids}::text[])
    and case one.state when 'DELIVERED' then d.due_at > one.due_at else d.due_at <> one.due_at end`;
};

/** As it was in the beginning, and nothing in its lane is looked at later. */
const again = (deliveryId: string, at: string) => sql`
  with one as (
    update ops.webhook_delivery set state = 'PENDING', attempts = 0, due_at = ${at}::timestamptz, delivered_at = null
    where delivery_id = ${deliveryId} returning subscription_id, order_id)
  update ops.webhook_delivery d set due_at = ${at}::timestamptz from one
  where d.subscription_id = one.subscription_id and d.order_id = one.order_id and d.state = 'PENDING' and d.delivery_id <> ${deliveryId}
    and d.due_at > ${at}::timestamptz`;

/** What is stuck, and what waits behind it, is due never: it stays so. */
const hastened = (subscriptionIds: readonly string[], at: string) => sql`
  update ops.webhook_delivery d set due_at = ${at}::timestamptz
  where d.subscription_id = any(${[...subscriptionIds]}::text[]) and d.state = 'PENDING' and d.due_at > ${at}::timestamptz
    and d.due_at < 'infinity'`;

const lane = (subscriptionId: string, orderId: string, limit: number) => sql<LaneNotice & { readonly waiting: number }>`
  select d.delivery_id as "deliveryId", d.bu, d.type, d.position, d.body, d.attempts, d.last_status as "lastStatus",
    d.last_error as "lastError", (count(*) over ())::int as waiting
  from ops.webhook_delivery d
  where d.subscription_id = ${subscriptionId} and d.order_id = ${orderId} and d.state <> 'DELIVERED'
  order by d.position, d.place limit ${limit}`;

/** What subscribers are to be told and were, in `ops.webhook_delivery`. */
export const createWebhookDeliveries = <Tables>(db: Kysely<Tables>): WebhookDeliveries => {
  const run = <Row>(statement: RawBuilder<Row>) => orLogUnavailable(() => statement.execute(db));
  return {
    add: async (rows, at) => {
      for (const part of inParts(rows)) await run(added(part, at));
    },
    due: async (rooms, underWay, at) => (await run(due(rooms, underWay, at))).rows,
    settle: async (tried) => {
      await run(settled(tried));
    },
    hasten: async (subscriptionIds, at) => {
      await run(hastened(subscriptionIds, at));
    },
    again: async (deliveryId, at) => {
      await run(again(deliveryId, at));
    },
    lane: async (subscriptionId, orderId, limit) => {
      const { rows } = await run(lane(subscriptionId, orderId, limit));
      return { waiting: rows[0]?.waiting ?? 0, first: rows };
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
