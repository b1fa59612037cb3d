import { sql } from 'kysely';
import { integer, packedRow, text } from './packed.ts';
import type { Known } from './question.ts';
import { given } from './statement.ts';

export type AsOf = {
  /** The log up to here is in the rows; "0" before the first event. */
  readonly asOfPosition: string;
  /** 0 while every projector is at the head of the log and looked there within the last second. */
  readonly lagMs: number;
};

const heartbeatMs = 1_500;

/** How far behind in milliseconds the projection `p` is. */
export const lag = sql`case when p.looked_at is null then 0
  when p.at_head then greatest(0, extract(epoch from clock_timestamp() - p.looked_at) * 1000 - ${sql.lit(heartbeatMs)})
  else greatest(0, extract(epoch from clock_timestamp() - coalesce(p.last_event_recorded_at, p.looked_at)) * 1000) end`;

/** What makes an answer reproducible: asked again at this position by the same code, the rows are the same. */
export type Footing = AsOf & {
  /** All models stood at that position. Otherwise some rows may show more; ask with `knownAsOf` for what does not move. */
  readonly exact: boolean;
  /** Of the code that folds each model; raised when a fold is corrected. */
  readonly projectionVersion: Readonly<Record<string, number>>;
  /** By business unit and kind: the versions in force at `knownAsOf`, or at the models' position. */
  readonly policyVersions: Readonly<Record<string, Readonly<Record<string, number>>>>;
};

const named = sql`p.live and p.name = any(${given('models')}::text[])`;

const freshness = sql<AsOf>`select case when count(*) < cardinality(${given('models')}::text[]) then '0'
      else min(coalesce(p.position, '0') collate "C") end as "asOfPosition",
      coalesce(round(max(${lag})), 0)::float8 as "lagMs"
    from rm.projection p where ${named}`;

/** The same model by model. To set up an aggregate and JSON takes the server as long as to find a document. */
const standing = packedRow({ position: text(sql`coalesce(p.position, '0')`), lagMs: integer(sql`round(${lag})`) });
const standings = { column: standing.column, from: sql`from rm.projection p where ${named}` };

const asOfAll = (models: readonly string[], packed: readonly string[]): AsOf => {
  const rows = packed.map(standing.read);
  const [first, ...others] = packed.length < models.length ? [] : rows.map(({ position }) => position);
  return {
    asOfPosition: others.reduce((least, position) => (position < least ? position : least), first ?? '0'),
    lagMs: Math.max(0, ...rows.map(({ lagMs }) => lagMs)),
  };
};

/** The oldest of the named projections counts; one that is not there has read nothing. */
export const freshnessOf = (models: readonly string[]): Known<AsOf> => ({
  statement: freshness,
  values: { models },
  part: { ...standings, read: (packed) => asOfAll(models, packed) },
});

const footing = sql<Footing>`select f.*, (select coalesce(json_object_agg(b.bu, b.kinds), '{}'::json) from (
        select v.bu, json_object_agg(v.kind, v.version) as kinds from (
          select distinct on (bu, kind) bu, kind, version from rm.policy_version
          where position <= coalesce(${given('footingAt')}::text, f."asOfPosition") order by bu, kind, position desc) v group by v.bu) b) as "policyVersions"
    from (select k.*, v.* from (${freshness}) k cross join (
      select count(distinct p.position) <= 1 as exact, coalesce(json_object_agg(p.name, p.code_version), '{}'::json) as "projectionVersion"
      from rm.projection p where ${named}) v) f`;

export const footingOf = (models: readonly string[], knownAsOf: string | undefined): Known<Footing> => ({
  statement: footing,
  values: { models, footingAt: knownAsOf ?? null },
});
