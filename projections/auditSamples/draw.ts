import { type RawBuilder, sql } from 'kysely';
import type { AuditSample } from '../../domain/auditSample/auditSample.ts';
import type { DrawnLine, Stratum } from '../../domain/auditSample/events.ts';
import { ledgerAt } from '../glStaging/source.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, equals } from '../readModel.ts';

// The rules of drawing are those of `domain/auditSample/draw.ts`; a property test holds both against each other. A population may
// have millions of lines: it stays in the database, is scanned once for its figures and once for each stratum, and is kept nowhere
// but in the sort of a monetary unit sample, which goes to disk when it is large.

export type Population = Pick<AuditSample, 'bu' | 'position' | 'population'>;

export type SampleRequest = Population & {
  readonly method: AuditSample['method'];
  readonly seed: string;
  readonly strata: readonly Pick<Stratum, 'amountFrom' | 'size'>[];
  /** `startNumber` of the seed. */
  readonly start: bigint;
};

export type DrawnAnswer = {
  /** An event of these books cannot be applied: once it is repaired there will be more lines at this very position. */
  readonly isBlocked: boolean;
  readonly currency: string | null;
  readonly strata: readonly Stratum[];
  readonly lines: readonly DrawnLine[];
};

const anyOfList = (column: RawBuilder<unknown>, values: readonly string[] | undefined) =>
  values === undefined ? undefined : sql`${column} = any(${[...values]}::text[])`;

const amount = sql`(l.functional_debit + l.functional_credit)`;
const sides = { DEBIT: sql`l.functional_debit`, CREDIT: sql`l.functional_credit` } as const;

/** What report R10 lists at the same position and with the same filters. */
const linesOf = ({ bu, position, population }: Population): RawBuilder<unknown> => {
  const { ledger, period, from, to, accounts, roles, side, amountFrom, amountTo } = population;
  const source = ledgerAt(position);
  const days = [
    from === undefined ? undefined : sql`j.accounting_date >= ${from}`,
    to === undefined ? undefined : sql`j.accounting_date <= ${to}`,
  ].filter((day) => day !== undefined);
  return sql`select l.journal_id, l.line_no, l.role, l.account, l.functional_debit, l.functional_credit, ${amount} as amount
    from ${source.lines} l where ${allOf([
      sql`l.bu = ${bu} and l.ledger = ${ledger}`,
      equals(sql`l.period`, period),
      days.length === 0
        ? undefined
        : sql`exists (select from ${source.journals} j where j.journal_id = l.journal_id and ${allOf(days)})`,
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

/** By stratum: one scan with as many lines in memory as are drawn. */
const byRank = ({ seed, strata }: SampleRequest): RawBuilder<unknown> => {
  const lowest = strata.map(({ amountFrom }) => amountFrom);
  const above = [...lowest.slice(1), null];
  const sizes = strata.map(({ size }) => size);
  return sql`select coalesce(json_agg(json_build_object(${members(sql`d`)}, 'rank', encode(d.draw_rank, 'hex')) order by s.place, d.draw_rank), '[]'::json)
    from unnest(${lowest}::numeric[], ${above}::numeric[], ${sizes}::int[]) with ordinality as s(lowest, above, size, place)
    cross join lateral (select p.*, sha256(convert_to(${seed}::text || ':' || p.journal_id || ':' || p.line_no::text, 'UTF8')) as draw_rank
      from p where p.amount >= s.lowest and (s.above is null or p.amount < s.above) order by draw_rank limit s.size) d`;
};

/** How many selection points lie below an amount that the running total has come to: see `hitsOf`. */
const pointsBelow = (reached: RawBuilder<unknown>, size: number): RawBuilder<unknown> => {
  const scaled = sql`${reached} * ${size}::numeric - t.start`;
  return sql`case when ${scaled} <= 0 then 0 else div(${scaled} + t.total - 1, t.total) end`;
};

/** One scan in the order of lines, with the running total; what else a line says is looked up for those that are drawn. */
const byMoney = ({ strata, start }: SampleRequest): RawBuilder<unknown> => {
  const size = strata[0]?.size ?? 0;
  const before = sql`(r.through - r.amount)`;
  return sql`select coalesce(json_agg(json_build_object(${members(sql`l`)}, 'before', d.before::text, 'hits', d.hits::int) order by d.before), '[]'::json)
    from (select r.journal_id, r.line_no, ${before} as before, ${pointsBelow(sql`r.through`, size)} - ${pointsBelow(before, size)} as hits
      from (select p.journal_id, p.line_no, p.amount, sum(p.amount) over (order by ${lineOrder} rows unbounded preceding) as through
        from p where p.amount > 0) r
      cross join (select s.total, mod(${start.toString()}::numeric, nullif(s.total, 0)) as start
        from (select sum(c.debit + c.credit) as total from c) s) t) d
    join rm.gl_line l on l.journal_id = d.journal_id and l.line_no = d.line_no
    where d.hits > 0`;
};

type Counted = Pick<Stratum, 'count' | 'debit' | 'credit'> & { readonly stratum: number };

type Row = Pick<DrawnAnswer, 'isBlocked' | 'currency' | 'lines'> & { readonly counted: readonly Counted[] };

const noLines = { count: 0, debit: '0', credit: '0' };
const noRow: Row = { isBlocked: false, currency: null, lines: [], counted: [] };

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
  const { bu, position, population, method, strata } = request;
  const lowest = strata.map(({ amountFrom }) => amountFrom);
  const statement = sql<Row>`with p as not materialized (${linesOf(request)}),
        c as materialized (select width_bucket(p.amount, ${lowest}::numeric[]) as stratum, count(*)::int as count,
          sum(p.functional_debit) as debit, sum(p.functional_credit) as credit from p group by 1)
      select exists (select from rm.dead_letter d where d.projection = 'gl_staging' and d.position collate "C" <= ${position}) as "isBlocked",
        (select j.functional_currency from rm.gl_journal j where j.bu = ${bu} and j.ledger = ${population.ledger} limit 1) as currency,
        (select coalesce(json_agg(json_build_object('stratum', c.stratum, 'count', c.count, 'debit', c.debit::text, 'credit', c.credit::text)), '[]'::json)
         from c) as counted,
        (${method === 'MONETARY_UNIT' ? byMoney(request) : byRank(request)}) as lines`;
  return {
    statement,
    form: 'single',
    answer: ([row]) => {
      const { isBlocked, currency, lines, counted } = row ?? noRow;
      return { isBlocked, currency, lines, strata: withFigures(strata, counted) };
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
