import { type Kysely, sql } from 'kysely';
import type { MessageDiscards } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

/** What inboxes are to let go of, in `ops.message_discard`. That it was decided is in the log. */
export const createMessageDiscards = <Tables>(db: Kysely<Tables>): MessageDiscards => ({
  order: async (messages) => {
    const statement = sql`insert into ops.message_discard (consumer, lane_key, item, content_sha256)
      select r.consumer, r.lane_key, r.item, r.content_sha256
      from unnest(${messages.map(({ consumer }) => consumer)}::text[], ${messages.map(({ laneKey }) => laneKey)}::text[],
                  ${messages.map(({ item }) => item)}::text[], ${messages.map((one) => one.contentSha256)}::text[])
           as r(consumer, lane_key, item, content_sha256)
      on conflict do nothing`;
    await orLogUnavailable(() => statement.execute(db));
  },
  carriedOut: async ({ consumer, laneKey, item, contentSha256 }, isMeant) => {
    const statement = sql`
      with gone as (
        delete from ops.parked_message
        where ${isMeant} and consumer = ${consumer} and lane_key = ${laneKey} and item = ${item})
      delete from ops.message_discard
      where consumer = ${consumer} and lane_key = ${laneKey} and item = ${item} and content_sha256 = ${contentSha256}`;
    await orLogUnavailable(() => statement.execute(db));
  },
});
