import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  decodeCursor,
  type Page,
  type PageRequest,
  pageOfRows,
  type Scope,
} from '../readModel.ts';

export type TimelineEntryView = {
  readonly position: string;
  /** When it happened in the world. */
  readonly at: string;
  readonly recordedAt: string;
  readonly eventId: string;
  readonly type: string;
  readonly text: string;
  readonly actor: string;
  /** The thing it happened to, e.g. `shipment:01J…`. */
  readonly document: string;
};

/** Every event of an order as a sentence, oldest first; undefined when there is no such order for `scope`. */
export const orderTimeline = defineQuery(
  (
    orderId: string,
    page: PageRequest = {},
    scope?: Scope,
  ): Question<TimelineEntryView | { readonly position: null }, Page<TimelineEntryView> | undefined> => {
    const limit = boundedLimit(page.limit);
    const [after] = page.cursor == null ? [undefined] : decodeCursor(page.cursor, 1);
    const later = after === undefined ? sql`` : sql`and t.position > ${after}`;
    const statement = sql<
      TimelineEntryView | { readonly position: null }
    >`select t.position, t.at, t.recorded_at as "recordedAt",
      t.event_id as "eventId", t.event_type as type, t.text, t.actor, t.document
    from rm.orders o left join rm.order_timeline t on t.order_id = o.order_id ${later}
    where ${allOf([sql`o.order_id = ${orderId}`, anyOf(sql`o.bu`, scope?.bus), anyOf(sql`o.sold_to`, scope?.soldTo)])}
    order by t.position limit ${limit + 1}`;
    return {
      statement,
      answer: (rows) => {
        if (rows.length === 0) return undefined;
        const entries = rows.filter((row): row is TimelineEntryView => row.position !== null);
        return pageOfRows(entries, limit, (row) => [row.position]);
      },
    };
  },
);
