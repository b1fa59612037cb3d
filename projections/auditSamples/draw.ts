import { type RawBuilder, sql } from 'kysely';
import type { AuditSample } from '../../domain/auditSample/auditSample.ts';
import type { DrawnLine, Stratum } from '../../domain/auditSample/events.ts';
import { periodOf } from '../../domain/calendar.ts';
import { ledgerAt } from '../glStaging/source.ts';
import { ofUnit } from '../periods/blockers.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, equals } from '../readModel.ts';

// The rules of drawing are those of `domain/auditSample/draw.ts`; a property test holds both against each other. A population stays
// in the database: the ledger is read once, and what drawing looks at of each line, its id and its amounts, is kept for as long as
// the statement takes, on disk when it is much.

export type Population = Pick<AuditSample, 'bu' | 'position' | 'population'>;

export type SampleRequest = Population & {
  readonly method: AuditSample['method'];
  readonly seed: string;
  readonly strata: readonly Pick<Stratum, 'amountFrom' | 'size'>[];
  /** `startNumber` of the seed. */
  readonly start: bigint;
  /** Out of more lines nothing is drawn: it would take longer than whoever asks may wait. */
  readonly populationMax: number;
};

export type DrawnAnswer = {
  /** An event of these books cannot be applied: once it is repaired there will be more lines at this very position. */
  readonly isBlocked: boolean;
  /** There are more lines than `populationMax`; of strata and lines nothing is told then. */
  readonly isTooLarge: boolean;
  readonly currency: string | null;
  readonly strata: readonly Stratum[];
  readonly lines: readonly DrawnLine[];
};

const anyOfList = (column: RawBuilder<unknown>, values: readonly string[] | undefined) =>
  values === undefined ? undefined : sql`${column} = any(${[...values]}::text[])`;

const amount = sql`(l.functional_debit + l.functional_credit)`;
const sides = { DEBIT: sql`l.functional_debit`, CREDIT: sql`l.functional_credit` } as const;

/**
 * Of the line `l`. A period is found by the index of lines. So are accounting dates by the periods that they are in, but by that of
 * journals: to look at each line of these periods took ten times as long as to look up the lines of the days.
 */
const isOfBooks = ({ bu, position, population }: Population): RawBuilder<unknown> => {
  const { ledger, period, from, to } = population;
  if (from === undefined || to === undefined)
    return allOf([sql`l.bu = ${bu} and l.ledger = ${ledger}`, equals(sql`l.period`, period)]);
  return sql`l.journal_id in (select j.journal_id from ${ledgerAt(position).journals} j where j.bu = ${bu} and j.ledger = ${ledger}
    and j.period >= ${periodOf(from)} and j.period <= ${periodOf(to)} and j.accounting_date >= ${from} and j.accounting_date <= ${to})`;
};

/** What report R10 lists at the same position and with the same filters. */
const linesOf = (asked: Population): RawBuilder<unknown> => {
  const { accounts, roles, side, amountFrom, amountTo } = asked.population;
  const source = ledgerAt(asked.position);
  return sql`select l.journal_id, l.line_no, l.role, l.account, l.functional_debit, l.functional_credit, ${amount} as amount
    from ${source.lines} l where ${allOf([
      isOfBooks(asked),
      anyOfList(sql`l.account`, accounts),
      anyOfList(sql`l.role`, roles),
      side === undefined ? undefined : sql`${sides[side]} > 0`,
      amountFrom === undefined ? undefined : sql`${amount} >= ${amountFrom}::numeric`,
      amountTo === undefined ? undefined : sql`${amount} <= ${amountTo}::numeric`,
      sql`not exists (select from ${source.superseded} v where v.journal_id = l.journal_id)`,
    ])}`;
};

/** The order of lines, whatever the collation of the database. */
const lineOrder = sql`p.journal_id collate "C", p.line_no`;

const members = (
  line: RawBuilder<unknown>,
) => sql`'journalId', ${line}.journal_id, 'lineNo', ${line}.line_no, 'role', ${line}.role,
  'account', ${line}.account, 'debit', ${line}.functional_debit::text, 'credit', ${line}.functional_credit::text`;

/** What else a drawn line says, looked up line by line whatever the planner thinks of how many there are. */
const drawnLine = sql`cross join lateral (select g.* from rm.gl_line g
  where g.journal_id = d.journal_id and g.line_no = d.line_no limit 1) l`;

const isSmallEnough = ({ populationMax }: SampleRequest): RawBuilder<unknown> =>
  sql`(select coalesce(sum(c.count), 0) from c) <= ${populationMax}`;

/** Stratum by stratum, with as many lines in memory as are drawn. */
const byRank = (request: SampleRequest): RawBuilder<unknown> => {
  const { seed, strata } = request;
  const lowest = strata.map(({ amountFrom }) => amountFrom);
  const above = [...lowest.slice(1), null];
  const sizes = strata.map(({ size }) => size);
  return sql`select coalesce(json_agg(json_build_object(${members(sql`l`)}, 'rank', encode(d.draw_rank, 'hex')) order by s.place, d.draw_rank), '[]'::json)
    from unnest(${lowest}::numeric[], ${above}::numeric[], ${sizes}::int[]) with ordinality as s(lowest, above, size, place)
    cross join lateral (select p.journal_id, p.line_no, sha256(convert_to(${seed}::text || ':' || p.journal_id || ':' || p.line_no::text, 'UTF8')) as draw_rank
      from p where p.amount >= s.lowest and (s.above is null or p.amount < s.above) and ${isSmallEnough(request)} order by draw_rank limit s.size) d
    ${drawnLine}`;
};

/** How many selection points lie below an amount that the running total has come to: see `hitsOf`. */
const pointsBelow = (reached: RawBuilder<unknown>, size: number): RawBuilder<unknown> => {
  const scaled = sql`${reached} * ${size}::numeric - t.start`;
  return sql`case when ${scaled} <= 0 then 0 else div(${scaled} + t.total - 1, t.total) end`;
};

/** In the order of lines, with the running total. */
const byMoney = (request: SampleRequest): RawBuilder<unknown> => {
  const { strata, start } = request;
  const size = strata[0]?.size ?? 0;
  const before = sql`(r.through - r.amount)`;
  return sql`select coalesce(json_agg(json_build_object(${members(sql`l`)}, 'before', d.before::text, 'hits', d.hits::int) order by d.before), '[]'::json)
    from (select r.journal_id, r.line_no, ${before} as before, ${pointsBelow(sql`r.through`, size)} - ${pointsBelow(before, size)} as hits
      from (select p.journal_id, p.line_no, p.amount, sum(p.amount) over (order by ${lineOrder} rows unbounded preceding) as through
        from p where p.amount > 0 and ${isSmallEnough(request)}) r
      cross join (select s.total, mod(${start.toString()}::numeric, nullif(s.total, 0)) as start
        from (select sum(c.debit + c.credit) as total from c) s) t) d
    ${drawnLine} where d.hits > 0`;
};

type Counted = Pick<Stratum, 'count' | 'debit' | 'credit'> & { readonly stratum: number };

type Row = Pick<DrawnAnswer, 'isBlocked' | 'isTooLarge' | 'currency' | 'lines'> & {
  readonly counted: readonly Counted[];
};

const noLines = { count: 0, debit: '0', credit: '0' };
const noRow: Row = { isBlocked: false, isTooLarge: false, currency: null, lines: [], counted: [] };

const withFigures = (strata: SampleRequest['strata'], counted: readonly Counted[]): readonly Stratum[] =>
  strata.map(({ amountFrom, size }, place) => {
    const { count, debit, credit } = counted.find(({ stratum }) => stratum === place + 1) ?? noLines;
    return { amountFrom, size, count, debit, credit };
  });

/**
 * Draws a sample in one statement, and so from one snapshot. The caller has seen to it that the staging ledger has read the log up
 * to the position, and that the first stratum begins at 0.
 */
export const drawSample = defineQuery((request: SampleRequest): Question<Row, DrawnAnswer> => {
  const { bu, position, population, method, strata, populationMax } = request;
  const lowest = strata.map(({ amountFrom }) => amountFrom);
  const statement = sql<Row>`with p as materialized (select q.journal_id, q.line_no, q.functional_debit as debit, q.functional_credit as credit, q.amount
          from (${linesOf(request)}) q limit ${populationMax + 1}),
        c as materialized (select width_bucket(p.amount, ${lowest}::numeric[]) as stratum, count(*)::int as count,
          sum(p.debit) as debit, sum(p.credit) as credit from p group by 1)
      select exists (select from rm.dead_letter d where d.projection = 'gl_staging' and d.position collate "C" <= ${position} and ${ofUnit(bu)}) as "isBlocked",
        not ${isSmallEnough(request)} as "isTooLarge",
        (select j.functional_currency from rm.gl_journal j where j.bu = ${bu} and j.ledger = ${population.ledger} limit 1) as currency,
        (select coalesce(json_agg(json_build_object('stratum', c.stratum, 'count', c.count, 'debit', c.debit::text, 'credit', c.credit::text)), '[]'::json)
         from c) as counted,
        (${method === 'MONETARY_UNIT' ? byMoney(request) : byRank(request)}) as lines`;
  return {
    statement,
    form: 'single',
    answer: ([row]) => {
      const { isBlocked, isTooLarge, currency, lines, counted } = row ?? noRow;
      return { isBlocked, isTooLarge, currency, lines, strata: withFigures(strata, counted) };
    },
  };
});

/** The first lines of a population, by `lineOrder`: `journalId:lineNo` and the amount. */
export const samplePopulation = defineQuery(
  (
    population: Population,
    limit: number,
  ): Question<{ readonly line: string; readonly amount: string }, readonly (readonly [string, string])[]> => ({
    statement: sql`select p.journal_id || ':' || p.line_no::text as line, p.amount::text as amount
      from (${linesOf(population)}) p order by ${lineOrder} limit ${limit}`,
    answer: (rows) => rows.map(({ line, amount }) => [line, amount] as const),
  }),
);
