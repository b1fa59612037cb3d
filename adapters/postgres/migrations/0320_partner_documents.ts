import { type Kysely, sql } from 'kysely';

/** What EDI partners were sent. The bytes are in `ops.payload`; a gateway that has seen one number asks for those above it. */
const statements = [
  `create schema rm_partner_documents_v1`,
  `create table rm_partner_documents_v1.partner_document (
     document_id text primary key,
     partner text not null,
     sold_to text not null,
     kind text not null,
     functional_id text not null,
     control_number integer not null,
     order_id text,
     reference text not null,
     payload_sha256 text collate "C" not null,
     acknowledges boolean not null,
     made_at timestamptz not null,
     created_position text collate "C" not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create index partner_document_newest on rm_partner_documents_v1.partner_document (created_position)`,
  `create index partner_document_number on rm_partner_documents_v1.partner_document (bu, partner, control_number)`,
  `create index partner_document_order on rm_partner_documents_v1.partner_document (order_id, created_position)`,
  `create view rm.partner_document as select * from rm_partner_documents_v1.partner_document`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
