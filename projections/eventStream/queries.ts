import { type RawBuilder, sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import type { ReadHandle } from '../readModel.ts';
import { given, givenAny } from '../statement.ts';
import { isBefore, type StreamPlace, wholePosition } from './place.ts';

/** What a reader is shown of the stream; what is absent limits nothing. */
export type StreamFilter = {
  readonly bus?: readonly string[] | undefined;
  readonly types?: readonly string[] | undefined;
  /** With `bus`: customers are those of business units. */
  readonly customers?: readonly string[] | undefined;
};

export type StreamedEvent = StreamPlace & {
  readonly eventId: string;
  readonly type: string;
  readonly bu: string;
  readonly orderId: string;
  readonly soldTo: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  /** The canonical document as JSON text. */
  readonly data: string;
};

export type StreamPage = {
  readonly events: readonly StreamedEvent[];
  /** How far the stream was looked through, also where nothing was shown: where the next page begins. */
  readonly through: StreamPlace;
  /** There may be more at once. */
  readonly more: boolean;
  /** An event that cannot be told holds up the stream: what is behind it is not shown. */
  readonly isHeld?: true;
  /** The stream has not come to where the page begins: it is asked too early, or for a place that never was. */
  readonly isAhead?: true;
};

export type StreamRequest = StreamFilter & {
  readonly after: StreamPlace;
  /** At most `streamPageMax`. */
  readonly limit: number;
};

export const streamPageMax = 500;
/** A page ends when its documents have so many characters, and has one in any case. */
const charsMax = 1_000_000;
/** A page that leaves something out looks through so many events: one of a type that hardly ever happens costs no more than others. */
const windowMax = 10_000;

const start = sql`(${given('position')}, ${given('place')}::smallint)`;
/** A customer's own events are found by an index, so nothing is looked through for them. */
const isFiltered = sql`(${given('customers')}::text[] is null and (${given('bus')}::text[] is not null or ${given('types')}::text[] is not null))`;

/** A consumer's own events hold up nothing. */
const holding = sql`from ops.dead_letter d where d.projection = 'event_stream' and d.lane_key not like 'consumer:%'`;

/** How far the stream may be read: not past an event that could not be applied, because what follows it would be told before it. */
const bounds = sql`
  select coalesce(p.position, '0') as through, x.position as edge_position, x.place as edge_place,
    (select min(d.position) ${holding}) as blocked
  from rm.projection p
  left join lateral (
    select e.position, e.place from rm.stream_event e where ${isFiltered} and (e.position, e.place) > ${start}
    order by e.position, e.place offset ${sql.lit(windowMax - 1)} limit 1) x on true
  where p.live and p.name = 'event_stream'`;

const isTold = sql`(c.position, c.place) > ${start} and (b.blocked is null or c.position < b.blocked) and ${givenAny(sql`c.type`, 'types')}`;
const inOrder = sql`order by c.position, c.place limit ${given('rows')}::int`;

const ofEverybody = sql`
  select c.* from rm.stream_event c where ${isTold} and ${givenAny(sql`c.bu`, 'bus')}
    and (b.edge_position is null or (c.position, c.place) <= (b.edge_position, b.edge_place)) ${inOrder}`;

/** Each customer's own events, however few they are among all. Which those of the page are is known before any document is read. */
const ofCustomers = sql`
  select e.* from (
    select c.position, c.place from unnest(${given('bus')}::text[]) u(bu) cross join unnest(${given('customers')}::text[]) s(sold_to)
    cross join lateral (
      select c.position, c.place from rm.stream_event c where c.bu = u.bu and c.sold_to = s.sold_to and ${isTold} ${inOrder}) c
    ${inOrder}) k
  join rm.stream_event e on e.position = k.position and e.place = k.place`;

type Row = { readonly [Name in keyof StreamedEvent]: StreamedEvent[Name] | null } & {
  readonly through: string;
  readonly edgePosition: string | null;
  readonly edgePlace: number | null;
  readonly blocked: string | null;
  /** Rows that the page could have had, one more than it may have at most. */
  readonly found: number | null;
};

const pageOf = (candidates: RawBuilder<unknown>) => sql<Row>`
  select b.through, b.edge_position as "edgePosition", b.edge_place as "edgePlace", b.blocked, e.found, e.position, e.place,
    e.event_id as "eventId", e.type, e.bu, e.order_id as "orderId", e.sold_to as "soldTo", e.occurred_at as "occurredAt",
    e.updated_at as "recordedAt", e.data
  from (${bounds}) b
  left join lateral (
    select s.* from (
      select e.*, (count(*) over ())::int as found, sum(e.size) over (order by e.position, e.place) - e.size as before
      from (select c.* from (${candidates}) c order by c.position, c.place limit ${given('rows')}::int) e) s
    where s.before < ${sql.lit(charsMax)}) e on true
  order by e.position, e.place`;

const fromEverybody = pageOf(ofEverybody);
const fromCustomers = pageOf(ofCustomers);

const isEvent = (row: Row): row is Row & StreamedEvent => row.position !== null;

const answered = (rows: readonly Row[], { after, limit }: StreamRequest): StreamPage => {
  const [first] = rows;
  if (first === undefined) return { events: [], through: after, more: false };
  const { found, edgePosition, edgePlace, blocked, through } = first;
  const events = rows.filter(isEvent).slice(0, limit);
  const last = events.at(-1);
  const held = blocked === null ? {} : ({ isHeld: true } as const);
  if (last !== undefined && (found ?? 0) > events.length) return { events, through: last, more: true, ...held };
  const isInBounds = blocked === null || (edgePosition !== null && edgePosition < blocked);
  if (edgePosition !== null && edgePlace !== null && isInBounds)
    return { events, through: { position: edgePosition, place: edgePlace }, more: true, ...held };
  const end = blocked === null ? { position: through, place: wholePosition } : (last ?? after);
  const isAhead = through < after.position;
  return { events, through: isBefore(after, end) ? end : after, more: false, ...held, ...(isAhead && { isAhead }) };
};

/** Canonical events after a place, in the order of the log; of a page some may be left out, never one before another. */
export const streamPage = defineQuery((request: StreamRequest): Question<Row, StreamPage> => {
  const { bus, types, customers, after, limit } = request;
  return {
    statement: customers === undefined ? fromEverybody : fromCustomers,
    values: {
      ...{ position: after.position, place: after.place, rows: Math.min(limit, streamPageMax) + 1 },
      ...{ bus: bus ?? null, types: types ?? null, customers: customers ?? null },
    },
    answer: (rows) => answered(rows, request),
  };
});

/** How far the stream goes now. */
export const streamEnd = defineQuery(
  (): Question<{ readonly position: string }, StreamPlace> => ({
    statement: sql`select coalesce(p.position, '0') as position from rm.projection p where p.live and p.name = 'event_stream'`,
    form: 'single',
    answer: ([row]) => ({ position: row?.position ?? '0', place: wholePosition }),
  }),
);

/** For how long an event that cannot be told has held up the stream, in seconds; 0: none does. */
export const streamHeldSeconds = async (db: ReadHandle): Promise<number> => {
  const { rows } = await sql<{
    readonly seconds: number;
  }>`select coalesce(extract(epoch from clock_timestamp() - min(d.first_seen_at)), 0)::float8 as seconds ${holding}`.execute(
    db,
  );
  return rows[0]?.seconds ?? 0;
};
