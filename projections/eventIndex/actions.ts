import { type RawBuilder, sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  type Scope,
  toPage,
} from '../readModel.ts';

/** One thing that somebody did, as the log has it. */
export type ActionView = {
  readonly position: string;
  readonly eventId: string;
  readonly recordedAt: string;
  readonly occurredAt: string;
  readonly action: string;
  /** What it was done to: the stream's category, and its id within the business unit. */
  readonly object: { readonly kind: string; readonly id: string };
  readonly stream: string;
  readonly revision: number;
  readonly bu: string;
  readonly actorKind: string;
  readonly orderId: string | null;
  readonly customer: string | null;
  readonly node: string | null;
  readonly item: string | null;
  readonly reason: string | null;
  readonly approvalId: string | null;
  readonly commandId: string;
  readonly correlationId: string;
};

/** When something was recorded: up to a position of the log, and from and to days in UTC. */
export type RecordedWhen = { readonly knownAsOf?: string; readonly from?: string; readonly validAsOf?: string };

export type ActionFilter = PageRequest &
  RecordedWhen & { readonly actor: string; readonly bu?: string; readonly type?: string };

/** The words of the index; a question that says it in others does not find it. */
export const byOthers = sql`e.actor !~~ 'process:%'`;

const startOf = (day: string): RawBuilder<unknown> => sql`(${day}::date)::timestamp at time zone 'UTC'`;

/** Times never fall along the log, so days are turned into positions, which the indexes hold. */
export const recordedWhen = ({ knownAsOf, from, validAsOf }: RecordedWhen): readonly RawBuilder<unknown>[] => [
  ...(knownAsOf === undefined ? [] : [sql`e.position <= ${knownAsOf}`]),
  ...(from === undefined
    ? []
    : [
        sql`e.position >= (select d.position from rm.event_index d where d.updated_at >= ${startOf(from)} order by d.updated_at, d.position limit 1)`,
      ]),
  ...(validAsOf === undefined
    ? []
    : [
        sql`e.position <= (select d.position from rm.event_index d where d.updated_at < ${startOf(validAsOf)} + interval '1 day' order by d.updated_at desc, d.position desc limit 1)`,
      ]),
];

type Row = Omit<ActionView, 'object'> & { readonly category: string };

/** `category-<bu>.<id>`. */
const objectOf = ({ category, stream }: Row): ActionView['object'] => ({
  kind: category,
  id: stream.slice(stream.indexOf('.') + 1),
});

const viewOf = (row: Row): ActionView => {
  const { category: _, ...rest } = row;
  return { ...rest, object: objectOf(row) };
};

/** Newest first. What the service's own processes did is no person's action. */
export const actorActions = defineQuery((filter: ActionFilter, scope?: Scope): Question<Row, Page<ActionView>> => {
  const limit = boundedLimit(filter.limit);
  const [before] = filter.cursor == null ? [undefined] : decodeCursor(filter.cursor, 1);
  const statement = sql<Row>`select e.position, e.event_id as "eventId", e.updated_at as "recordedAt", e.occurred_at as "occurredAt",
      e.type as action, e.category, e.stream, e.revision, e.bu, e.actor_kind as "actorKind", e.order_id as "orderId", e.customer, e.node,
      e.item, coalesce(e.reason ->> 'text', e.reason ->> 'code') as reason,
      coalesce(e.reason ->> 'approvalId', case when e.category = 'approval' then split_part(e.stream, '.', 2) end) as "approvalId",
      e.command_id as "commandId", e.correlation as "correlationId"
    from rm.event_index e where ${allOf([
      sql`e.actor = ${filter.actor}`,
      byOthers,
      equals(sql`e.bu`, filter.bu),
      equals(sql`e.type`, filter.type),
      before === undefined ? undefined : sql`e.position < ${before}`,
      ...recordedWhen(filter),
      anyOf(sql`e.bu`, scope?.bus),
    ])} order by e.position desc limit ${limit + 1}`;
  return { statement, answer: (rows) => toPage(rows, limit, ({ position }) => [position], viewOf) };
});
