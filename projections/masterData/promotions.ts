import { sql } from 'kysely';
import { ancestorsMax, artefactBytesMax, artefactObjectsMax } from '../../domain/promotion/artefact.ts';
import type { BookDays } from '../../domain/promotion/breaks.ts';
import {
  type PromotedKind,
  type PromotionApplied,
  type PromotionProposed,
  promotedKinds,
} from '../../domain/promotion/events.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, equals, newestFirst, type Page, type PageRequest, type Scope } from '../readModel.ts';
import type { PromotionState } from './promotionRows.ts';

export type PromotionHead = {
  readonly bu: string;
  readonly promotionId: string;
  readonly artefactSha256: string;
  readonly source: PromotionProposed['data']['source'];
  readonly state: PromotionState;
  readonly reason: string;
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly approvalId: string | null;
  readonly approvedBy: string | null;
  readonly appliedBy: string | null;
  readonly appliedAt: string | null;
  /** Of everything in it, once it is applied. */
  readonly versions: PromotionApplied['data']['versions'] | null;
  readonly revision: number;
  readonly position: string;
};

/** With every object and all that is different, which is as long as the artefact. */
export type PromotionView = PromotionHead & { readonly objects: PromotionProposed['data']['objects'] };

export type PromotionFilter = PageRequest & { readonly bu: string; readonly state?: PromotionState };

const head = sql`p.bu, p.promotion_id as "promotionId", p.artefact_sha256 as "artefactSha256", p.source, p.state, p.reason,
  p.proposed_by as "proposedBy", p.proposed_at as "proposedAt", p.approval_id as "approvalId", p.approved_by as "approvedBy",
  p.applied_by as "appliedBy", p.applied_at as "appliedAt", p.versions, p.revision, p.position`;

export const promotionById = defineQuery(
  (bu: string, promotionId: string, scope?: Scope): Question<PromotionView, PromotionView | undefined> => ({
    statement: sql<PromotionView>`select ${head}, p.objects from rm.promotion p where ${allOf([
      sql`p.promotion_id = ${promotionId} and p.bu = ${bu}`,
      anyOf(sql`p.bu`, scope?.bus),
    ])}`,
    form: 'single',
    answer: ([found]) => found,
  }),
);

/** What changed last comes first. Throws `CursorInvalid`. */
export const listPromotions = defineQuery(
  (filter: PromotionFilter, scope?: Scope): Question<PromotionHead, Page<PromotionHead>> => {
    const { before, tail, page } = newestFirst(filter, sql`p.position`);
    return {
      statement: sql<PromotionHead>`select ${head} from rm.promotion p where ${allOf([
        sql`p.bu = ${filter.bu}`,
        equals(sql`p.state`, filter.state),
        before,
        anyOf(sql`p.bu`, scope?.bus),
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

type VersionRow = {
  readonly kind: PromotedKind;
  readonly id: string;
  readonly version: number;
  /** Null for an earlier version whose hash is kept with it. */
  readonly content: Readonly<Record<string, unknown>> | null;
  readonly contentSha256: string | null;
};

/** The version in force of a definition, and the ones before it, newest first. */
export type PromotableDefinition = {
  readonly kind: PromotedKind;
  readonly id: string;
  readonly version: number;
  readonly content: Readonly<Record<string, unknown>>;
  readonly earlier: readonly VersionRow[];
};

const byDefinition = (rows: readonly VersionRow[]): readonly PromotableDefinition[] => {
  const found = new Map<string, VersionRow[]>();
  for (const row of rows) {
    const name = `${row.kind}:${row.id}`;
    const known = found.get(name);
    if (known === undefined) found.set(name, [row]);
    else known.push(row);
  }
  return [...found.values()].flatMap(([newest, ...earlier]) =>
    newest?.content == null ? [] : [{ ...newest, content: newest.content, earlier }],
  );
};

export type Promotables = {
  readonly definitions: readonly PromotableDefinition[];
  /** More than an artefact holds: nothing of them is told. */
  readonly isTooMuch: boolean;
};

/** Objects of these kinds, or of these names; absent: all. */
const wanted = (include: readonly string[] | undefined) =>
  include === undefined
    ? sql`true`
    : sql`(d.kind = any(${[...include]}::text[]) or d.kind || ':' || d.id = any(${[...include]}::text[]))`;

/**
 * What of a business unit can be promoted, by kind and id, with as many earlier versions as an artefact names. `include`: kinds, or
 * objects as `nameOfObject` has them.
 */
export const promotableDefinitions = defineQuery(
  (
    bu: string,
    include: readonly string[] | undefined,
    scope?: Scope,
  ): Question<VersionRow & { readonly isTooMuch: boolean }, Promotables> => ({
    statement: sql`with newest as materialized (
        select distinct on (d.kind, d.id) d.kind, d.id, d.version from rm.definition d
        where ${allOf([
          sql`d.bu = ${bu} and d.kind = any(${[...promotedKinds]}::text[])`,
          wanted(include),
          anyOf(sql`d.bu`, scope?.bus),
        ])}
        order by d.kind, d.id, d.version desc limit ${artefactObjectsMax + 1}
      ), size as materialized (
        select count(*) > ${artefactObjectsMax} or sum(octet_length(d.content::text)) > ${artefactBytesMax} as "isTooMuch"
        from newest n join rm.definition d on d.bu = ${bu} and d.kind = n.kind and d.id = n.id and d.version = n.version
      )
      select d.kind, d.id, d.version, d.content ->> 'contentSha256' as "contentSha256",
        case when not s."isTooMuch" and (d.version = n.version or not d.content ? 'contentSha256') then d.content end as content,
        s."isTooMuch"
      from newest n cross join size s join rm.definition d on d.bu = ${bu} and d.kind = n.kind and d.id = n.id
        and d.version between case when s."isTooMuch" then n.version else n.version - ${ancestorsMax}::int end and n.version
      order by d.kind, d.id, d.version desc`,
    answer: (rows) => {
      const isTooMuch = rows[0]?.isTooMuch ?? false;
      return { definitions: isTooMuch ? [] : byDefinition(rows), isTooMuch };
    },
  }),
);

/** Up to when the books of a business unit are closed, and from when on they take postings. */
export const bookDays = defineQuery(
  (bu: string): Question<BookDays, BookDays> => ({
    statement: sql<BookDays>`select max(p.last_day) filter (where p.state = 'CLOSED') as "closedThrough",
        min(p.first_day) filter (where p.state = 'OPEN') as "openFrom"
      from (select distinct on (p.period_id) p.state, p.first_day::text as first_day, p.last_day::text as last_day
        from rm.accounting_period p where p.bu = ${bu} order by p.period_id, p.revision desc) p`,
    form: 'single',
    answer: ([days]) => days ?? { closedThrough: null, openFrom: null },
  }),
);
