import { sql } from 'kysely';
import type { BatchHere, JournalHere, JournalStretch } from '../../domain/reconciliation/ours.ts';
import { defineQuery, type Question } from '../question.ts';

const acknowledged = sql`(s.state = 'ACKNOWLEDGED' or (s.state = 'REVERSED' and s.erp_document is not null))`;

/** Journals of the batch `b` without a document, those that a later batch took over among them. */
const unacknowledged = sql`select s.journal_id from rm.gl_journal_state s
    where s.bu = b.bu and s.batch_node = 'gl-batch:' || b.batch_id and not ${acknowledged} and b.acknowledged_count < b.journal_count
  union all select e ->> 'journalId' from jsonb_array_elements(b.resealed) e`;

/** As the batch was sealed, less what has no document: the lines of a batch that is acknowledged are not read. */
const amounts = sql`select t.currency, sum(t.debit) as debit from (
    select x.currency, x.debit from jsonb_to_recordset(b.control_totals) as x(currency text, debit numeric)
    union all select l.currency, -l.debit from (${unacknowledged}) u join rm.gl_line l on l.journal_id = u.journal_id) t
  group by t.currency`;

type Asked = {
  readonly bu: string;
  readonly system: string;
  /** RFC 3339: what was sealed since is looked at, and before that what is of a period that is not closed, or differs. */
  readonly since: string;
  readonly quietSince: string;
};

/** By their ids, those behind `after`. */
export const batchesAfter = defineQuery(
  (
    { bu, system, since, quietSince }: Asked,
    after: string,
    limit: number,
  ): Question<BatchHere, readonly BatchHere[]> => ({
    statement: sql`select b.batch_id as "batchId", b.journal_count as journals, b.acknowledged_count as documents,
        b.updated_at <= ${quietSince}::timestamptz as "isQuiet",
        (select coalesce(json_object_agg(t.currency, t.debit::text) filter (where t.debit <> 0), '{}') from (${amounts}) t) as amounts
      from rm.gl_batch b where b.bu = ${bu} and b.erp_system = ${system} and b.batch_id > ${after} and (b.sealed_at >= ${since}::timestamptz
        or (select p.state from rm.accounting_period p where p.period_id = b.bu || '.' || b.ledger || '.' || b.period
          order by p.revision desc limit 1) is distinct from 'CLOSED'
        or exists (select from rm.recon_break k where k.bu = b.bu and k.pair = 'journals' and k.state <> 'HEALED'
          and (k.object_id = b.batch_id or starts_with(k.object_id, b.batch_id || '/'))))
      order by b.batch_id limit ${limit}`,
    answer: (rows) => rows,
  }),
);

/** What was sealed into a batch. */
export const journalsIn = defineQuery(
  ({ bu, batchId, after, through }: JournalStretch, limit: number): Question<JournalHere, readonly JournalHere[]> => ({
    statement: sql`select s.journal_id as "journalId", s.state, s.erp_document as document, s.here as "isHere", j.currency,
        j.order_id as "orderId", (select sum(l.debit) from rm.gl_line l where l.journal_id = s.journal_id)::text as amount
      from (select s.journal_id, s.state, case when ${acknowledged} then s.erp_document end as erp_document, true as here
          from rm.gl_journal_state s where s.bu = ${bu} and s.batch_node = ${`gl-batch:${batchId}`}
        union all select e ->> 'journalId', 'REJECTED', null, false
          from rm.gl_batch b cross join lateral jsonb_array_elements(b.resealed) e where b.bu = ${bu} and b.batch_id = ${batchId}) s
        join rm.gl_journal j on j.journal_id = s.journal_id
      where s.journal_id collate "C" > ${after} and (${through}::text is null or s.journal_id collate "C" <= ${through})
      order by s.journal_id collate "C" limit ${limit}`,
    answer: (rows) => rows,
  }),
);
