import { type RawBuilder, sql } from 'kysely';
import type { EarlierThanIssue } from '../../domain/ledger/revenuePolicy.ts';
import type { ShipmentStatus } from '../../domain/shipment/state.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, equals, newestFirst, type Page, type PageRequest, type Scope } from '../readModel.ts';
import { viewOfOvershipments } from './overshipments.ts';
import type { ComponentRow, LossLine, LossRow, OvershipmentView, ShipmentRow } from './rows.ts';

export type LossView = {
  readonly lossId: string;
  readonly kind: LossRow['kind'];
  readonly state: LossRow['state'];
  readonly source: LossRow['source'];
  readonly liability: LossRow['liability'];
  readonly outcome: LossRow['outcome'];
  readonly at: string;
  readonly tracking: string | null;
  readonly reference: string | null;
  readonly afterDelivery: boolean;
  readonly foundAt: string | null;
  readonly cost: string;
  readonly creditMemoIds: readonly string[];
  readonly lines: readonly LossLine[];
};

export type ShipmentView = {
  readonly shipmentId: string;
  readonly bu: string;
  readonly orderId: string;
  readonly node: string;
  readonly kind: string;
  readonly state: ShipmentStatus;
  readonly revision: number;
  readonly releaseId: string;
  readonly shipTo: { readonly id: string; readonly region?: string };
  readonly plannedAt: string;
  /** Latest physical ship time. */
  readonly shippedAt: string | null;
  readonly carrier: string | null;
  readonly tracking: readonly string[];
  readonly carrierStatus: ShipmentRow['carrier_status'];
  readonly deliveredAt: string | null;
  readonly proofOfDelivery: ShipmentRow['proof'];
  readonly freightCost: { readonly amount: string; readonly currency: string } | null;
  readonly confirmations: readonly {
    readonly revenuePolicy?: EarlierThanIssue;
    readonly confirmationId: string;
    readonly shippedAt: string;
    readonly position: string;
  }[];
  readonly cartons: ShipmentRow['cartons'];
  readonly overshipments: readonly OvershipmentView[];
  readonly voidReason: string | null;
  readonly lagSeconds: number | null;
  readonly lines: readonly {
    readonly shipmentLineId: string;
    readonly orderId: string;
    readonly lineId: string;
    readonly item: string;
    readonly reservationId: string;
    readonly qty: string;
    readonly picked: string;
    readonly shipped: string;
    readonly overshipped: string;
    readonly shorted: string;
    readonly stopped: string;
    readonly lost: string;
    readonly damaged: string;
    readonly lots: readonly string[];
    readonly serials: readonly string[];
    readonly unitCost: string | null;
    readonly cost: string;
    /** Of a kit; null for a line that is none. */
    readonly components: readonly ComponentRow[] | null;
  }[];
  /** In the order in which they were told. */
  readonly losses: readonly LossView[];
  readonly position: string;
  readonly updatedAt: string;
};

export type ShipmentFilter = PageRequest & {
  readonly bu?: string;
  readonly orderId?: string;
  readonly node?: string;
  readonly state?: string;
};

const shipment = sql`s.shipment_id as "shipmentId", s.bu, s.order_id as "orderId", s.node, s.kind, s.state, s.revision,
  s.release_id as "releaseId", s.ship_to as "shipTo", s.planned_at as "plannedAt", s.shipped_at as "shippedAt", s.carrier, s.tracking,
  s.carrier_status as "carrierStatus", s.delivered_at as "deliveredAt", s.proof as "proofOfDelivery",
  s.freight as "freightCost", s.confirmations, s.cartons, s.overshipments, s.void_reason as "voidReason", s.lag_seconds as "lagSeconds",
  (select coalesce(json_agg(json_build_object('shipmentLineId', l.shipment_line_id, 'orderId', l.order_id, 'lineId', l.line_id,
     'item', l.item, 'reservationId', l.reservation_id, 'qty', l.planned::text, 'picked', l.picked::text, 'shipped', l.shipped::text,
     'overshipped', l.overshipped::text, 'shorted', l.shorted::text, 'stopped', l.stopped::text, 'lost', l.lost::text,
     'damaged', l.damaged::text, 'lots', l.lots, 'serials', l.serials,
     'unitCost', l.unit_cost, 'cost', l.cost::text, 'components', l.components) order by l.shipment_line_id), '[]'::json)
   from rm.shipment_line l where l.shipment_id = s.shipment_id) as lines,
  (select coalesce(json_agg(json_build_object('lossId', x.loss_id, 'kind', x.kind, 'state', x.state, 'source', x.source,
     'liability', x.liability, 'outcome', x.outcome, 'at', x.at, 'tracking', x.tracking, 'reference', x.reference,
     'afterDelivery', x.after_delivery, 'foundAt', x.found_at, 'cost', x.cost::text, 'creditMemoIds', x.credit_memo_ids,
     'lines', x.lines) order by x.told_at, x.loss_id), '[]'::json)
   from rm.shipment_loss x where x.shipment_id = s.shipment_id) as losses,
  s.position, s.updated_at as "updatedAt", s.created_position as "createdPosition"`;

type Row = Omit<ShipmentView, 'overshipments'> & {
  readonly createdPosition: string;
  readonly overshipments: ShipmentRow['overshipments'];
};

const toView = ({ createdPosition: _, overshipments, ...view }: Row): ShipmentView => ({
  ...view,
  overshipments: viewOfOvershipments(overshipments),
});

const visible = (scope: Scope | undefined): readonly (RawBuilder<unknown> | undefined)[] => [
  anyOf(sql`s.bu`, scope?.bus),
  scope?.soldTo === undefined
    ? undefined
    : sql`exists (select from rm.orders o where o.order_id = s.order_id and o.sold_to = any(${scope.soldTo}::text[]))`,
];

export const shipmentById = defineQuery(
  (shipmentId: string, scope?: Scope): Question<Row, ShipmentView | undefined> => {
    const statement = sql<Row>`select ${shipment} from rm.shipment s
    where ${allOf([sql`s.shipment_id = ${shipmentId}`, ...visible(scope)])}`;
    return { statement, form: 'single', answer: (rows) => (rows[0] === undefined ? undefined : toView(rows[0])) };
  },
);

/** Newest first. */
export const listShipments = defineQuery((filter: ShipmentFilter, scope?: Scope): Question<Row, Page<ShipmentView>> => {
  const { before, tail, page } = newestFirst(filter, sql`s.created_position`);
  const statement = sql<Row>`select ${shipment} from rm.shipment s where ${allOf([
    equals(sql`s.bu`, filter.bu),
    equals(sql`s.order_id`, filter.orderId),
    equals(sql`s.node`, filter.node),
    equals(sql`s.state`, filter.state),
    before,
    ...visible(scope),
  ])} ${tail}`;
  return { statement, answer: (rows) => page(rows, ({ createdPosition }) => createdPosition, toView) };
});
