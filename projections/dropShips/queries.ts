import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, equals, newestFirst, type Page, type PageRequest, type Scope } from '../readModel.ts';
import type { DropShipRow } from './rows.ts';

export type DropShipView = {
  readonly poId: string;
  readonly bu: string;
  readonly orderId: string;
  readonly supplier: string;
  readonly shipmentId: string;
  readonly currency: string;
  readonly shipTo: DropShipRow['ship_to'];
  readonly requestedDate: string;
  readonly state: DropShipRow['state'];
  readonly placedAt: string;
  readonly supplierReference: string | null;
  readonly accrued: string;
  readonly matched: string;
  readonly billed: string;
  readonly shipNotices: DropShipRow['notices'];
  readonly bills: DropShipRow['bills'];
  readonly lines: readonly {
    readonly lineId: string;
    readonly item: string;
    readonly unitCost: string;
    readonly ordered: string;
    readonly acknowledged: string;
    readonly shipDate: string | null;
    readonly refused: string;
    readonly cancelled: string;
    readonly shipped: string;
    readonly overshipped: string;
    readonly open: string;
    readonly billed: string;
  }[];
  readonly revision: number;
  readonly position: string;
  readonly updatedAt: string;
};

export type DropShipFilter = PageRequest & {
  readonly bu?: string;
  readonly orderId?: string;
  readonly supplier?: string;
  readonly state?: string;
};

type Row = DropShipView & { readonly created: string };

const document = sql`p.po_id as "poId", p.bu, p.order_id as "orderId", p.supplier, p.shipment_id as "shipmentId", p.currency,
  p.ship_to as "shipTo", p.requested_date as "requestedDate", p.state, p.placed_at as "placedAt",
  p.supplier_reference as "supplierReference", p.accrued::text as accrued, p.matched::text as matched, p.billed::text as billed,
  p.notices as "shipNotices", p.bills,
  (select coalesce(json_agg(json_build_object('lineId', l.line_id, 'item', l.item, 'unitCost', l.unit_cost, 'ordered', l.ordered::text,
     'acknowledged', l.acknowledged::text, 'shipDate', l.ship_date, 'refused', l.refused::text, 'cancelled', l.cancelled::text,
     'shipped', l.shipped::text, 'overshipped', l.excess::text, 'billed', l.billed::text,
     'open', greatest(0, l.ordered - l.refused - l.cancelled - (l.shipped - l.excess))::text) order by l.line_id), '[]'::json)
   from rm.drop_ship_line l where l.po_id = p.po_id) as lines,
  p.revision, p.position, p.updated_at as "updatedAt", p.created_position as created`;

const toView = ({ created: _, ...view }: Row): DropShipView => view;

export const dropShipById = defineQuery((poId: string, scope?: Scope): Question<Row, DropShipView | undefined> => {
  const statement = sql<Row>`select ${document} from rm.drop_ship_order p
    where ${allOf([sql`p.po_id = ${poId}`, anyOf(sql`p.bu`, scope?.bus)])}`;
  return { statement, form: 'single', answer: (rows) => (rows[0] === undefined ? undefined : toView(rows[0])) };
});

/** Newest first; `nodes`: to one of these suppliers. Throws `CursorInvalid`. */
export const listDropShips = defineQuery(
  (
    filter: DropShipFilter & { readonly nodes?: readonly string[] },
    scope?: Scope,
  ): Question<Row, Page<DropShipView>> => {
    const { before, tail, page } = newestFirst(filter, sql`p.created_position`);
    const statement = sql<Row>`select ${document} from rm.drop_ship_order p where ${allOf([
      equals(sql`p.bu`, filter.bu),
      equals(sql`p.order_id`, filter.orderId),
      equals(sql`p.supplier`, filter.supplier),
      equals(sql`p.state`, filter.state),
      anyOf(sql`p.supplier`, filter.nodes),
      before,
      anyOf(sql`p.bu`, scope?.bus),
    ])} ${tail}`;
    return { statement, answer: (rows) => page(rows, ({ created }) => created, toView) };
  },
);
