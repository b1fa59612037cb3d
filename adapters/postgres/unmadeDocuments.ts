import { type Kysely, sql } from 'kysely';
import type { HeldItem, ParkedMessage, UnmadeDocument, UnmadeDocuments } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

const columns = sql`d.document_id as "documentId", d.bu, d.lane_key as "laneKey", d.event_id as "eventId", d.what, d.stream, d.revision,
  d.position, d.order_id as "orderId", d.error_class as "errorClass", d.detail, d.attempts`;

/** Documents for EDI partners that cannot be made as things are, in `ops.unmade_document`. */
export const createUnmadeDocuments = <Tables>(db: Kysely<Tables>): UnmadeDocuments => ({
  note: async ({ documentId, bu, laneKey, eventId, what, stream, revision, position, ...rest }, retryAfterMs) => {
    const { orderId, errorClass, detail, attempts } = rest;
    // Whoever reads the log again from an older place meets it again, and has tried it no more often.
    const statement = sql`insert into ops.unmade_document as d (document_id, bu, lane_key, event_id, what, stream, revision, position,
        order_id, error_class, detail, attempts, due_at)
      values (${documentId}, ${bu}, ${laneKey}, ${eventId}, ${what}, ${stream}, ${revision}, ${position}, ${orderId}, ${errorClass},
        ${detail}, ${attempts}, clock_timestamp() + ${retryAfterMs} * interval '1 ms')
      on conflict (document_id) do update set error_class = excluded.error_class, detail = excluded.detail,
        attempts = greatest(d.attempts, excluded.attempts), last_seen_at = clock_timestamp(),
        due_at = case when excluded.attempts > d.attempts then excluded.due_at else d.due_at end`;
    await orLogUnavailable(() => statement.execute(db));
  },
  due: async (lanesMax) => {
    const statement = sql<UnmadeDocument>`with lanes as (
        select l.lane_key, min(l.due_at) as due_at from ops.unmade_document l where l.due_at <= clock_timestamp()
        group by l.lane_key order by 2, 1 limit ${lanesMax})
      select ${columns} from lanes l join ops.unmade_document d on d.lane_key = l.lane_key
      order by l.due_at, l.lane_key, d.position`;
    return (await orLogUnavailable(() => statement.execute(db))).rows;
  },
  forget: async ({ laneKey, eventId }) => {
    const statement = sql`delete from ops.unmade_document where lane_key = ${laneKey} and event_id = ${eventId}`;
    await orLogUnavailable(() => statement.execute(db));
  },
  forgetBefore: async (laneKey, position) => {
    const statement = sql`delete from ops.unmade_document where lane_key = ${laneKey} and position < ${position}`;
    await orLogUnavailable(() => statement.execute(db));
  },
  ofLane: async (laneKey) => {
    const statement = sql<HeldItem>`select d.event_id as item, d.what, d.position,
        jsonb_build_object('stream', d.stream, 'revision', d.revision) as "payloadRef", null as payload,
        d.error_class as "errorClass", d.detail, d.attempts, 0 as "blockedCount"
      from ops.unmade_document d where d.lane_key = ${laneKey} order by d.position`;
    return (await orLogUnavailable(() => statement.execute(db))).rows;
  },
  kept: async (laneKeys) => {
    const statement = sql<ParkedMessage>`select d.lane_key as "laneKey", d.event_id as item, d.attempts,
        jsonb_build_object('what', d.what, 'stream', d.stream, 'revision', d.revision)::text as message
      from ops.unmade_document d where d.lane_key = any(${[...laneKeys]}::text[]) order by d.lane_key, d.position`;
    return (await orLogUnavailable(() => statement.execute(db))).rows;
  },
  hasten: async (laneKey) => {
    const statement = sql`update ops.unmade_document set due_at = clock_timestamp() where lane_key = ${laneKey}`;
    await orLogUnavailable(() => statement.execute(db));
  },
});
