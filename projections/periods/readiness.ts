import { sql } from 'kysely';
import { nextPeriod, periodDays, previousPeriod } from '../../domain/calendar.ts';
import { type BlockerClass, blockerClasses, blockerRules } from '../../domain/ledger/readiness.ts';
import { type AccrualForecast, accrualStatement } from '../accruals/queries.ts';
import { unbilledLines, unbilledModels } from '../accruals/unbilled.ts';
import { ledgerAt, liveLedger } from '../glStaging/source.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, type Scope } from '../readModel.ts';
import { type BooksPeriod, knownBlockers, presentBlockers, presentHints } from './blockers.ts';
import { type PeriodMoment, type PeriodView, periodsAt } from './queries.ts';

/** The read models that a checklist is drawn from. */
export const readinessModels = [
  ...new Set([
    'periods',
    'approvals',
    'gl_staging',
    'subledgers',
    'inventory',
    'reconciliations',
    ...unbilledModels,
  ] as const),
] as const;

type Amount = { readonly currency: string; readonly amount: string };

export type BlockerItem = {
  readonly id: string;
  /** What kind of thing it is, or what it waits for. */
  readonly what: string;
  readonly day: string | null;
  readonly currency: string | null;
  readonly amount: string | null;
};

export type Blocker = {
  readonly class: BlockerClass;
  readonly must: boolean;
  readonly owner: string;
  readonly count: number;
  readonly amounts: readonly Amount[];
  readonly oldest: string | null;
  readonly detail: string;
  readonly items: readonly BlockerItem[];
};

export type ReadinessView = {
  readonly periodId: string;
  readonly bu: string;
  readonly state: PeriodView['state'];
  /** It can be closed now. */
  readonly ready: boolean;
  readonly blockers: readonly Blocker[];
  readonly accrualForecast: readonly AccrualForecast[];
};

type Found = Pick<Blocker, 'class' | 'count' | 'amounts' | 'oldest' | 'items'>;
type Row = Pick<ReadinessView, 'periodId' | 'bu' | 'state' | 'accrualForecast'> & { readonly found: readonly Found[] };

const itemsMax = 20;

const viewOf = ({ found, ...row }: Row): ReadinessView => {
  const blockers = found
    .toSorted((a, b) => blockerClasses.indexOf(a.class) - blockerClasses.indexOf(b.class))
    .map(({ class: name, count, amounts, oldest, items }): Blocker => {
      const { must, owner, detail } = blockerRules[name];
      return { class: name, must, owner, count, amounts, oldest, detail, items };
    });
  const { periodId, bu, state, accrualForecast } = row;
  const ready = (state === 'SOFT_CLOSED' || state === 'CLOSING') && !blockers.some(({ must }) => must);
  return { periodId, bu, state, ready, blockers, accrualForecast };
};

/** The period's own state and its neighbours'; a closed period waits for nothing. */
const neighbours = ({ bu, ledger, period }: BooksPeriod) => {
  const nothing = sql`null::text as day, null::text as currency, null::numeric as amount`;
  const id = (of: string) => `${bu}.${ledger}.${of}`;
  return [
    sql`select 'NOT_SOFT_CLOSED' as class, o.period_id as id, o.state as what, ${nothing} from own o where o.state = 'OPEN'`,
    sql`select 'NEXT_PERIOD_NOT_OPEN', ${id(nextPeriod(period))}::text, 'period', ${nothing} from own o where o.state = 'OPEN'
      and not exists (select from period p where p.period_id = ${id(nextPeriod(period))})`,
    sql`select 'PREVIOUS_PERIOD_NOT_CLOSED', p.period_id, p.state, ${nothing} from period p
      where p.period_id = ${id(previousPeriod(period))} and p.state <> 'CLOSED'`,
  ];
};

type Asked = PeriodMoment & { readonly alsoPresent?: boolean };

/**
 * What keeps a period from being closed, as rows `class, id, what, day, currency, amount`, and the expressions before them that
 * they read: the period is `own`, of which there is none when it was not opened or `scope` may not see it. What only the
 * present can tell (`presentBlockers`, `presentHints`) is left out where it is asked as known at an earlier position.
 */
export const blockerRows = (
  of: BooksPeriod,
  scope: Scope | undefined,
  { knownAsOf, validAsOf, alsoPresent = knownAsOf === undefined }: Asked,
) => {
  const { bu, ledger, period } = of;
  const { lastDay } = periodDays(period);
  const source = knownAsOf === undefined ? liveLedger : ledgerAt(knownAsOf);
  const books = { ...of, lastDay, at: knownAsOf, source };
  const rows = [
    ...[...neighbours(of), ...knownBlockers(books)],
    ...(alsoPresent ? presentBlockers(books) : []),
    ...(knownAsOf === undefined ? presentHints(books) : []),
  ];
  const own = allOf([
    sql`p.period = ${period}`,
    validAsOf === undefined ? undefined : sql`p.first_day <= ${validAsOf}`,
    anyOf(sql`p.bu`, scope?.bus),
  ]);
  return {
    before: sql`period as (select p.* from ${periodsAt(knownAsOf)} p where p.bu = ${bu} and p.ledger = ${ledger}),
      own as (select p.* from period p where ${own}),
      unbilled as materialized (${unbilledLines({ bu, ledger, through: lastDay, at: knownAsOf })}),
      accrual as materialized (${accrualStatement(of, sql`unbilled`, knownAsOf)})`,
    rows: sql.join(rows, sql` union all `),
  };
};

/** What keeps a period from being closed, by class with the oldest items of each, and what there is to accrue. */
export const closeReadiness = defineQuery(
  (of: BooksPeriod, scope?: Scope, asked: Asked = {}): Question<Row, ReadinessView | undefined> => {
    const { before, rows } = blockerRows(of, scope, asked);
    const statement = sql<Row>`with ${before},
    item as materialized (select i.*, row_number() over (partition by i.class order by i.day collate "C" nulls last, i.id collate "C", i.currency) as place
      from (${rows}) i),
    amount as (select class, json_agg(json_build_object('currency', currency, 'amount', amount::text) order by currency collate "C") as amounts
      from (select class, currency, sum(abs(amount)) as amount from item where currency is not null group by 1, 2) a group by class),
    found as (select i.class, count(distinct i.id)::int as count, min(i.day collate "C") as oldest,
        json_agg(json_build_object('id', i.id, 'what', i.what, 'day', i.day, 'currency', i.currency, 'amount', i.amount::text) order by i.place)
          filter (where i.place <= ${itemsMax}) as items from item i group by i.class)
    select o.period_id as "periodId", o.bu, o.state,
      (select coalesce(json_agg(json_build_object('class', f.class, 'count', f.count, 'oldest', f.oldest, 'items', f.items,
          'amounts', coalesce(a.amounts, '[]'::json))), '[]'::json) from found f left join amount a on a.class = f.class) as found,
      (select coalesce(json_agg(to_json(a) order by a.currency collate "C"), '[]'::json) from accrual a) as "accrualForecast"
    from own o`;
    return { statement, form: 'single', answer: ([row]) => (row === undefined ? undefined : viewOf(row)) };
  },
);
