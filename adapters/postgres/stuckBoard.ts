import { type Kysely, sql } from 'kysely';
import type { StuckBoard } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

/** What is stuck, in `ops.stuck`. An item that stays keeps when it was first seen, also over a restart of its worker. */
export const createStuckBoard = <Tables>(db: Kysely<Tables>): StuckBoard => ({
  post: async (consumer, lanes, items) => {
    const statement = sql`
      with said as materialized (
        select * from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as r(
          "laneKey" text, item text, kind text, what text, position text, "payloadRef" jsonb, "errorClass" text, detail text,
          attempts int, "blockedCount" int, payload text)
      ), gone as (
        delete from ops.stuck s
        where s.consumer = ${consumer} and (${lanes === 'all'} or s.lane_key = any(${lanes === 'all' ? [] : [...lanes]}::text[]))
          and (${lanes !== 'all'} or exists (select from said r where r."laneKey" = s.lane_key) or not exists (
            select from ops.parked_message p where p.consumer = s.consumer and p.lane_key = s.lane_key))
      )
      insert into ops.stuck as s (consumer, lane_key, item, kind, what, position, payload_ref, error_class, detail, attempts,
                                  blocked_count, payload)
      select ${consumer}, r."laneKey", r.item, r.kind, r.what, r.position, r."payloadRef", r."errorClass", r.detail,
             r.attempts, r."blockedCount", r.payload
      from said r order by r."laneKey", r.item
      on conflict (consumer, lane_key, item) do update
      set kind = excluded.kind, error_class = excluded.error_class, detail = excluded.detail,
          attempts = greatest(s.attempts, excluded.attempts), blocked_count = excluded.blocked_count,
          last_seen_at = clock_timestamp()`;
    await orLogUnavailable(() => statement.execute(db));
  },
});
