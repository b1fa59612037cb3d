import { type Kysely, sql } from 'kysely';

/** An availability check asks for the few lines of a position that take only their full quantity. */
export const up = async (db: Kysely<never>): Promise<void> => {
  await sql
    .raw(`create index backorder_whole on rm_inventory_v1.backorder (stock_key, accepted_at) where whole`)
    .execute(db);
};
