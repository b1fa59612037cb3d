import { type RawBuilder, sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  equals,
  newestFirst,
  type Page,
  type PageRequest,
  type ReadHandle,
  type Scope,
} from '../readModel.ts';
import type { ConsumerRow } from './consumers.ts';
import { placeText, type StreamPlace } from './place.ts';

/** A consumer, and how far it has come. */
export type ConsumerView = {
  readonly consumerId: string;
  readonly bu: string;
  readonly name: string;
  readonly types: readonly string[] | null;
  readonly customers: readonly string[] | null;
  readonly state: ConsumerRow['state'];
  readonly stateReason: string | null;
  /** Where it goes on. */
  readonly sequence: string;
  /** Null: nothing since it was registered or reset. */
  readonly acknowledgedAt: string | null;
  /** Events that it has yet to handle, of the next `examinedMax` of the stream. */
  readonly waiting: number;
  readonly waitingIsMore: boolean;
  /**
   * Age of the first of them; where none of its is among so many events, that of the last of those, for it has said of none of
   * them that it knows them. 0: there is none.
   */
  readonly lagSeconds: number;
  readonly registeredBy: string;
  readonly registeredAt: string;
  readonly revision: number;
  readonly position: string;
  readonly updatedAt: string;
};

/** Who is far behind is far behind: how many events those are exactly is not worth reading them all. */
const examinedMax = 10_000;

type Row = Omit<ConsumerView, 'sequence' | 'waitingIsMore'> & {
  readonly place: string;
  readonly placeNo: number;
  readonly examined: number;
};

/** What was acknowledged as of the consumer's last reset, or where that set it. */
const asked = (conditions: readonly (RawBuilder<unknown> | undefined)[], tail: RawBuilder<unknown>) => sql<
  Row & { readonly created: string }
>`
  select c.consumer_id as "consumerId", c.bu, c.name, c.types, c.customers, c.state, c.state_reason as "stateReason",
    c.at_position as place, c.at_place as "placeNo", c.acknowledged_at as "acknowledgedAt", w.waiting, w.examined,
    w.lag as "lagSeconds", c.registered_by as "registeredBy", c.registered_at as "registeredAt", c.revision, c.position,
    c.updated_at as "updatedAt", c.created_position as created
  from (
    select c.*, p.acknowledged_at, coalesce(p.position, c.after_position) as at_position, coalesce(p.place, c.after_place) as at_place
    from rm.event_consumer c
    left join ops.event_consumer_place p on p.consumer_id = c.consumer_id and p.revision >= c.begun_revision
    where ${allOf(conditions)} ${tail}) c
  cross join lateral (
    select (count(*) filter (where f.is_its))::int as waiting, count(*)::int as examined,
      coalesce(greatest(0, extract(epoch from clock_timestamp() - coalesce(min(f.updated_at) filter (where f.is_its),
        case when count(*) = ${sql.lit(examinedMax)} then max(f.updated_at) end))), 0)::float8 as lag
    from (
      select e.updated_at, e.bu = c.bu and (c.types is null or c.types ? e.type) and (c.customers is null or c.customers ? e.sold_to) as is_its
      from rm.stream_event e
      where c.state = 'ACTIVE' and (e.position, e.place) > (c.at_position, c.at_place)
      order by e.position, e.place limit ${sql.lit(examinedMax)}) f) w
  order by c.created_position desc`;

const viewOf = ({ place, placeNo, examined, ...row }: Row): ConsumerView => ({
  ...row,
  sequence: placeText({ position: place, place: placeNo }),
  waitingIsMore: examined === examinedMax,
});

/** Who is limited to customers sees what is about no other. */
const within = (scope: Scope | undefined): readonly (RawBuilder<unknown> | undefined)[] => [
  anyOf(sql`c.bu`, scope?.bus),
  scope?.soldTo === undefined
    ? undefined
    : sql`c.customers is not null and c.customers <@ ${JSON.stringify(scope.soldTo)}::jsonb`,
];

export type ConsumerFilter = PageRequest & { readonly bu?: string | undefined; readonly state?: string | undefined };

/** Newest first. Throws `CursorInvalid`. */
export const listEventConsumers = defineQuery(
  (filter: ConsumerFilter, scope?: Scope): Question<Row & { readonly created: string }, Page<ConsumerView>> => {
    const { before, tail, page } = newestFirst(filter, sql`c.created_position`);
    const conditions = [equals(sql`c.bu`, filter.bu), equals(sql`c.state`, filter.state), before, ...within(scope)];
    return {
      statement: asked(conditions, tail),
      answer: (rows) =>
        page(
          rows,
          ({ created }) => created,
          ({ created: _, ...row }) => viewOf(row),
        ),
    };
  },
);

export const eventConsumerById = defineQuery(
  (consumerId: string, scope?: Scope): Question<Row & { readonly created: string }, ConsumerView | undefined> => ({
    statement: asked([sql`c.consumer_id = ${consumerId}`, ...within(scope)], sql``),
    form: 'single',
    answer: ([found]) => {
      if (found === undefined) return undefined;
      const { created: _, ...row } = found;
      return viewOf(row);
    },
  }),
);

/** How many of a business unit are not deleted. */
export const countEventConsumers = defineQuery(
  (bu: string): Question<{ readonly n: number }, number> => ({
    statement: sql`select count(*)::int as n from rm.event_consumer c where c.bu = ${bu} and c.state = 'ACTIVE'`,
    form: 'single',
    answer: ([row]) => row?.n ?? 0,
  }),
);

/** As the stream is read for it; `after`: where it was to go on when it was registered or last reset. */
export type ConsumerState = {
  readonly consumerId: string;
  readonly revision: number;
  readonly isDeleted: boolean;
  readonly after: StreamPlace;
};

export const consumersNow = defineQuery(
  (ids: readonly string[]): Question<ConsumerState, readonly ConsumerState[]> => ({
    statement: sql`select c.consumer_id as "consumerId", c.revision, c.state = 'DELETED' as "isDeleted",
        json_build_object('position', c.after_position, 'place', c.after_place) as after
      from rm.event_consumer c where c.consumer_id = any(${ids}::text[])`,
    answer: (rows) => rows,
  }),
);

/** A scrape looks at so many consumers. */
const measuredMax = 100;

export type ConsumerLag = { readonly consumer: string; readonly waiting: number; readonly lagSeconds: number };

/** How far consumers are behind, the newest ones; of one name in a business unit the furthest. */
export const consumerLags = async (db: ReadHandle): Promise<readonly ConsumerLag[]> => {
  const { items } = await listEventConsumers(db, { state: 'ACTIVE', limit: measuredMax });
  const lags = new Map<string, ConsumerLag>();
  for (const { bu, name, waiting, lagSeconds } of items) {
    const consumer = `${bu}/${name}`;
    if (lagSeconds >= (lags.get(consumer)?.lagSeconds ?? 0)) lags.set(consumer, { consumer, waiting, lagSeconds });
  }
  return [...lags.values()];
};
