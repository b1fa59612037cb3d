import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, equals, type Scope } from '../readModel.ts';
import { type JournalRow, journalDocument, toJournal } from './selects.ts';
import { liveLedger } from './source.ts';
import type { JournalView } from './views.ts';

export type RestageFilter = {
  readonly bu: string;
  readonly ledger: string;
  readonly period?: string;
  /** Only journals that wait for an account of this role. */
  readonly role?: string;
  readonly limit: number;
};

/** A journal, and where the event lies that made it. */
export type Restageable = {
  readonly journal: JournalView;
  readonly source: { readonly stream: string; readonly revision: number };
};

type Row = JournalRow & Restageable['source'];

/**
 * Unsealed journals that would come out otherwise if they were staged again: those without an account from before the last
 * account map, those from before there were posting rules, and reversals of versions that were staged again. What a
 * journal takes back comes before it. A version that was staged since is none of them, so asking again comes to an end.
 */
export const restageable = defineQuery(
  ({ bu, ledger, period, role, limit }: RestageFilter, scope?: Scope): Question<Row, readonly Restageable[]> => {
    const ofBooks = allOf([
      sql`s.bu = ${bu} and s.ledger = ${ledger}`,
      sql`s.period = any(array(select period from ledger_period where period is not null))`,
      equals(sql`s.period`, period),
      anyOf(sql`s.bu`, scope?.bus),
    ]);
    // A map names every account that it has, so the newest account is the newest map's.
    const lastMap = sql`(select max(a.position) from rm.gl_account a where a.bu = ${bu} and a.ledger = ${ledger})`;
    const lastRules = sql`(select max(v.position) from rm.policy_version v where v.bu = ${bu} and v.kind = 'posting')`;
    const has = (problem: object) => sql`s.problems @> ${JSON.stringify([problem])}::jsonb`;
    const next = (after: ReturnType<typeof sql>) =>
      sql`(select min(s.period) from rm.gl_journal_state s where s.bu = ${bu} and s.ledger = ${ledger} and ${after})`;
    // Periods are few and journals many: each period is found by the index of open states.
    const statement = sql<Row>`with recursive ledger_period as (
        select ${next(sql`true`)} as period
        union all select ${next(sql`s.period > p.period`)} from ledger_period p where p.period is not null),
      found as (
        select s.journal_id from rm.gl_journal_state s where ${ofBooks} and s.state = 'UNMAPPED' and s.source_position < ${lastMap}
          and ${role === undefined ? sql`true` : has({ role })}
        union select s.journal_id from rm.gl_journal_state s where ${ofBooks} and s.state = 'HELD' and ${role === undefined}
          and ${has({ code: 'POSTING_RULES_MISSING' })} and s.source_position < ${lastRules}
        union select s.journal_id from ${liveLedger.superseded} o join rm.gl_journal r on r.reversal_of = o.journal_id
          join rm.gl_journal_state s on s.journal_id = r.journal_id
          where ${ofBooks} and s.state in ('READY', 'HELD', 'UNMAPPED') and ${role === undefined})
      select ${journalDocument(liveLedger)}, e.stream, e.revision
      from found f join rm.gl_journal j on j.journal_id = f.journal_id join rm.gl_journal_state s on s.journal_id = f.journal_id
        join rm.event_index e on e.event_id = j.source_event_id
      order by j.reversal_of is not null, j.source_position, j.journal_id limit ${limit}`;
    return {
      statement,
      answer: (rows) =>
        rows.map(({ stream, revision, ...row }) => ({ journal: toJournal(row), source: { stream, revision } })),
    };
  },
);
