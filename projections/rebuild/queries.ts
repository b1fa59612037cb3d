import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import type { BoardState } from './board.ts';
import type { DifferenceReport } from './report.ts';

export type RebuildView = {
  readonly rebuildId: string;
  readonly projection: string;
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly state: BoardState;
  readonly reason: string;
  /** Events of the log that were read, of how many, how fast, and how long the rest takes. */
  readonly processed: number;
  readonly total: number;
  readonly eventsPerSecond: number;
  readonly etaSeconds: number | null;
  readonly difference: DifferenceReport | null;
  readonly problem: string | null;
};

export const rebuildById = defineQuery(
  (rebuildId: string): Question<RebuildView, RebuildView | undefined> => ({
    statement: sql`select rebuild_id as "rebuildId", projection, from_version as "fromVersion", to_version as "toVersion", state, reason,
      processed::float8 as processed, total::float8 as total, events_per_second as "eventsPerSecond", eta_seconds as "etaSeconds", difference, problem
    from rm.rebuild where rebuild_id = ${rebuildId}`,
    answer: ([found]) => found,
  }),
);

export type TableColumns = { readonly table: string; readonly columns: readonly string[] };

/** The tables of a read model with their columns, by name, as the database has them now. */
export const tablesOfModel = defineQuery(
  (projection: string): Question<TableColumns, readonly TableColumns[]> => ({
    statement: sql`select t.relname as table, array_agg(a.attname::text order by a.attnum) as columns
    from rm.projection p join pg_namespace n on n.nspname = 'rm_' || p.name || '_v' || p.version
      join pg_class t on t.relnamespace = n.oid and t.relkind = 'r'
      join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    where p.name = ${projection} and p.live group by t.relname order by t.relname`,
    answer: (rows) => rows,
  }),
);

export type RebuildFigures = {
  readonly projection: string;
  /** Null while it was not compared. */
  readonly class: string | null;
  readonly rowsDiffering: number;
  /** Share of the log that was read; 1 when it is through. */
  readonly progress: number;
};

/** Of the latest rebuild of each read model. */
export const rebuildFigures = defineQuery(
  (): Question<RebuildFigures, readonly RebuildFigures[]> => ({
    statement: sql`select distinct on (projection) projection, difference ->> 'class' as class,
      coalesce((select sum((t ->> 'changed')::int + (t ->> 'onlyLive')::int + (t ->> 'onlyNew')::int)
        from json_array_elements(difference -> 'tables') t), 0)::float8 as "rowsDiffering",
      case when state in ('REPLAYING', 'COMPARING') then coalesce(processed::float8 / nullif(total, 0), 0) else 1 end as progress
    from rm.rebuild order by projection, to_version desc`,
    answer: (rows) => rows,
  }),
);
