import { type Kysely, sql } from 'kysely';
import type { Acknowledged, EventConsumerPlaces } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

type Row = Acknowledged & { readonly at: string };

const columns = sql`p.consumer_id as "consumerId", p.revision, p.position, p.place, p.acknowledged_at as at`;

/** How far consumers of the event stream have come, in `ops.event_consumer_place`. */
export const createEventConsumerPlaces = <Tables>(db: Kysely<Tables>): EventConsumerPlaces => ({
  acknowledge: async ({ consumerId, revision, position, place }, at) => {
    // What is not ahead is written as it is, so that the row is answered in any case, and locked for who comes at the same time.
    const statement = sql<Row>`
      insert into ops.event_consumer_place as p (consumer_id, revision, position, place, acknowledged_at)
      values (${consumerId}, ${revision}, ${position}, ${place}, ${at})
      on conflict (consumer_id) do update set (revision, position, place, acknowledged_at) = (
        select (case when a.ahead then excluded.revision else p.revision end), (case when a.ahead then excluded.position else p.position end),
          (case when a.ahead then excluded.place else p.place end), (case when a.ahead then excluded.acknowledged_at else p.acknowledged_at end)
        from (select (excluded.revision, excluded.position, excluded.place) > (p.revision, p.position, p.place) as ahead) a)
      returning ${columns}`;
    const { rows } = await orLogUnavailable(() => statement.execute(db));
    const [row] = rows;
    if (row === undefined) throw new RangeError('an acknowledgement is one row');
    return row;
  },
});
