import { sql } from 'kysely';
import { uuidPattern } from '../../domain/ids.ts';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  decodeCursor,
  equals,
  nothing,
  type Page,
  type PageRequest,
  pageOfRows,
  type Scope,
} from '../readModel.ts';

/** Where an event is and what it is about. The exact envelope and data are read from the log by stream and revision. */
export type EventIndexView = {
  readonly position: string;
  readonly eventId: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly bu: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly commandId: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly orderId: string | null;
  readonly customer: string | null;
  readonly node: string | null;
  readonly item: string | null;
  readonly occurredAt: string;
  readonly recordedAt: string;
  /** SHA-256 of the inbound message that led to it, when there was one. */
  readonly payloadSha256: string | null;
  /** SHA-256 over the event's data as JSON text. */
  readonly dataSha256: string;
};

export type EventFilter = PageRequest & {
  readonly stream?: string;
  readonly correlationId?: string;
  readonly orderId?: string;
  readonly type?: string;
  /** Only events strictly after this position. */
  readonly from?: string;
};

const columns = sql`e.position, e.event_id as "eventId", e.stream, e.revision, e.type, e.bu, e.correlation as "correlationId",
  e.causation as "causationId", e.command_id as "commandId", json_build_object('kind', e.actor_kind, 'id', e.actor) as actor,
  e.order_id as "orderId", e.customer, e.node, e.item, e.occurred_at as "occurredAt", e.updated_at as "recordedAt",
  e.payload_sha256 as "payloadSha256", e.data_sha256 as "dataSha256"`;

/** In log order. */
export const listEvents = defineQuery(
  (filter: EventFilter, scope?: Scope): Question<EventIndexView, Page<EventIndexView>> => {
    const limit = boundedLimit(filter.limit);
    const [after] = filter.cursor == null ? [filter.from] : decodeCursor(filter.cursor, 1);
    const statement = sql<EventIndexView>`select ${columns} from rm.event_index e where ${allOf([
      equals(sql`e.stream`, filter.stream),
      equals(sql`e.correlation`, filter.correlationId),
      equals(sql`e.order_id`, filter.orderId),
      equals(sql`e.type`, filter.type),
      after === undefined ? undefined : sql`e.position > ${after}`,
      anyOf(sql`e.bu`, scope?.bus),
    ])} order by e.position limit ${limit + 1}`;
    return {
      statement,
      answer: (rows) => pageOfRows(rows, limit, (row) => [row.position]),
    };
  },
);

export const eventById = defineQuery(
  (eventId: string, scope?: Scope): Question<EventIndexView, EventIndexView | undefined> => ({
    statement: uuidPattern.test(eventId)
      ? sql`select ${columns} from rm.event_index e
          where ${allOf([sql`e.event_id = ${eventId}::uuid`, anyOf(sql`e.bu`, scope?.bus)])}`
      : nothing,
    form: 'single',
    answer: ([event]) => event,
  }),
);

/** Those of these events that there are and that `scope` may see, in log order. */
export const eventsByIds = defineQuery(
  (eventIds: readonly string[], scope?: Scope): Question<EventIndexView, readonly EventIndexView[]> => ({
    statement: sql`select ${columns} from rm.event_index e
      where ${allOf([
        sql`e.event_id = any(${eventIds.filter((id) => uuidPattern.test(id))}::uuid[])`,
        anyOf(sql`e.bu`, scope?.bus),
      ])} order by e.position`,
    answer: (events) => events,
  }),
);

/**
 * What happened to these orders of a business unit, in log order, `limit` events at most. What the process managers plan is no
 * fact about an order.
 */
export const eventsOfOrders = defineQuery(
  (
    bu: string,
    orderIds: readonly string[],
    limit: number,
    scope?: Scope,
  ): Question<EventIndexView, readonly EventIndexView[]> => ({
    statement: sql`select ${columns} from rm.event_index e
      where ${allOf([
        sql`e.order_id = any(${[...orderIds]}::text[]) and e.bu = ${bu} and e.type <> 'IntentsIssued'`,
        anyOf(sql`e.bu`, scope?.bus),
      ])} order by e.position limit ${limit}`,
    answer: (events) => events,
  }),
);

/** The event that began each of these streams, as far as there is one that `scope` may see, in log order. */
export const firstEventsOf = defineQuery(
  (streams: readonly string[], scope?: Scope): Question<EventIndexView, readonly EventIndexView[]> => ({
    statement: sql`select ${columns} from rm.event_index e
      where ${allOf([
        sql`e.stream = any(${[...streams]}::text[]) and e.revision = 0`,
        anyOf(sql`e.bu`, scope?.bus),
      ])} order by e.position`,
    answer: (events) => events,
  }),
);

export type EventPlace = { readonly stream: string; readonly revision: number };

/** Where the events of these orders and these single events lie in the log, up to `position`, in log order. */
export const eventPlaces = defineQuery(
  (request: {
    readonly orderIds: readonly string[];
    readonly eventIds: readonly string[];
    readonly types: readonly string[];
    readonly position: string;
  }): Question<EventPlace & { readonly position: string }, readonly EventPlace[]> => {
    const known = sql`e.position <= ${request.position} and e.type = any(${[...request.types]}::text[])`;
    return {
      statement: sql`select e.stream, e.revision, e.position from rm.event_index e where e.order_id = any(${[...request.orderIds]}::text[]) and ${known}
        union all
        select e.stream, e.revision, e.position from rm.event_index e where e.event_id = any(${[...request.eventIds]}::uuid[]) and ${known}
        order by position`,
      answer: (rows) => rows,
    };
  },
);

/** The last position of what had been recorded by an instant, and whether that instant has passed. */
export const positionAt = defineQuery(
  (
    instant: string,
  ): Question<
    { readonly position: string | null; readonly passed: boolean },
    { readonly position: string | null; readonly passed: boolean }
  > => ({
    statement: sql`select (select e.position from rm.event_index e where e.updated_at <= ${instant}::timestamptz
        order by e.updated_at desc, e.position desc limit 1) as position, ${instant}::timestamptz < clock_timestamp() as passed`,
    form: 'single',
    answer: ([row]) => row ?? { position: null, passed: false },
  }),
);
