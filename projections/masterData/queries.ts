import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, equals, newestFirst, type Page, type PageRequest, type Scope } from '../readModel.ts';
import type { DefinitionKind } from './definitions.ts';

export type DefinitionHead = {
  readonly kind: DefinitionKind;
  readonly bu: string;
  readonly id: string;
  readonly version: number;
  /** Of the stream at this version: what an `If-Match` names. */
  readonly revision: number;
  /** No later version is known. */
  readonly current: boolean;
  readonly definedBy: string;
  readonly definedAt: string;
  readonly contentSha256: string | null;
  /** What a second person agreed to. */
  readonly approvalId: string | null;
  readonly position: string;
};

type Content = Readonly<Record<string, unknown>>;

export type DefinitionView = DefinitionHead & { readonly content: Content };

export type DefinitionFilter = PageRequest & {
  readonly bu?: string;
  readonly kind?: DefinitionKind;
  readonly id?: string;
  /** `all`: those that were replaced too. */
  readonly versions?: 'current' | 'all';
};

const current = sql`not exists (select from rm.definition later
  where later.bu = d.bu and later.kind = d.kind and later.id = d.id and later.version > d.version)`;

// A stream of definitions has nothing but versions, from 1 on.
const head = sql`d.kind, d.bu, d.id, d.version, d.version - 1 as revision, ${current} as current, d.defined_by as "definedBy",
  d.updated_at as "definedAt", d.content ->> 'contentSha256' as "contentSha256", d.content ->> 'approvalId' as "approvalId", d.position`;

export type DefinitionName = { readonly bu: string; readonly kind: DefinitionKind; readonly id: string };

/** One version of a definition; by itself the one in force. */
export const definitionOf = defineQuery(
  (
    { bu, kind, id }: DefinitionName,
    version?: number,
    scope?: Scope,
  ): Question<DefinitionView, DefinitionView | undefined> => ({
    statement: sql<DefinitionView>`select ${head}, d.content from rm.definition d where ${allOf([
      sql`d.bu = ${bu} and d.kind = ${kind} and d.id = ${id}`,
      version === undefined ? undefined : sql`d.version = ${version}`,
      anyOf(sql`d.bu`, scope?.bus),
    ])} order by d.version desc limit 1`,
    form: 'single',
    answer: ([row]) => row,
  }),
);

/** Newest first, without what they say. Throws `CursorInvalid`. */
export const listDefinitions = defineQuery(
  (filter: DefinitionFilter, scope?: Scope): Question<DefinitionHead, Page<DefinitionHead>> => {
    const { before, tail, page } = newestFirst(filter, sql`d.position`);
    return {
      statement: sql<DefinitionHead>`select ${head} from rm.definition d where ${allOf([
        equals(sql`d.bu`, filter.bu),
        equals(sql`d.kind`, filter.kind),
        equals(sql`d.id`, filter.id),
        filter.versions === 'all' ? undefined : current,
        before,
        anyOf(sql`d.bu`, scope?.bus),
      ])} ${tail}`,
      answer: (rows) =>
        page(
          rows,
          ({ position }) => position,
          (row) => row,
        ),
    };
  },
);
