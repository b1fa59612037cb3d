import { type RawBuilder, sql } from 'kysely';
import { type ComparedDay, cleanDaysOf, unexplainedOn } from '../../domain/shadow/cleanDays.ts';
import type { ShadowLedgerDefined } from '../../domain/shadow/events.ts';
import { type LedgerSource, liveLedger } from '../glStaging/source.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, type Scope } from '../readModel.ts';

/** What counts: what was recorded by a position of the log, and batches that were sealed by a day. Absent: all. */
export type ShadowBy = { readonly knownAsOf: string | undefined; readonly validAsOf: string | undefined };

export const byNow: ShadowBy = { knownAsOf: undefined, validAsOf: undefined };

export const knownBy = (position: RawBuilder<unknown>, { knownAsOf }: ShadowBy): RawBuilder<unknown> | undefined =>
  knownAsOf === undefined ? undefined : sql`${position} <= ${knownAsOf}`;

export const validBy = (day: RawBuilder<unknown>, { validAsOf }: ShadowBy): RawBuilder<unknown> | undefined =>
  validAsOf === undefined ? undefined : sql`${day} <= ${validAsOf}`;

/** Cut-overs that nobody cancelled. A cancellation is of the last one before it. */
const cutOvers = (bu: string, by: ShadowBy): RawBuilder<unknown> => {
  const next = sql`select min(n.position) from rm.shadow_cut_over n where n.bu = ${bu} and n.position > c.position`;
  const cancelled = sql`select from rm.shadow_cancellation x where ${allOf([
    sql`x.bu = ${bu}`,
    sql`x.position > c.position`,
    knownBy(sql`x.position`, by),
    sql`x.position < coalesce((${next}), x.position || '0')`,
  ])}`;
  return sql`(select c.* from rm.shadow_cut_over c where ${allOf([
    sql`c.bu = ${bu}`,
    knownBy(sql`c.position`, by),
    sql`not exists (${cancelled})`,
  ])})`;
};

/** Where in the log the move that is under way, or was the last one, begins: with the first definition of its ERP in a row. */
export const begun = (bu: string, by: ShadowBy): RawBuilder<unknown> => {
  const definitions = sql`from rm.shadow_definition f where ${allOf([sql`f.bu = ${bu}`, knownBy(sql`f.position`, by)])}`;
  const system = sql`select f.system ${definitions} order by f.position desc limit 1`;
  const before = sql`select max(f.position) ${definitions} and f.system <> (${system})`;
  return sql`(select min(f.position) ${definitions} and f.position > coalesce((${before}), ''))`;
};

/** The explanation of each difference that stands: the last one that was given. */
export const explanations = (bu: string, by: ShadowBy): RawBuilder<unknown> =>
  sql`(select distinct on (e.difference_key) e.difference_key, e.until_day, e.reason, e.explained_by, e.updated_at as explained_at
    from rm.shadow_explanation e where ${allOf([
      sql`e.bu = ${bu}`,
      sql`e.position > ${begun(bu, by)}`,
      knownBy(sql`e.position`, by),
    ])}
    order by e.difference_key, e.position desc)`;

type Defined = ShadowLedgerDefined['data'];

export type ShadowLedgerView = {
  readonly bu: string;
  readonly ledger: string;
  readonly system: string;
  readonly version: number;
  readonly definition: Omit<Defined, 'bu' | 'ledger' | 'version' | 'contentSha256' | 'definedBy'>;
  readonly definedBy: string;
  readonly definedAt: string;
  readonly cleanDays: number;
  readonly cleanDaysNeeded: number;
  /** The last day on which a batch was compared, and the first. */
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  readonly batches: number;
  readonly unexplained: number;
  /** Sealed since the shadow was defined first, and not compared yet: how many, and the oldest. */
  readonly uncomparedCount: number;
  readonly uncompared: readonly string[];
  /** May be cut over by what is known; then it is a matter of the people. */
  readonly ready: boolean;
  readonly cutOver: {
    readonly from: string;
    readonly to: string;
    readonly effectiveDate: string;
    readonly cleanDays: number;
    readonly approvalId: string;
    readonly approvedBy: string;
    readonly cutOverBy: string;
    readonly reason: string;
    readonly cutOverAt: string;
  } | null;
  readonly position: string;
  readonly updatedAt: string;
};

type Standing = Pick<ShadowLedgerView, 'bu' | 'system' | 'version' | 'definedBy' | 'definedAt' | 'batches'> &
  Pick<ShadowLedgerView, 'uncomparedCount' | 'uncompared' | 'cutOver' | 'position' | 'updatedAt'> & {
    readonly content: Omit<Defined, 'bu' | 'version' | 'contentSha256' | 'definedBy'>;
    readonly days: readonly ComparedDay[];
    readonly explained: Readonly<Record<string, string>>;
  };

const uncomparedShown = 20;

const viewOf = ({ days, explained, content, ...row }: Standing): ShadowLedgerView => {
  const { ledger, ...definition } = content;
  const until = (key: string): string | undefined => explained[key];
  const cleanDays = cleanDaysOf(days, until, content);
  const unexplained = new Set(days.flatMap((day) => unexplainedOn(day, until))).size;
  const { uncomparedCount, cutOver } = row;
  return {
    ...{ ...row, ledger, definition, cleanDays, cleanDaysNeeded: content.cleanDays, unexplained },
    ...{ firstDay: days[0]?.day ?? null, lastDay: days.at(-1)?.day ?? null },
    ready: cutOver === null && uncomparedCount === 0 && cleanDays >= content.cleanDays,
  };
};

/**
 * Batches of the business unit that were sealed since the move began and go to the ERP that is to be left. A batch is sealed
 * under its number before anybody compares it.
 */
const toCompare = (bu: string, { batches }: LedgerSource, by: ShadowBy): RawBuilder<unknown> => {
  const start = begun(bu, by);
  const first = sql`left(replace(c.effective_date, '-', ''), 6)`;
  return sql`(
  select g.batch_id, g.sealed_at from ${batches} g where ${allOf([
    sql`g.bu = ${bu}`,
    sql`g.sealed_at >= (select f.updated_at from rm.shadow_definition f where f.bu = ${bu} and f.position = ${start})`,
    by.validAsOf === undefined ? undefined : sql`(g.sealed_at at time zone 'UTC')::date <= ${by.validAsOf}::date`,
    // Those of an ERP that was left before, and those of the one that is to come.
    sql`not exists (select from ${cutOvers(bu, by)} c where case when c.position < ${start} then g.period < ${first} else g.period >= ${first} end)`,
    sql`not exists (select from rm.shadow_batch b where ${allOf([
      sql`b.bu = ${bu}`,
      sql`b.batch_id = g.batch_id`,
      knownBy(sql`b.position`, by),
    ])})`,
  ])})`;
};

/** How a business unit's shadow is defined, how far it is, and what keeps it. Undefined: it has none. */
export const shadowLedger = defineQuery(
  (
    bu: string,
    scope?: Scope,
    by: ShadowBy = byNow,
    source: LedgerSource = liveLedger,
  ): Question<Standing, ShadowLedgerView | undefined> => {
    const compared = allOf([
      sql`b.bu = ${bu}`,
      sql`b.position > ${begun(bu, by)}`,
      knownBy(sql`b.position`, by),
      validBy(sql`b.day`, by),
    ]);
    const statement = sql<Standing>`select d.bu, d.version, d.system, d.content, d.defined_by as "definedBy", d.updated_at as "definedAt",
      d.position, d.updated_at as "updatedAt",
      (select count(*)::int from rm.shadow_batch b where ${compared}) as batches,
      (select coalesce(json_agg(json_build_object('day', x.day, 'keys', x.keys) order by x.day), '[]'::json) from (
        select b.day, coalesce(json_agg(distinct k.key) filter (where k.key is not null), '[]'::json) as keys
        from rm.shadow_batch b left join lateral jsonb_array_elements_text(b.keys) k(key) on true where ${compared} group by b.day) x) as days,
      (select coalesce(json_object_agg(e.difference_key, e.until_day), '{}'::json) from ${explanations(bu, by)} e) as explained,
      (select count(*)::int from ${toCompare(bu, source, by)} w) as "uncomparedCount",
      (select coalesce(json_agg(o.batch_id order by o.sealed_at, o.batch_id), '[]'::json) from (select w.* from ${toCompare(bu, source, by)} w
        order by w.sealed_at, w.batch_id limit ${sql.lit(uncomparedShown)}) o) as uncompared,
      (select json_build_object('from', c.from_system, 'to', c.to_system, 'effectiveDate', c.effective_date, 'cleanDays', c.clean_days,
          'approvalId', c.approval_id, 'approvedBy', c.approved_by, 'cutOverBy', c.cut_over_by, 'reason', c.reason, 'cutOverAt', to_char(c.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        from ${cutOvers(bu, by)} c where c.position > ${begun(bu, by)}) as "cutOver"
      from rm.shadow_definition d where ${allOf([
        sql`d.bu = ${bu}`,
        knownBy(sql`d.position`, by),
        anyOf(sql`d.bu`, scope?.bus),
      ])} order by d.version desc limit 1`;
    return { statement, form: 'single', answer: ([found]) => found && viewOf(found) };
  },
);

/** What a cut-over has to know of the staging ledger: batches that are not compared yet, and the last period that has one. */
export type ShadowReadiness = { readonly uncompared: readonly string[]; readonly lastPeriod: string | null };

export const shadowReadiness = defineQuery(
  (bu: string): Question<ShadowReadiness, ShadowReadiness> => ({
    statement: sql`select (select coalesce(json_agg(o.batch_id), '[]'::json) from (select w.batch_id from ${toCompare(bu, liveLedger, byNow)} w
        order by w.sealed_at, w.batch_id limit ${sql.lit(uncomparedShown)}) o) as uncompared,
      (select max(g.period) from rm.gl_batch g where g.bu = ${bu}) as "lastPeriod"`,
    form: 'single',
    answer: ([found]) => found ?? { uncompared: [], lastPeriod: null },
  }),
);
