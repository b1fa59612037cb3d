import { categoryOf } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { fraudAfter } from '../../domain/order/fraudCheck.ts';
import { bucketMoves } from '../../domain/order/moves.ts';
import { progressTypes } from '../../domain/order/progress.ts';
import { buOf, defineProjection, orderIdOf, orderLane, reflecting, required, type Sets } from '../projection.ts';
import {
  cancelRefused,
  cancelRequested,
  changeAccepted,
  changeRefused,
  changeRequested,
  lineCancelled,
} from './changes.ts';
import { disputeResolved, invoiceDisputed } from './disputes.ts';
import {
  addLine,
  addLines,
  billOvershipped,
  deriveStatuses,
  forgetBilled,
  forgetDepartures,
  forgetLost,
  forgetLostBilled,
  moveQuantities,
  noteDecision,
  noteDepartures,
  priceLine,
  priceLines,
  promiseLines,
  raiseLine,
} from './lines.ts';
import { lossEnded, lossTold } from './losses.ts';
import {
  addPurchaseOrder,
  addRelease,
  purchaseOrderRefused,
  purchaseOrderStopped,
  releaseReduced,
  releaseShipped,
  releaseShorted,
  releaseVoided,
  warehouseAnswered,
} from './releases.ts';
import { returnAuthorised, returnEnded, returnReceived } from './returns.ts';
import type { OrderRow, OrderRows } from './rows.ts';
import { orderTables } from './tables.ts';

type OrderSets = Sets<OrderRows>;

const movesProgress: ReadonlySet<string> = new Set(progressTypes);

/** The order reflects the event. Its revision, which clients send back as If-Match, moves with its own stream only. */
const touch = (event: RecordedDomainEvent, { orders }: OrderSets, change: Partial<OrderRow> = {}): void => {
  const orderId = orderIdOf(event) ?? '';
  const order = required(orders.get(orderId), `order ${orderId}`);
  const revision = categoryOf(event.stream) === 'order' ? event.revision : order.revision;
  const progress_position = movesProgress.has(event.type) ? event.position : order.progress_position;
  orders.put({ ...order, ...change, progress_position, revision, ...reflecting(event) });
};

const submitted = (event: RecordedOf<'OrderSubmitted'>, rows: OrderSets): void => {
  const { data } = event;
  rows.orders.put({
    order_id: data.orderId,
    status: 'PENDING',
    revision: event.revision,
    channel: data.channel,
    customer_po: data.customerPo,
    sold_to: data.soldTo,
    bill_to: data.billTo,
    ship_to: data.shipTo,
    currency: data.currency,
    requested_date: data.requestedDate,
    promised_date: null,
    ship_complete: data.shipComplete,
    allow_split: data.allowSplit,
    allow_substitute: data.allowSubstitute,
    accepted: false,
    closed: false,
    submitted_at: event.metadata.occurredAt,
    accepted_at: null,
    closed_at: null,
    gross: null,
    discount: null,
    charges: null,
    net: null,
    charge_lines: data.charges,
    erp_system: null,
    erp_number: null,
    erp_refusal: null,
    created_position: event.position,
    progress_position: null,
    fraud_check: null,
    bu: buOf(event),
    ...reflecting(event),
  });
  addLines(event, rows);
};

const held = (event: RecordedOf<'OrderHeld'>, rows: OrderSets): void => {
  const { orderId, holdId, type, scope, note, data } = event.data;
  rows.holds.put({
    order_id: orderId,
    hold_id: holdId,
    type,
    line_id: scope.kind === 'LINE' ? scope.lineId : null,
    of_changes: scope.kind === 'CHANGES' ? true : null,
    note,
    data: data ?? null,
    held_at: event.metadata.occurredAt,
    released_at: null,
    released_by: null,
    release_reason: null,
    bu: buOf(event),
    ...reflecting(event),
  });
  touch(event, rows);
};

const holdReleased = (event: RecordedOf<'OrderHoldReleased'>, rows: OrderSets): void => {
  const { orderId, holdId, reason } = event.data;
  const hold = required(rows.holds.get(orderId, holdId), `hold ${holdId} of order ${orderId}`);
  const { occurredAt, actor } = event.metadata;
  rows.holds.put({
    ...hold,
    released_at: occurredAt,
    released_by: actor.id,
    release_reason: reason,
    ...reflecting(event),
  });
  checked(event, rows);
};

/** How far the fraud check of the order is, if there is one. */
const checked = (
  event: RecordedOf<'FraudCheckRequested' | 'FraudDecisionRecorded' | 'FraudCheckUnanswered' | 'OrderHoldReleased'>,
  rows: OrderSets,
): void => {
  const order = required(rows.orders.get(event.data.orderId), `order ${event.data.orderId}`);
  touch(event, rows, { fraud_check: fraudAfter(order.fraud_check, event) });
};

/** What takes back a shipment or an invoice opens a closed order again, until it is closed once more. */
const reopen = (event: RecordedDomainEvent, rows: OrderSets): void =>
  touch(event, rows, { closed: false, closed_at: null });

/** Moves quantities and promises, does `more`, and lets the order reflect the event. */
const moving =
  <E extends RecordedDomainEvent>(more: (event: E, rows: OrderSets) => void = () => {}) =>
  (event: E, rows: OrderSets): void => {
    moveQuantities(event, rows);
    promiseLines(event, rows);
    more(event, rows);
    touch(event, rows);
  };

/** The order comes to more, and has more to be promised. */
const growing =
  <E extends RecordedOf<'OrderLineAdded' | 'OrderLineChanged'>>(grow: (event: E, rows: OrderSets) => void) =>
  (event: E, rows: OrderSets): void => {
    grow(event, rows);
    promiseLines(event, rows);
    changeAccepted(event, rows);
    touch(event, rows, event.data.totals);
  };

/** Mostly the quantities moved with the shipment already. */
const agreeing = (
  event: RecordedOf<'AllocationFulfilled' | 'AllocationReopened' | 'AllocationDemandAdded' | 'OvershipmentGifted'>,
  rows: OrderSets,
): void => {
  if (bucketMoves(event).length > 0) moving()(event, rows);
};

/** What comes back, or is not agreed to, moves none of the order's own quantities. */
const marking =
  <E extends RecordedDomainEvent>(change: (event: E, rows: OrderSets) => void) =>
  (event: E, rows: OrderSets): void => {
    change(event, rows);
    touch(event, rows);
  };

const ofOrder = (event: RecordedDomainEvent): readonly string[] => {
  const orderId = orderIdOf(event);
  return orderId === undefined ? [] : [orderId];
};

export const orders = defineProjection<OrderRows>({
  name: 'orders',
  version: 2,
  tables: orderTables,
  needs: { orders: ofOrder, lines: ofOrder, holds: ofOrder, releases: ofOrder, changes: ofOrder },
  laneOf: orderLane,
  finish: deriveStatuses,
  on: {
    OrderSubmitted: submitted,
    OrderValidated: touch,
    OrderPriced: (event, rows) => {
      priceLines(event, rows);
      touch(event, rows, { ...event.data.totals, charge_lines: event.data.charges });
    },
    OrderHeld: held,
    OrderHoldReleased: holdReleased,
    FraudCheckRequested: checked,
    FraudDecisionRecorded: checked,
    FraudCheckUnanswered: checked,
    OrderAccepted: (event, rows) => touch(event, rows, { accepted: true, accepted_at: event.data.acceptedAt }),
    ErpOrderRegistered: (event, rows) => {
      const { erpSystem, erpNumber } = event.data;
      touch(event, rows, { erp_system: erpSystem, erp_number: erpNumber, erp_refusal: null });
    },
    ErpOrderChanged: (event, rows) => touch(event, rows, { erp_refusal: null }),
    ErpOrderRefused: (event, rows) =>
      touch(event, rows, { erp_refusal: { code: event.data.code, detail: event.data.detail } }),
    OrderLineCancelRequested: moving(cancelRequested),
    OrderLineCancelled: moving(lineCancelled),
    OrderLineCancelRefused: moving(cancelRefused),
    OrderLineChangeRequested: moving(changeRequested),
    OrderLineAdded: growing(addLine),
    OrderLineChanged: growing(raiseLine),
    OrderLineRepriced: (event, rows) => {
      priceLine(event, rows, event.data.orderId, event.data.priced);
      touch(event, rows, event.data.totals);
    },
    OrderLineChangeRefused: moving(changeRefused),
    OrderLineSubstituted: touch,
    OrderLineProgressed: (event, rows) => (event.data.voids === undefined ? touch : reopen)(event, rows),
    OrderClosed: (event, rows) => touch(event, rows, { closed: true, closed_at: event.metadata.occurredAt }),
    SourcingDecided: moving(noteDecision),
    AllocationReserved: moving(),
    LineBackordered: moving(),
    PromiseChanged: moving(),
    AllocationReservationLost: moving(),
    AllocationReleasedBack: moving(purchaseOrderStopped),
    LineRoutedToDropShip: moving(addPurchaseOrder),
    LineReturnedFromDropShip: moving(purchaseOrderRefused),
    AllocationReleased: moving(addRelease),
    WarehouseAccepted: moving(warehouseAnswered),
    WarehouseRefused: moving(warehouseAnswered),
    AllocationShorted: moving(),
    AllocationDemandAdded: agreeing,
    AllocationFulfilled: agreeing,
    OvershipmentGifted: agreeing,
    AllocationReopened: (event, rows) => {
      forgetLost(event, rows);
      agreeing(event, rows);
      forgetLostBilled(event, rows);
    },
    ItemsPicked: moving(),
    ShipmentConfirmed: moving((event, rows) => {
      noteDepartures(event, rows);
      releaseShipped(event, rows);
    }),
    ShipmentShorted: moving(releaseShorted),
    ShipmentReduced: moving(releaseReduced),
    ShipmentVoided: moving((event, rows) => {
      forgetDepartures(event, rows);
      forgetBilled(event, rows);
      releaseVoided(event, rows);
      reopen(event, rows);
    }),
    OvershipmentResolved: moving(billOvershipped),
    ShipmentLost: marking(lossTold),
    ShipmentDamaged: marking(lossTold),
    ShipmentLossDecided: marking(lossEnded),
    ShipmentFound: marking(lossEnded),
    ReturnAuthorised: marking(returnAuthorised),
    ReturnReceived: marking(returnReceived),
    ReturnExpired: marking(returnEnded),
    ReturnClosed: marking(returnEnded),
    InvoiceDisputed: marking(invoiceDisputed),
    DisputeResolved: marking(disputeResolved),
    InvoiceIssued: moving(),
    InvoiceVoided: moving(reopen),
    CreditMemoIssued: moving(),
  },
});
