import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { type AsOf, freshnessOf, lag } from './asOf.ts';
import { askKnown, defineQuery, type Question } from './question.ts';
import type { ReadHandle } from './readModel.ts';

/** Ask before reading the rows: they are then at least this new. */
export const asOf = async (db: ReadHandle, models: readonly string[]): Promise<AsOf> =>
  askKnown(db, freshnessOf(models));

const pollMsFirst = 10;
const pollMsMax = 100;

/** Waits until every named projection has read the log up to `position`. False when `timeoutMs` passed first. */
export const waitForPosition = async (
  db: ReadHandle,
  projectionNames: readonly string[],
  position: string,
  timeoutMs: number,
): Promise<boolean> => {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = pollMsFirst; ; pauseMs = Math.min(pauseMs * 1.5, pollMsMax)) {
    const { asOfPosition } = await asOf(db, projectionNames);
    if (asOfPosition >= position) return true;
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return false;
    await delay(Math.min(pauseMs, leftMs));
  }
};

export type ProjectionView = {
  readonly name: string;
  /** The number of the build. */
  readonly version: number;
  /** Of the code that the build was begun with. */
  readonly codeVersion: number;
  /** Whether the views of the plain names show this version. */
  readonly live: boolean;
  readonly state: 'REPLAYING' | 'RUNNING' | 'STOPPED' | 'KEPT';
  readonly position: string;
  readonly lagMs: number;
  /** Rows in all of its tables. */
  readonly rows: number;
  readonly deadLetters: number;
  /** Why it stopped. */
  readonly problem: { readonly class: string; readonly detail: string } | null;
};

/** Every version of every projection, by name. */
export const listProjections = defineQuery(
  (): Question<ProjectionView, readonly ProjectionView[]> => ({
    statement: sql`select p.name, p.version, p.code_version as "codeVersion", p.live, p.state, coalesce(p.position, '0') as position,
      round(${lag})::float8 as "lagMs", p.rows::float8 as rows, p.blocked_lanes as "deadLetters",
      case when p.error_class is null then null else json_build_object('class', p.error_class, 'detail', p.error_detail) end as problem
    from rm.projection p order by p.name, p.version`,
    answer: (rows) => rows,
  }),
);
