import { type Kysely, sql } from 'kysely';

/** Approvals by a second person: the present round of each subject and payload. */
const statements = [
  `create schema rm_approvals_v1`,
  `create table rm_approvals_v1.approval (
     approval_id text primary key,
     duty text not null,
     subject_kind text not null,
     subject_id text not null,
     payload_sha256 text not null,
     summary text not null,
     link text not null,
     limit_passed jsonb,
     state text not null check (state in ('REQUESTED', 'GRANTED', 'DENIED', 'EXPIRED')),
     requested_by text not null,
     requested_at timestamptz not null,
     request_reason text not null,
     involved jsonb not null,
     expires_at timestamptz not null,
     decided_by text,
     decided_at timestamptz,
     decision_reason text,
     revision integer not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create index approval_newest on rm_approvals_v1.approval (position desc, approval_id collate "C" desc)`,
  `create index approval_subject on rm_approvals_v1.approval (subject_id)`,
  `create view rm.approval as select * from rm_approvals_v1.approval`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
