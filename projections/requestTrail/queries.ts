import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  boundedLimit,
  CursorInvalid,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  pageOfRows,
  type Scope,
} from '../readModel.ts';

/** A request that the log does not tell of: a command that was refused, or a look at the books. */
export type TrailEntryView = {
  readonly entryId: string;
  readonly at: string;
  readonly kind: 'REFUSED' | 'READ';
  readonly operation: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly roles: readonly string[];
  readonly resource: string;
  readonly status: number;
  readonly code: string | null;
  readonly commandId: string | null;
  readonly correlationId: string;
  readonly reason: string | null;
  /** So often within a moment. */
  readonly times: number;
};

export type TrailFilter = PageRequest & {
  readonly actor?: string;
  readonly kind?: TrailEntryView['kind'];
  readonly operation?: string;
  readonly code?: string;
};

const entryPattern = /^[1-9]\d{0,17}$/;

const before = (cursor: string | null | undefined) => {
  if (cursor == null) return undefined;
  const [entryId = ''] = decodeCursor(cursor, 1);
  if (!entryPattern.test(entryId)) throw new CursorInvalid('the cursor is not one of ours');
  return sql`t.entry_id < ${entryId}::bigint`;
};

/** Newest first. Who is limited to some business units sees the requests of those who are limited to some of these. */
export const requestTrail = defineQuery(
  (filter: TrailFilter, scope?: Scope): Question<TrailEntryView, Page<TrailEntryView>> => {
    const limit = boundedLimit(filter.limit);
    const statement = sql<TrailEntryView>`select t.entry_id::text as "entryId", t.at, t.kind, t.operation,
      json_build_object('kind', t.actor_kind, 'id', t.actor) as actor, to_json(t.roles) as roles, t.resource, t.status, t.code,
      t.command_id as "commandId", t.correlation_id as "correlationId", t.reason, t.times
    from ops.request_trail t where ${allOf([
      equals(sql`t.actor`, filter.actor),
      equals(sql`t.kind`, filter.kind),
      equals(sql`t.operation`, filter.operation),
      equals(sql`t.code`, filter.code),
      scope === undefined ? undefined : sql`t.bus <@ ${[...scope.bus]}::text[]`,
      before(filter.cursor),
    ])} order by t.entry_id desc limit ${limit + 1}`;
    return { statement, answer: (rows) => pageOfRows(rows, limit, ({ entryId }) => [entryId]) };
  },
);
