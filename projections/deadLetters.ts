import { type QueryExecutorProvider, sql } from 'kysely';
import type { RecordedDomainEvent } from '../domain/events.ts';
import type { Build } from './build.ts';
import { classOf, detailOf } from './failures.ts';

/** A lane that does not exist because the event cannot even say which it is. */
const laneOf = ({ projection }: Build, event: RecordedDomainEvent): string => {
  try {
    return projection.laneOf(event);
  } catch {
    return `stream:${event.stream}`;
  }
};

const lanesOf = ({ projection }: Build, event: RecordedDomainEvent): readonly string[] => {
  try {
    return [projection.laneOf(event), ...projection.waitsFor(event)];
  } catch {
    return [`stream:${event.stream}`];
  }
};

export type Parked = { readonly event: RecordedDomainEvent; readonly lane: string; readonly behind: string };

/** Which of `lanes` are blocked, and by the dead letter of which lane. */
const blockersOf = async (
  tx: QueryExecutorProvider,
  build: Build,
  lanes: readonly string[],
): Promise<Map<string, string>> => {
  const { rows } = await sql<{ lane: string; behind: string }>`
    select lane_key as lane, lane_key as behind from ops.dead_letter where projection = ${build.consumer} and lane_key = any(${[...lanes]}::text[])
    union
    select lane_key, min(behind_lane) from ops.parked_event
    where projection = ${build.consumer} and lane_key = any(${[...lanes]}::text[]) group by lane_key`.execute(tx);
  return new Map(rows.map(({ lane, behind }) => [lane, behind]));
};

/** Splits a batch into what may be applied and what must wait behind a dead letter. An event that waits makes its own lane wait. */
export const separate = async (
  tx: QueryExecutorProvider,
  build: Build,
  batch: readonly RecordedDomainEvent[],
): Promise<{ readonly free: readonly RecordedDomainEvent[]; readonly parked: readonly Parked[] }> => {
  const lanes = new Set(batch.flatMap((event) => lanesOf(build, event)));
  const blockers = await blockersOf(tx, build, [...lanes]);
  const free: RecordedDomainEvent[] = [];
  const parked: Parked[] = [];
  for (const event of batch) {
    const blocked = lanesOf(build, event).find((lane) => blockers.has(lane));
    const behind = blocked === undefined ? undefined : blockers.get(blocked);
    if (behind === undefined) {
      free.push(event);
    } else {
      const lane = laneOf(build, event);
      blockers.set(lane, blockers.get(lane) ?? behind);
      parked.push({ event, lane, behind });
    }
  }
  return { free, parked };
};

export const park = async (tx: QueryExecutorProvider, build: Build, parked: readonly Parked[]): Promise<void> => {
  if (parked.length === 0) return;
  const rows = parked.map(({ event, lane, behind }) => ({
    projection: build.consumer,
    position: event.position,
    lane_key: lane,
    behind_lane: behind,
    event_id: event.eventId,
    event_type: event.type,
    stream: event.stream,
    revision: event.revision,
  }));
  await sql`with added as (
      insert into ops.parked_event select * from json_populate_recordset(null::ops.parked_event, ${JSON.stringify(rows)}::json)
      returning behind_lane)
    update ops.dead_letter d set blocked_count = d.blocked_count + a.count
    from (select behind_lane, count(*)::int as count from added group by behind_lane) a
    where d.projection = ${build.consumer} and d.lane_key = a.behind_lane`.execute(tx);
};

/** Operators' time, not the read model's: when we met it, by the database's clock. */
export const addDeadLetter = async (
  tx: QueryExecutorProvider,
  build: Build,
  event: RecordedDomainEvent,
  error: unknown,
): Promise<void> => {
  const place = sql`${build.consumer}, ${laneOf(build, event)}, ${event.position}, ${event.eventId}, ${event.type}, ${event.stream}, ${event.revision}`;
  await sql`insert into ops.dead_letter (projection, lane_key, position, event_id, event_type, stream, revision, error_class, detail, attempts,
      first_seen_at, last_seen_at)
    values (${place}, ${classOf(error)}, ${detailOf(error)}, 1, clock_timestamp(), clock_timestamp())`.execute(tx);
};
