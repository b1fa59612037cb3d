import { type Kysely, sql } from 'kysely';

/** Samples that auditors drew of the staging ledger, each with the lines that were drawn. Listed by when, most often of one business unit. */
const statements = [
  `create schema rm_audit_samples_v1`,
  `create table rm_audit_samples_v1.audit_sample (
     sample_id text primary key,
     ledger text not null,
     period text,
     method text not null,
     seed text not null,
     known_as_of text collate "C" not null,
     currency text not null,
     population jsonb not null,
     strata jsonb not null,
     line_count integer not null,
     lines jsonb not null,
     reason text not null,
     drawn_by text not null,
     drawn_at timestamptz not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create index audit_sample_drawn on rm_audit_samples_v1.audit_sample (position)`,
  `create index audit_sample_bu on rm_audit_samples_v1.audit_sample (bu, position)`,
  `create view rm.audit_sample as select * from rm_audit_samples_v1.audit_sample`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
