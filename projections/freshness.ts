import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { ReadHandle } from './readModel.ts';

export type AsOf = {
  /** The log up to here is in the rows; "0" before the first event. */
  readonly asOfPosition: string;
  /** 0 while every projector is at the head of the log and looked there within the last second. */
  readonly lagMs: number;
};

const heartbeatMs = 1_500;

const lag = sql`case when p.looked_at is null then 0
  when p.at_head then greatest(0, extract(epoch from clock_timestamp() - p.looked_at) * 1000 - ${heartbeatMs})
  else greatest(0, extract(epoch from clock_timestamp() - coalesce(p.last_event_recorded_at, p.looked_at)) * 1000) end`;

/** The oldest of the named projections counts. Ask before reading the rows: they are then at least this new. */
export const asOf = async (db: ReadHandle, projectionNames: readonly string[]): Promise<AsOf> => {
  const { rows } = await sql<AsOf>`select coalesce(min(coalesce(p.position, '0') collate "C"), '0') as "asOfPosition",
      coalesce(round(max(${lag})), 0)::float8 as "lagMs"
    from unnest(${[...projectionNames]}::text[]) as asked(name) left join rm.projection p on p.name = asked.name and p.live`.execute(
    db,
  );
  return rows[0] ?? { asOfPosition: '0', lagMs: 0 };
};

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
  readonly version: number;
  /** Whether the views of the plain names show this version. */
  readonly live: boolean;
  readonly state: 'REPLAYING' | 'RUNNING' | 'STOPPED';
  readonly position: string;
  readonly lagMs: number;
  /** Rows in all of its tables. */
  readonly rows: number;
  readonly deadLetters: number;
  /** Why it stopped. */
  readonly problem: { readonly class: string; readonly detail: string } | null;
};

export const listProjections = async (db: ReadHandle): Promise<readonly ProjectionView[]> => {
  const { rows } =
    await sql<ProjectionView>`select p.name, p.version, p.live, p.state, coalesce(p.position, '0') as position,
      round(${lag})::float8 as "lagMs", p.rows::float8 as rows, p.blocked_lanes as "deadLetters",
      case when p.error_class is null then null else json_build_object('class', p.error_class, 'detail', p.error_detail) end as problem
    from rm.projection p order by p.name, p.version`.execute(db);
  return rows;
};
