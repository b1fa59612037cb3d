import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  pageOfRows,
  pageOfStatement,
  type Scope,
} from '../readModel.ts';
import type { SupplyRow } from './rows.ts';

/** What is to come of one item to one node under one number. Quantities in base units. */
export type SupplyView = {
  readonly bu: string;
  readonly supplyId: string;
  readonly node: string;
  readonly item: string;
  readonly type: SupplyRow['type'];
  readonly status: SupplyRow['state'];
  /** Announced in all; "0" when it was cancelled, or is not announced yet. */
  readonly expected: string;
  readonly received: string;
  readonly open: string;
  /** What came beyond all that was announced. */
  readonly excess: string;
  /** What was still to come when it was cancelled; null: that was before it was kept, and a rebuild tells it. */
  readonly cancelled: string | null;
  /** Null: nothing is announced. */
  readonly availableDate: string | null;
  /** How often it was given a later date. */
  readonly slips: number;
  readonly position: string;
  readonly updatedAt: string;
};

export type SupplyFilter = PageRequest & {
  readonly bu?: string;
  readonly node?: string;
  readonly item?: string;
  readonly status?: SupplyRow['state'];
  readonly supplyId?: string;
  /** To one of these nodes. */
  readonly nodes?: readonly string[];
};

const supply = sql`s.bu, s.supply_id as "supplyId", s.node, s.item, s.type, s.state as status, s.expected::text as expected,
  s.received::text as received, s.qty_open::text as open, s.cancelled::text as cancelled, s.slips,
  case when s.expected > 0 then greatest(0, s.received - s.expected) else 0 end::text as excess,
  case when s.expected > 0 then s.available_date end as "availableDate", s.position, s.updated_at as "updatedAt"`;

/** As a literal: the few that are open have an index of their own, and a statement is planned once for any parameter. */
const inState = (state: SupplyRow['state'] | undefined) =>
  state === undefined ? undefined : sql`s.state = ${sql.lit(state)}`;

/**
 * Ordered by business unit, item, node and number, none of which a supply ever changes, so that one which is put off while
 * somebody reads page after page is neither missed nor told twice. Throws `CursorInvalid`.
 */
export const listSupplies = defineQuery(
  (filter: SupplyFilter, scope?: Scope): Question<SupplyView, Page<SupplyView>> => {
    const limit = boundedLimit(filter.limit);
    const after = filter.cursor == null ? undefined : decodeCursor(filter.cursor, 4);
    const found = sql<SupplyView>`select ${supply} from rm.supply s where ${allOf([
      equals(sql`s.bu`, filter.bu),
      equals(sql`s.node`, filter.node),
      equals(sql`s.item`, filter.item),
      inState(filter.status),
      equals(sql`s.supply_id`, filter.supplyId),
      anyOf(sql`s.node`, filter.nodes),
      after && sql`(s.bu, s.item, s.node, s.supply_id) > (${after[0]}, ${after[1]}, ${after[2]}, ${after[3]})`,
      anyOf(sql`s.bu`, scope?.bus),
    ])} order by s.bu, s.item, s.node, s.supply_id`;
    const placeOf = ({ bu, item, node, supplyId }: SupplyView) => [bu, item, node, supplyId];
    return { statement: pageOfStatement(found, limit), answer: (rows) => pageOfRows(rows, limit, placeOf) };
  },
);
