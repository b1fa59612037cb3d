import { type Kysely, sql } from 'kysely';

/**
 * `rm_webhooks_v1.webhook`: who is told of what, without the secrets. `ops.webhook_delivery`: one notice for one subscription
 * and what became of it; rows are made only while somebody subscribes, and forgotten after a month. What is not delivered is
 * found by the order it is in, and what is due by its subscription.
 */
const statements = [
  `create schema rm_webhooks_v1`,
  `create table rm_webhooks_v1.webhook (
     subscription_id text primary key,
     url text not null,
     events jsonb,
     customers jsonb,
     state text not null,
     state_reason text,
     automatic boolean not null,
     secret_id text not null,
     previous_secret_until timestamptz,
     subscribed_by text not null,
     subscribed_at timestamptz not null,
     created_position text collate "C" not null,
     revision integer not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create view rm.webhook as select * from rm_webhooks_v1.webhook`,
  `create table ops.webhook_delivery (
     delivery_id text primary key,
     subscription_id text not null,
     bu text not null,
     order_id text not null,
     type text not null,
     position text collate "C" not null,
     place smallint not null,
     body text not null,
     state text not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'STUCK')),
     attempts integer not null default 0,
     due_at timestamptz not null,
     created_at timestamptz not null,
     last_attempt_at timestamptz,
     last_status integer,
     last_error text,
     delivered_at timestamptz
   )`,
  `create index webhook_delivery_lane on ops.webhook_delivery (subscription_id, order_id, position, place) where state <> 'DELIVERED'`,
  `create index webhook_delivery_due on ops.webhook_delivery (subscription_id, due_at, position, place) where state = 'PENDING'`,
  `create index webhook_delivery_subscription on ops.webhook_delivery (subscription_id, position, place)`,
  `create index webhook_delivery_order on ops.webhook_delivery (order_id, position, place)`,
  `create index webhook_delivery_position on ops.webhook_delivery (position, place)`,
  `create index webhook_delivery_created on ops.webhook_delivery (created_at)`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
