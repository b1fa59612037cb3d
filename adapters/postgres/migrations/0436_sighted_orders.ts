import { type Kysely, sql } from 'kysely';

/**
 * `ops.sighted_order`: orders that one to come may repeat, by what was ordered and by channel, for as long as their business
 * unit wants it. `ops.sighted_channel`: the channels there are, so that an order is looked for in each of the others by
 * index, however many its own has.
 */
const statements = [
  `create table ops.sighted_order (
     occasion text collate "C" not null,
     channel text collate "C" not null,
     position text collate "C" not null,
     content text collate "C" not null,
     order_id text not null,
     customer_po text collate "C" not null,
     goods jsonb,
     accepted_at timestamptz not null,
     until timestamptz not null,
     primary key (occasion, channel, position)
   )`,
  `create index sighted_order_content on ops.sighted_order (content, channel, position)`,
  `create index sighted_order_until on ops.sighted_order (until)`,
  `create table ops.sighted_channel (
     bu text collate "C" not null,
     channel text collate "C" not null,
     primary key (bu, channel)
   )`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
