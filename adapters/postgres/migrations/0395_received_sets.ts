import type { Kysely } from 'kysely';
import { changeEveryBuild, readAgain } from '../everyBuild.ts';

/** What EDI partners sent about an order, and the 997 that answered it; what came before this is in the log alone, so it is read again. */
export const up = async (db: Kysely<never>): Promise<void> => {
  await changeEveryBuild(db, 'partner_documents', {
    tables: (schema) => [
      `create table if not exists ${schema}.received_set (
         interchange_key text not null,
         place text not null,
         partner text not null,
         sold_to text not null,
         interchange text not null,
         kind text not null,
         order_id text not null,
         payload_sha256 text collate "C",
         received_at timestamptz not null,
         created_position text collate "C" not null,
         acknowledged_by text,
         acknowledged_at timestamptz,
         bu text not null,
         position text collate "C" not null,
         updated_at timestamptz not null,
         primary key (interchange_key, place)
       )`,
      `create index if not exists received_set_order on ${schema}.received_set (order_id, created_position)`,
    ],
    views: (schema) => [`create or replace view rm.received_set as select * from ${schema}.received_set`],
  });
  await readAgain(db, 'partner_documents');
};
