import { type RawBuilder, sql } from 'kysely';
import { periodDays } from '../../domain/calendar.ts';
import { blockerRules } from '../../domain/ledger/readiness.ts';
import { byOthers, recordedWhen } from '../eventIndex/actions.ts';
import { anyType } from '../eventIndex/conflicts.ts';
import { type BooksPeriod, ofUnit } from '../periods/blockers.ts';
import { blockerRows, readinessModels } from '../periods/readiness.ts';
import { allOf, anyOf } from '../readModel.ts';
import { isCurrent } from './ledgerRows.ts';
import { count, type Report, type ReportQuestion, text, untotalled } from './report.ts';

type Value = RawBuilder<unknown>;

/** What people do where the service would have gone on by itself, of the types that the index of duties holds. */
const interventions = ['OrderHoldReleased', 'PeriodCorrected', 'PeriodReopened', 'ApprovalGranted'] as const;

/** Of an instant, where the business unit is: days of documents and of journals are such days, and an age is from one to the other. */
const dayAt = (bu: string, instant: Value): Value =>
  sql`(${instant} at time zone coalesce((select u.content ->> 'timeZone' from rm.business_unit u where u.bu = ${bu}), 'UTC'))::date`;

/** Each of the columns `kind, class, must, owner, count, waiting, currency, amount, oldest, rate`. */
const blockers = (of: BooksPeriod, { scope, filter }: ReportQuestion): Value => {
  const { before, rows } = blockerRows(of, scope, { validAsOf: filter.validAsOf });
  const rules = Object.entries(blockerRules).map(
    ([name, { must, owner }]) => sql`(${sql.lit(name)}, ${sql.lit(must)}, ${sql.lit(owner)})`,
  );
  return sql`select 'BLOCKER' as kind, i.class, r.must, r.owner, count(distinct i.id) as count, null::bigint as waiting, i.currency,
      sum(abs(i.amount)) as amount, min(i.day collate "C")::date as oldest, null::numeric as rate
    from (with ${before} select b.* from (${rows}) b where exists (select from own)) i
      join (values ${sql.join(rules)}) r(class, must, owner) on r.class = i.class
    group by i.class, r.must, r.owner, i.currency`;
};

const debits = sql`lateral (select sum(l.debit) as amount from rm.gl_line l where l.journal_id = j.journal_id) l`;

const ofBooks = ({ bu, ledger }: BooksPeriod, { scope }: ReportQuestion): Value =>
  allOf([sql`j.bu = ${bu}`, sql`j.ledger = ${ledger}`, anyOf(sql`j.bu`, scope?.bus)]);

const latePostings = (
  of: BooksPeriod,
  question: ReportQuestion,
): Value => sql`select 'LATE_POSTING', j.template_id, null::boolean,
    'finance', count(*), null::bigint, j.currency, sum(l.amount), min(j.original_date), null::numeric
  from rm.gl_journal j cross join ${debits}
  where ${ofBooks(of, question)} and j.period >= ${of.period} and j.original_period = ${of.period} and j.late_posting and ${isCurrent(question)}
  group by j.template_id, j.currency`;

/** Of every state that a period had there is a row, so the first close is known after a reopening, too. */
const correctionsAfterClose = (
  of: BooksPeriod,
  question: ReportQuestion,
): Value => sql`select 'CORRECTION_AFTER_CLOSE', c.kind,
    null::boolean, 'finance', count(*), null::bigint, j.currency, sum(l.amount), min(${dayAt(of.bu, sql`c.updated_at`)}), null::numeric
  from rm.gl_correction c join rm.gl_journal j on j.journal_id = c.journal_id cross join ${debits}
  where ${ofBooks(of, question)} and j.period = ${of.period} and c.position > (select min(p.position) from rm.accounting_period p
    where p.bu = ${of.bu} and p.ledger = ${of.ledger} and p.period = ${of.period} and p.state = 'CLOSED')
  group by c.kind, j.currency`;

const byPeople = ({ bu, period }: BooksPeriod, { scope }: ReportQuestion): Value => {
  const { firstDay, lastDay } = periodDays(period);
  return sql`select 'INTERVENTION', t.type, null::boolean, 'ops', t.count, null::bigint, null, null::numeric, t.oldest,
      round(1000.0 * t.count / nullif(sum(t.count) filter (where t.type = 'OrderSubmitted') over (), 0), 2)
    from (select e.type, count(*) as count, min(${dayAt(bu, sql`e.updated_at`)}) as oldest from rm.event_index e where ${allOf(
      [
        anyType(['OrderSubmitted', ...interventions]),
        byOthers,
        sql`e.bu = ${bu}`,
        anyOf(sql`e.bu`, scope?.bus),
        ...recordedWhen({ from: firstDay, validAsOf: lastDay }),
      ],
    )} group by e.type) t`;
};

const exceptions = (
  { bu }: BooksPeriod,
  { scope }: ReportQuestion,
): Value => sql`select 'EXCEPTION', d.kind || ' ' || d.consumer,
    null::boolean, 'ops', count(*), sum(d.blocked_count)::bigint, null, null::numeric, min(${dayAt(bu, sql`d.first_seen_at`)}), null::numeric
  from rm.dead_letter d where ${allOf([ofUnit(bu), anyOf(sql`${bu}::text`, scope?.bus)])} group by d.kind, d.consumer`;

const kinds = ['BLOCKER', 'LATE_POSTING', 'CORRECTION_AFTER_CLOSE', 'INTERVENTION', 'EXCEPTION'] as const;

const rows = (question: ReportQuestion): Value => {
  const { bu = '', ledger = '', period = '', validAsOf } = question.filter;
  const of = { bu, ledger, period };
  const parts = [blockers, latePostings, correctionsAfterClose, byPeople, exceptions].map((part) => part(of, question));
  return sql`select ${bu}::text as bu, ${ledger}::text as ledger, ${period}::text as period, x.*, coalesce(x.currency, '') as place,
      array_position(${[...kinds]}::text[], x.kind) as no, case when x.oldest is not null then greatest(0, ${dayAt(bu, sql`clock_timestamp()`)} - x.oldest) end as age, x.rate as "perThousandOrders"
    from (${sql.join(parts, sql` union all `)}) x
    where x.class <> 'OrderSubmitted' and ${validAsOf === undefined ? sql`true` : sql`${periodDays(period).firstDay}::date <= ${validAsOf}`}`;
};

export const closeExceptionsReport: Report = {
  id: 'R14',
  name: 'close-exceptions',
  title: 'Close and exceptions',
  meaning:
    'How well a period closes, as it is now: what keeps it from being closed, what was posted late or corrected after it had been closed, how often people had to step in, and what is stuck. A period of which there is nothing to tell has no rows of that kind.',
  columns: {
    bu: text('Business unit.'),
    ledger: text('Ledger of the business unit.'),
    period: text('Accounting period.'),
    kind: text(
      'BLOCKER: as the readiness of the period has it. LATE_POSTING: a journal of this period that was posted in a later one, because its own was not open any more. CORRECTION_AFTER_CLOSE: a journal of this period that was restaged, reversed, posted anew or voided after the first close, also while it was reopened. INTERVENTION: something that was done in the days (UTC) of the period by anybody but the service itself. EXCEPTION: what cannot go on now, of whatever day; what does not say which business unit it is of is at `/v1/ops/dead-letters` only.',
    ),
    class: text(
      'Of a blocker its class; of a late posting its template; of a correction RESTAGE, REVERSAL, REPOST or VOID; of an exception its kind and where it is stuck; of an intervention the event: a hold released, a period corrected or reopened, an approval given. Replays and discards are among the actions of their actors.',
    ),
    must: { type: 'flag', meaning: 'The period cannot be closed over it; null: it is no blocker.' },
    owner: text('Whose it is: finance or ops.'),
    count: count('How many.'),
    waiting: count('Of an exception how many wait behind it; null otherwise.'),
    currency: text('Currency of the amount; null: it has none.'),
    amount: untotalled('What is at stake, whichever side it is on, of journals the debits; null: no amount.'),
    oldest: { type: 'day', meaning: 'Day of the oldest, where the business unit is; null: it has none.' },
    age: count('Days from the oldest to today, in the business unit; 0 while it lies ahead, null without one.'),
    perThousandOrders: {
      type: 'price',
      meaning: 'Of interventions: count × 1,000 ÷ orders submitted in the period, two places; null without orders.',
    },
  },
  key: { no: 'number', class: 'text', place: 'text' },
  filters: ['bu', 'ledger', 'period', 'currency'],
  needs: ['bu', 'ledger', 'period'],
  readers: ['finance', 'auditor', 'admin'],
  models: [...readinessModels, 'event_index'],
  datedBy: 'the first day of the period',
  knowsThePast: false,
  rows,
};
