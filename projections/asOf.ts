import { type RawBuilder, sql } from 'kysely';

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

/** One row: `AsOf`. The oldest of the named projections counts; one that is not there has read nothing. */
export const freshnessOf = (models: readonly string[]): RawBuilder<AsOf> =>
  sql`select case when count(*) < ${models.length}::int then '0' else min(coalesce(p.position, '0') collate "C") end as "asOfPosition",
      coalesce(round(max(${lag})), 0)::float8 as "lagMs"
    from rm.projection p where p.live and p.name = any(${[...models]}::text[])`;
