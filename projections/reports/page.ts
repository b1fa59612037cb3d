import { type RawBuilder, sql } from 'kysely';
import { isDay } from '../../domain/calendar.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, CursorInvalid, decodeCursor, encodeCursor, equals, type Page } from '../readModel.ts';
import { type Column, isOfRows, isTotalled, type Report, type ReportQuestion } from './report.ts';

export type ReportCell = string | number | boolean | null;
export type ReportRow = Readonly<Record<string, ReportCell>>;

/** Of all rows of a currency; null where the rows of a report have none. */
export type ReportTotal = { readonly currency: string | null; readonly rows: number } & ReportRow;

export type ReportPage = Page<ReportRow> & {
  /** Null where they were not asked for. */
  readonly totals: readonly ReportTotal[] | null;
};

/** A report is read by the thousand: the statement below works out all rows for each page that has totals. */
export const reportLimits = { default: 500, max: 5_000 } as const;

type Value = RawBuilder<unknown>;

const column = (name: string): Value => sql`r.${sql.id(name)}`;

/** Division in numeric and rounding half away from zero, once: rule R1. */
const share = (part: Value, whole: Value): Value => sql`round(100 * ${part}::numeric / nullif(${whole}, 0), 2)::text`;

const cell = (name: string, { type, of }: Column): Value => {
  if (of !== undefined) return share(column(of[0]), column(of[1]));
  if (type === 'flag' || type === 'count') return column(name);
  if (type === 'instant') return sql`to_char(${column(name)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  return sql`${column(name)}::text`;
};

const totalled = (name: string, { type, of }: Column): Value => {
  if (of !== undefined) return share(sql`sum(${column(of[0])})`, sql`sum(${column(of[1])})`);
  return type === 'count' ? sql`sum(${column(name)})::bigint` : sql`sum(${column(name)})::text`;
};

const objectOf = (members: readonly (readonly [string, Value])[]): Value =>
  sql`json_build_object(${sql.join(members.flatMap(([name, value]) => [sql.lit(name), value]))})`;

const rowOf = ({ columns }: Report): Value =>
  objectOf(Object.entries(columns).map(([name, declared]) => [name, cell(name, declared)]));

const currencyOf = ({ columns }: Report): Value => ('currency' in columns ? column('currency') : sql`null::text`);

const totalsOf = (report: Report): Value => {
  const added = Object.entries(report.columns).filter(([, each]) => isTotalled(each));
  const members: readonly (readonly [string, Value])[] = [
    ['currency', currencyOf(report)],
    ['rows', sql`count(*)`],
    ...added.map(([name, declared]) => [name, totalled(name, declared)] as const),
  ];
  return sql`(select coalesce(json_agg(t.total order by t.currency collate "C"), '[]'::json)
    from (select ${currencyOf(report)} as currency, ${objectOf(members)} as total from r group by 1) t)`;
};

const keysOf = ({ key }: Report): readonly Value[] =>
  Object.entries(key).map(([name, kind]) => (kind === 'text' ? sql`${column(name)} collate "C"` : column(name)));

/** A key that could not have been one is told from one that was: the database would refuse it as a mistake of ours. */
const keyIn = ({ key }: Report, cursor: string): readonly Value[] => {
  const kinds = Object.values(key);
  return decodeCursor(cursor, kinds.length).map((part, index) => {
    const kind = kinds[index];
    if (kind === 'number' && !/^-?\d{1,15}$/.test(part)) throw new CursorInvalid('the cursor is not one of ours');
    if (kind === 'day' && !isDay(part)) throw new CursorInvalid('the cursor is not one of ours');
    return kind === 'number' ? sql`${part}::bigint` : kind === 'day' ? sql`${part}::date` : sql`${part}`;
  });
};

/** Rows behind a key. Its first part is said by itself as well: an index can begin there, which it cannot at a row of several. */
const behind = (report: Report, key: readonly Value[]): Value => {
  const own = keysOf(report);
  return sql`${own[0]} >= ${key[0]} and (${sql.join(own)}) > (${sql.join(key)})`;
};

/** What is asked of single columns; the rest is the report's own. */
const asked = ({ filters }: Report, { filter }: ReportQuestion): Value =>
  allOf(filters.filter(isOfRows).map((name) => equals(column(name), filter[name])));

const boundedReportLimit = (limit: number | undefined): number =>
  Math.min(reportLimits.max, Math.max(1, limit ?? reportLimits.default));

type Answered = {
  readonly items: readonly ReportRow[];
  readonly keys: readonly (readonly string[])[];
  readonly totals: readonly ReportTotal[] | null;
};

/**
 * One page of a report and the totals of all its rows, in one statement and so from one snapshot. Without totals the rows
 * are worked out from the cursor on where the key allows it.
 */
export const reportPage = defineQuery((report: Report, question: ReportQuestion): Question<Answered, ReportPage> => {
  const { cursor, totals = true } = question.filter;
  const limit = boundedReportLimit(question.filter.limit);
  const order = sql.join(keysOf(report));
  const after = cursor == null ? sql`true` : behind(report, keyIn(report, cursor));
  const texts = Object.keys(report.key).map((name) => sql`${column(name)}::text`);
  const statement = sql<Answered>`with r as (select r.* from (${report.rows(question)}) r where ${asked(report, question)}),
    page as (select r.* from r where ${after} order by ${order} limit ${limit + 1})
    select coalesce((select json_agg(${rowOf(report)} order by ${order}) from page r), '[]'::json) as items,
      coalesce((select json_agg(json_build_array(${sql.join(texts)}) order by ${order}) from page r), '[]'::json) as keys,
      ${totals ? totalsOf(report) : sql`null::json`} as totals`;
  return {
    statement,
    form: 'single',
    answer: ([row]) => {
      const { items, keys, totals } = row ?? { items: [], keys: [], totals: [] };
      const last = items.length > limit ? keys[limit - 1] : undefined;
      return { items: items.slice(0, limit), totals, nextCursor: last === undefined ? null : encodeCursor(last) };
    },
  };
});
