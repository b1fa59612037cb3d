import type { EventType, RecordedDomainEvent } from '../events.ts';
import { onChangeRefused, onChangeRequested, onLineAccepted, onRepriced } from './changeReactions.ts';
import { onCreditDrafted, onCreditIssued, onCreditTaxFailed } from './creditMemoReactions.ts';
import {
  onDepositReceived,
  onDepositRefunded,
  onDepositUsed,
  onPaid,
  onWrittenOff,
  withDeposits,
} from './depositReactions.ts';
import { onFraudCheckRequested, onFraudDecision, onFraudUnanswered } from './fraudReactions.ts';
import {
  onBackorderFill,
  onConfirmed,
  onExpired,
  onFilled,
  onOvershipped,
  onReleased,
  onReleasedBack,
  onShipmentShorted,
  onShipmentVoided,
  onUnsourced,
  onWarehouseRefused,
} from './fulfilmentReactions.ts';
import { onDrafted, onInvoiceVoided, onIssued, onTaxCalculated, onTaxFailed } from './invoiceReactions.ts';
import { initialOrderToCash, type OrderToCashState, rememberOrderToCash } from './memory.ts';
import type { Answer } from './onceEach.ts';
import {
  onAccepted,
  onCancelAnswered,
  onCancelRequested,
  onClosed,
  onErpRegistered,
  onHeld,
  onHoldReleased,
  onPriced,
} from './orderReactions.ts';
import { defineProcess } from './process.ts';

const eventTypes = [
  'OrderPriced',
  'OrderHeld',
  'OrderHoldReleased',
  'OrderAccepted',
  'ErpOrderRegistered',
  'OrderLineCancelRequested',
  'OrderLineCancelled',
  'OrderLineCancelRefused',
  'OrderLineChangeRequested',
  'OrderLineAdded',
  'OrderLineChanged',
  'OrderLineChangeRefused',
  'OrderLineRepriced',
  'OrderClosed',
  'FraudCheckRequested',
  'FraudDecisionRecorded',
  'FraudCheckUnanswered',
  'AllocationReserved',
  'AllocationReleased',
  'WarehouseRefused',
  'AllocationShorted',
  'AllocationReleasedBack',
  'AllocationReopened',
  'AllocationReservationLost',
  'LineReturnedFromDropShip',
  'SourcingReopened',
  'AllocationFulfilled',
  'StockReserved',
  'ReservationExpired',
  'ShipmentConfirmed',
  'ShipmentShorted',
  'ShipmentVoided',
  'InvoiceDrafted',
  'TaxCalculated',
  'TaxCalculationFailed',
  'InvoiceIssued',
  'TaxCommitFailed',
  'InvoiceVoided',
  'CreditMemoDrafted',
  'CreditMemoIssued',
  'CreditTaxCommitFailed',
  'DepositReceived',
  'DepositRefunded',
  'DepositApplied',
  'DepositReleased',
  'PaymentRecorded',
  'InvoiceWrittenOff',
  'WriteOffReversed',
] as const satisfies readonly EventType[];

type Heard = Extract<RecordedDomainEvent, { type: (typeof eventTypes)[number] }>;

/** Events that are about an order but call for nothing are passed over before any state is read. */
const keyOf = (event: Heard): string | undefined => {
  switch (event.type) {
    case 'StockReserved':
      return event.data.cause === 'BACKORDER' ? event.data.orderId : undefined;
    case 'ReservationExpired':
      // A cart or a quote is no order.
      return event.data.purpose === undefined ? event.data.orderId : undefined;
    case 'AllocationReserved':
      return event.data.from === 'BACKORDERED' ? event.data.orderId : undefined;
    case 'AllocationReleasedBack':
      return event.data.toStop.length > 0 ? event.data.orderId : undefined;
    case 'AllocationFulfilled':
      return event.data.lines.some(({ overshipped }) => overshipped !== '0') ? event.data.orderId : undefined;
    default:
      return event.data.orderId;
  }
};

const react = (state: OrderToCashState, event: Heard): Answer => {
  switch (event.type) {
    case 'OrderPriced':
      return onPriced(event);
    case 'OrderHeld':
      return onHeld(event);
    case 'OrderHoldReleased':
      return onHoldReleased(state, event);
    case 'OrderAccepted':
      return onAccepted(state, event);
    case 'ErpOrderRegistered':
      return onErpRegistered(state, event);
    case 'OrderLineCancelRequested':
      return onCancelRequested(state, event);
    case 'OrderLineCancelled':
    case 'OrderLineCancelRefused':
      return onCancelAnswered(state, event);
    case 'OrderLineChangeRequested':
      return onChangeRequested(state, event);
    case 'OrderLineAdded':
    case 'OrderLineChanged':
      return onLineAccepted(state, event);
    case 'OrderLineChangeRefused':
      return onChangeRefused(state, event);
    case 'OrderLineRepriced':
      return onRepriced(event);
    case 'OrderClosed':
      return withDeposits(state, event, onClosed(event), []);
    case 'FraudCheckRequested':
      return onFraudCheckRequested(event);
    case 'FraudDecisionRecorded':
      return onFraudDecision(state, event);
    case 'FraudCheckUnanswered':
      return onFraudUnanswered(state, event);
    case 'AllocationReserved':
      return onFilled(state, event);
    case 'AllocationReleased':
      return onReleased(event);
    case 'AllocationReleasedBack':
      return onReleasedBack(state, event);
    case 'WarehouseRefused':
      return onWarehouseRefused(state, event);
    case 'AllocationShorted':
    case 'AllocationReservationLost':
    case 'LineReturnedFromDropShip':
    case 'AllocationReopened':
    case 'SourcingReopened':
      return onUnsourced(state, event);
    case 'AllocationFulfilled':
      return onOvershipped(state, event);
    case 'StockReserved':
      return onBackorderFill(state, event);
    case 'ReservationExpired':
      return onExpired(state, event);
    case 'ShipmentConfirmed':
      return onConfirmed(state, event);
    case 'ShipmentShorted':
      return onShipmentShorted(event);
    case 'ShipmentVoided':
      return onShipmentVoided(state, event);
    case 'InvoiceDrafted':
      return onDrafted(event);
    case 'TaxCalculated':
      return onTaxCalculated(event);
    case 'TaxCalculationFailed':
    case 'TaxCommitFailed':
      return onTaxFailed(state, event);
    case 'InvoiceIssued':
      return withDeposits(state, event, onIssued(event), [event.data.invoiceId]);
    case 'InvoiceVoided':
      return withDeposits(state, event, onInvoiceVoided(event));
    case 'CreditMemoDrafted':
      return onCreditDrafted(event);
    case 'CreditMemoIssued':
      return withDeposits(state, event, onCreditIssued(event));
    case 'CreditTaxCommitFailed':
      return onCreditTaxFailed(state, event);
    case 'DepositReceived':
      return onDepositReceived(state, event);
    case 'DepositRefunded':
      return onDepositRefunded(event);
    case 'DepositApplied':
    case 'DepositReleased':
      return onDepositUsed(event);
    case 'PaymentRecorded':
      return onPaid(event);
    case 'InvoiceWrittenOff':
    case 'WriteOffReversed':
      return onWrittenOff(event);
  }
};

/**
 * Order to cash (spec 4.7), one instance per order. Internal steps of an order run one after the other in the lane
 * `<orderId>`; ERP, each warehouse and each document's tax have lanes of their own, so that an outage there leaves the
 * order where it visibly is (not registered, released, awaiting tax) and holds up nothing else.
 */
export const orderToCash = defineProcess({
  name: 'o2c',
  categories: ['order', 'allocation', 'stock', 'shipment', 'invoice', 'deposit'],
  eventTypes,
  beginsWith: ['OrderPriced', 'OrderAccepted'],
  // Nearly every capture comes to its acceptance in one append.
  isSettledBy: (event, later) => event.type === 'OrderPriced' && later.type === 'OrderAccepted',
  initial: initialOrderToCash,
  keyOf,
  react,
  remember: rememberOrderToCash,
  ofOneChannel: true,
});
