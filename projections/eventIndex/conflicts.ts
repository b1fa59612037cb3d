import { type RawBuilder, sql } from 'kysely';
import {
  type ConflictName,
  type ConflictObject,
  conflictNames,
  type DutyConflict,
  dutyConflicts,
} from '../../domain/approval/conflicts.ts';
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
import { byOthers, type RecordedWhen, recordedWhen } from './actions.ts';

type ActPlace = {
  readonly eventId: string;
  readonly action: string;
  readonly position: string;
  readonly recordedAt: string;
};

/** Two acts of one person on one object that duties keep apart. */
export type ConflictView = {
  readonly conflict: ConflictName;
  readonly bu: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly object: { readonly kind: ConflictObject; readonly id: string };
  /** The first and the last time of each. */
  readonly acts: readonly { readonly duty: string; readonly first: ActPlace; readonly last: ActPlace }[];
};

export type ConflictFilter = PageRequest &
  RecordedWhen & { readonly bu?: string; readonly actor?: string; readonly conflict?: ConflictName };

const ofStream = { id: sql`e.stream`, same: sql`e.stream = a.object` };

/** What an event is about, and the condition that an event `e` is about the same as the act `a`. */
const objects: Readonly<
  Record<ConflictObject, { readonly id: RawBuilder<unknown>; readonly same: RawBuilder<unknown> }>
> = {
  // Neither entering or releasing an order, nor recording a payment, names a node: so the whole of the index is used.
  customer: { id: sql`e.customer`, same: sql`e.node is null and e.customer = a.object` },
  order: { id: sql`e.order_id`, same: sql`e.order_id = a.object` },
  node: { id: sql`e.node`, same: sql`e.node = a.object` },
  'business-unit': { id: sql`e.bu`, same: sql`true` },
  period: ofStream,
  approval: ofStream,
};

/** As constants: only of these does the planner see that the index holds them. */
export const anyType = (types: readonly string[]): RawBuilder<unknown> => {
  const [only, ...more] = types.map((type) => sql.lit(type));
  return more.length === 0 ? sql`e.type = ${only}` : sql`e.type in (${sql.join([only, ...more])})`;
};

/** A hold is released once, by the event that its row was changed by last. */
const ofHold = (types: readonly string[] | undefined): RawBuilder<unknown> | undefined =>
  types === undefined
    ? undefined
    : sql`exists (select from rm.order_hold h where h.order_id = e.order_id and h.position = e.position and h.type = any(${types}::text[]))`;

const conflictsOf = (name: ConflictName, filter: ConflictFilter, scope: Scope | undefined): RawBuilder<unknown> => {
  const { object, one, other, holdTypes }: DutyConflict = dutyConflicts[name];
  const { id, same } = objects[object];
  const when = recordedWhen(filter);
  const acted = [byOthers, ...when, equals(sql`e.bu`, filter.bu), equals(sql`e.actor`, filter.actor)];
  return sql`select ${sql.lit(name)} as conflict, ${sql.lit(object)} as kind, a.*, b.* from (
      select e.bu, e.actor, ${id} as object, min(e.position) as one_first, max(e.position) as one_last from rm.event_index e
      where ${allOf([anyType(one.types), ...acted, anyOf(sql`e.bu`, scope?.bus), ofHold(holdTypes)])} group by 1, 2, 3) a
    cross join lateral (select min(e.position) as other_first, max(e.position) as other_last from rm.event_index e
      where ${allOf([anyType(other.types), byOthers, ...when, sql`e.actor = a.actor`, sql`e.bu = a.bu`, same])}) b
    where b.other_first is not null`;
};

type Row = Omit<ConflictView, 'acts' | 'actor' | 'object'> & {
  readonly actor: string;
  readonly kind: ConflictObject;
  readonly object: string;
  readonly actor_kind: string;
  readonly places: readonly (ActPlace & { readonly at: string })[];
  readonly bounds: readonly [string, string, string, string];
};

/** Of a stream, `category-<bu>.<id>`, the id. */
const objectId = ({ kind, object }: Row): string =>
  objects[kind] === ofStream ? object.slice(object.indexOf('.') + 1) : object;

const viewOf = (row: Row): ConflictView => {
  const { one, other }: DutyConflict = dutyConflicts[row.conflict];
  const placeOf = (position: string): ActPlace => {
    const place = row.places.find((each) => each.position === position);
    if (place === undefined) throw new RangeError(`the index no longer holds ${position}`);
    return place;
  };
  const [oneFirst, oneLast, otherFirst, otherLast] = row.bounds;
  return {
    conflict: row.conflict,
    bu: row.bu,
    actor: { kind: row.actor_kind, id: row.actor },
    object: {
      kind: row.kind,
      id: objectId(row),
    },
    acts: [
      { duty: one.duty, first: placeOf(oneFirst), last: placeOf(oneLast) },
      { duty: other.duty, first: placeOf(otherFirst), last: placeOf(otherLast) },
    ],
  };
};

const place = sql`json_build_object('eventId', e.event_id, 'action', e.type, 'position', e.position,
  'recordedAt', to_char(e.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;

/** By conflict, person and object. Acts are found by the rarer of two duties, and what is shown of them for a page only. */
export const conflictsInDuties = defineQuery(
  (filter: ConflictFilter, scope?: Scope): Question<Row, Page<ConflictView>> => {
    const limit = boundedLimit(filter.limit);
    const after = filter.cursor == null ? undefined : decodeCursor(filter.cursor, 4);
    const names = conflictNames.filter((name) => filter.conflict === undefined || name === filter.conflict);
    const key = sql`(c.conflict, c.actor, c.bu, c.object)`;
    const found = sql.join(
      names.map((name) => conflictsOf(name, filter, scope)),
      sql` union all `,
    );
    const statement = sql<Row>`with found as (${found}),
      page as (select c.*, array[c.one_first, c.one_last, c.other_first, c.other_last] as bounds from found c
        where ${after === undefined ? sql`true` : sql`${key} > (${sql.join(after)})`} order by c.conflict, c.actor, c.bu, c.object limit ${limit + 1})
    select p.conflict, p.kind, p.bu, p.actor, p.object, p.bounds, x.places, x.actor_kind from page p
      cross join lateral (select json_agg(${place}) as places, min(e.actor_kind) as actor_kind from rm.event_index e
        where e.position = any(p.bounds)) x
    order by p.conflict, p.actor, p.bu, p.object`;
    return {
      statement,
      answer: (rows) => toPage(rows, limit, (row) => [row.conflict, row.actor, row.bu, row.object], viewOf),
    };
  },
);
