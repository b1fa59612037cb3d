import { type RawBuilder, sql } from 'kysely';
import { type CaseClass, type CaseTeam, caseRules, runbookOf } from '../../domain/exceptionCase/classes.ts';
import type { CaseObject, CaseOutcome } from '../../domain/exceptionCase/events.ts';
import { type CaseRemedy, waysOut } from '../../domain/exceptionCase/remedies.ts';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  CursorInvalid,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  type ReadHandle,
  type Scope,
  toPage,
} from '../readModel.ts';
import type { CaseStanding } from './projection.ts';

export type CaseView = {
  readonly caseId: string;
  readonly bu: string;
  readonly class: CaseClass;
  readonly title: string;
  readonly state: CaseStanding;
  readonly object: CaseObject;
  readonly orderId: string | null;
  readonly customerPo: string | null;
  readonly soldTo: string | null;
  readonly node: string | null;
  readonly since: string;
  readonly openedAt: string;
  readonly dueAt: string;
  /** Open and past `dueAt`. */
  readonly overdue: boolean;
  /** From `since` until now, or until it was closed. */
  readonly ageSeconds: number;
  readonly moneyAtRisk: { readonly amount: string; readonly currency: string } | null;
  readonly team: CaseTeam;
  readonly owner: string | null;
  readonly nextAction: string;
  /** Requests that end it; what the case does not know of a path stays in braces. */
  readonly remedies: readonly CaseRemedy[];
  /** Where what it is about is looked at. */
  readonly href: string | null;
  readonly runbook: string;
  readonly note: string | null;
  readonly outcome: CaseOutcome | null;
  readonly resolvedBy: string | null;
  readonly resolvedAt: string | null;
  readonly closedAt: string | null;
  readonly timesOpened: number;
  readonly revision: number;
  readonly position: string;
  readonly updatedAt: string;
};

export const caseSorts = ['money', 'age', 'due'] as const;
export type CaseSort = (typeof caseSorts)[number];

export type CaseFilter = PageRequest & {
  readonly bu?: string | undefined;
  readonly class?: string | undefined;
  readonly state?: string | undefined;
  readonly team?: string | undefined;
  readonly owner?: string | undefined;
  readonly orderId?: string | undefined;
  readonly soldTo?: string | undefined;
  readonly node?: string | undefined;
  /** An order, a customer's PO, a customer, a node, or what the case is about: exactly. */
  readonly search?: string | undefined;
  readonly sort?: CaseSort | undefined;
};

type Row = Omit<CaseView, 'object' | 'moneyAtRisk' | 'nextAction' | 'runbook' | 'title' | 'href' | 'remedies'> & {
  readonly objectKind: string;
  readonly objectId: string;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly place: string;
};

const viewOf = ({ objectKind, objectId, amount, currency, place: _, ...row }: Row): CaseView => ({
  ...row,
  ...waysOut({ ...row, object: { kind: objectKind, id: objectId } }),
  object: { kind: objectKind, id: objectId },
  moneyAtRisk: amount === null || currency === null ? null : { amount, currency },
  nextAction: caseRules[row.class].nextAction,
  runbook: runbookOf(row.class),
});

const columns = sql`c.case_id as "caseId", c.bu, c.class, c.state, c.object_kind as "objectKind", c.object_id as "objectId",
  c.order_id as "orderId", o.customer_po as "customerPo", c.sold_to as "soldTo", c.node, c.since, c.opened_at as "openedAt",
  c.due_at as "dueAt", c.state = 'OPEN' and c.due_at < now() as overdue,
  floor(greatest(0, extract(epoch from coalesce(c.closed_at, now()) - c.since)))::float8 as "ageSeconds",
  c.amount::text as amount, c.currency, c.team, c.owner, c.note, c.outcome, c.resolved_by as "resolvedBy",
  c.resolved_at as "resolvedAt", c.closed_at as "closedAt", c.times_opened as "timesOpened", c.revision, c.position,
  c.updated_at as "updatedAt"`;
const from = sql`from rm.exception_case c left join rm.orders o on o.order_id = c.order_id`;

type Order = { readonly value: RawBuilder<unknown>; readonly as: RawBuilder<unknown>; readonly descending: boolean };

/** What has no money comes last of all. */
const orders: Readonly<Record<CaseSort, Order>> = {
  money: { value: sql`coalesce(c.amount, -1)`, as: sql`numeric`, descending: true },
  age: { value: sql`c.opened_at`, as: sql`timestamptz`, descending: false },
  due: { value: sql`c.due_at`, as: sql`timestamptz`, descending: false },
};

const placePattern: Readonly<Record<CaseSort, RegExp>> = {
  money: /^-?\d{1,38}$/,
  age: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/,
  due: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/,
};

const behind = (sort: CaseSort, cursor: string | null | undefined): RawBuilder<unknown> | undefined => {
  if (cursor == null) return undefined;
  const [place = '', id = ''] = decodeCursor(cursor, 2);
  const isInstant = sort !== 'money';
  if (!placePattern[sort].test(place) || (isInstant && Number.isNaN(Date.parse(place))))
    throw new CursorInvalid('the cursor is not one of ours');
  const { value, as, descending } = orders[sort];
  const other = sql`(${value} = ${place}::${as} and c.case_id collate "C" > ${id})`;
  return sql`(${value} ${descending ? sql`<` : sql`>`} ${place}::${as} or ${other})`;
};

const found = (search: string | undefined): RawBuilder<unknown> | undefined =>
  search === undefined
    ? undefined
    : sql`(${search} in (c.order_id, c.sold_to, c.node, c.object_id)
        or c.order_id in (select p.order_id from rm.orders p where p.customer_po = ${search}))`;

/** Open ones unless a state is named; by money at risk, the most first, unless another order is. Throws `CursorInvalid`. */
export const listCases = defineQuery((filter: CaseFilter, scope?: Scope): Question<Row, Page<CaseView>> => {
  const limit = boundedLimit(filter.limit);
  const { sort = 'money' } = filter;
  const { value, descending } = orders[sort];
  const text =
    sort === 'money' ? sql`${value}::text` : sql`to_char(${value} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00')`;
  return {
    statement: sql`select ${columns}, ${text} as place ${from} where ${allOf([
      sql`c.state = ${filter.state ?? 'OPEN'}`,
      equals(sql`c.bu`, filter.bu),
      equals(sql`c.class`, filter.class),
      equals(sql`c.team`, filter.team),
      equals(sql`c.owner`, filter.owner),
      equals(sql`c.order_id`, filter.orderId),
      equals(sql`c.sold_to`, filter.soldTo),
      equals(sql`c.node`, filter.node),
      found(filter.search),
      behind(sort, filter.cursor),
      anyOf(sql`c.bu`, scope?.bus),
    ])} order by ${value} ${descending ? sql`desc` : sql`asc`}, c.case_id collate "C" limit ${limit + 1}`,
    answer: (rows) => toPage(rows, limit, ({ place, caseId }) => [place, caseId], viewOf),
  };
});

export const caseById = defineQuery(
  (caseId: string, scope?: Scope): Question<Row, CaseView | undefined> => ({
    statement: sql`select ${columns}, '' as place ${from} where ${allOf([sql`c.case_id = ${caseId}`, anyOf(sql`c.bu`, scope?.bus)])}`,
    form: 'single',
    answer: ([row]) => (row === undefined ? undefined : viewOf(row)),
  }),
);

export type CaseFigure = { readonly class: CaseClass; readonly open: number; readonly ageSeconds: number };

/** Open cases by class, and how long the oldest has been open. */
export const caseFigures = async (db: ReadHandle): Promise<readonly CaseFigure[]> => {
  const { rows } = await sql<CaseFigure>`select c.class, count(*)::int as open,
    greatest(0, extract(epoch from clock_timestamp() - min(c.opened_at)))::float8 as "ageSeconds"
    from rm.exception_case c where c.state = 'OPEN' group by c.class order by c.class`.execute(db);
  return rows;
};
