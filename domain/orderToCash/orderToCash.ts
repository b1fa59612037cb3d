import type { EventType, RecordedOf } from '../events.ts';
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
  onDelivered,
  onExpired,
  onFilled,
  onOvershipmentResolved,
  onOvershipped,
  onReleased,
  onReleasedBack,
  onShipmentShorted,
  onShipmentVoided,
  onUnsourced,
  onWarehouseRefused,
} from './fulfilmentReactions.ts';
import {
  onDrafted,
  onInvoiceVoided,
  onIssued,
  onTaxCalculated,
  onTaxCheckRequested,
  onTaxFailed,
} from './invoiceReactions.ts';
import { onDraftReduced, onFound, onLossDecided, onLossSettled, onWithdrawn } from './lossReactions.ts';
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

type Reactions = { readonly [T in EventType]?: (state: OrderToCashState, event: RecordedOf<T>) => Answer };

/** What is answered to each event; no other is heard. */
const reactions = {
  OrderPriced: (_state, event) => onPriced(event),
  OrderHeld: (_state, event) => onHeld(event),
  OrderHoldReleased: onHoldReleased,
  OrderAccepted: onAccepted,
  ErpOrderRegistered: onErpRegistered,
  OrderLineCancelRequested: onCancelRequested,
  OrderLineCancelled: onCancelAnswered,
  OrderLineCancelRefused: onCancelAnswered,
  OrderLineChangeRequested: onChangeRequested,
  OrderLineAdded: onLineAccepted,
  OrderLineChanged: onLineAccepted,
  OrderLineChangeRefused: onChangeRefused,
  OrderLineRepriced: (_state, event) => onRepriced(event),
  OrderClosed: (state, event) => withDeposits(state, event, onClosed(event), []),
  FraudCheckRequested: (_state, event) => onFraudCheckRequested(event),
  FraudDecisionRecorded: onFraudDecision,
  FraudCheckUnanswered: onFraudUnanswered,
  AllocationReserved: onFilled,
  AllocationReleased: (_state, event) => onReleased(event),
  AllocationReleasedBack: onReleasedBack,
  WarehouseRefused: onWarehouseRefused,
  AllocationShorted: onUnsourced,
  AllocationReservationLost: onUnsourced,
  LineReturnedFromDropShip: onUnsourced,
  AllocationReopened: onUnsourced,
  SourcingReopened: onUnsourced,
  AllocationFulfilled: onOvershipped,
  OvershipmentGifted: onUnsourced,
  StockReserved: onBackorderFill,
  ReservationExpired: onExpired,
  ShipmentConfirmed: onConfirmed,
  ShipmentShorted: (_state, event) => onShipmentShorted(event),
  ShipmentVoided: onShipmentVoided,
  OvershipmentResolved: onOvershipmentResolved,
  ShipmentDelivered: (_state, event) => onDelivered(event),
  ShipmentLossDecided: (_state, event) => onLossDecided(event),
  ShipmentLossSettled: onLossSettled,
  ShipmentFound: (_state, event) => onFound(event),
  InvoiceDrafted: (_state, event) => onDrafted(event),
  InvoiceDraftReduced: (_state, event) => onDraftReduced(event),
  InvoiceWithdrawn: (_state, event) => onWithdrawn(event),
  TaxCalculated: (_state, event) => onTaxCalculated(event),
  TaxCalculationFailed: onTaxFailed,
  TaxCommitFailed: onTaxFailed,
  TaxCheckRequested: (_state, event) => onTaxCheckRequested(event),
  InvoiceIssued: (state, event) => withDeposits(state, event, onIssued(event), [event.data.invoiceId]),
  InvoiceVoided: (state, event) => withDeposits(state, event, onInvoiceVoided(event)),
  CreditMemoDrafted: (_state, event) => onCreditDrafted(event),
  CreditMemoIssued: (state, event) => withDeposits(state, event, onCreditIssued(event)),
  CreditTaxCommitFailed: onCreditTaxFailed,
  DepositReceived: onDepositReceived,
  DepositRefunded: (_state, event) => onDepositRefunded(event),
  DepositApplied: (_state, event) => onDepositUsed(event),
  DepositReleased: (_state, event) => onDepositUsed(event),
  PaymentRecorded: (_state, event) => onPaid(event),
  InvoiceWrittenOff: (_state, event) => onWrittenOff(event),
  WriteOffReversed: (_state, event) => onWrittenOff(event),
} as const satisfies Reactions;

type HeardType = keyof typeof reactions;
type Heard = { readonly [T in HeardType]: RecordedOf<T> }[HeardType];

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
    case 'ShipmentDelivered':
      return event.data.earns ? event.data.orderId : undefined;
    case 'AllocationReleasedBack':
      return event.data.toStop.length > 0 ? event.data.orderId : undefined;
    case 'AllocationFulfilled':
      return event.data.lines.some(({ overshipped }) => overshipped !== '0') ? event.data.orderId : undefined;
    case 'OvershipmentGifted':
      return event.data.reopened === '0' ? undefined : event.data.orderId;
    default:
      return event.data.orderId;
  }
};

const react = (state: OrderToCashState, event: Heard): Answer => {
  const reaction = reactions[event.type] as (state: OrderToCashState, event: Heard) => Answer;
  return reaction(state, event);
};

/**
 * Order to cash (spec 4.7), one instance per order. Internal steps of an order run one after the other in the lane
 * `<orderId>`; ERP, each warehouse and each document's tax have lanes of their own, so that an outage there leaves the
 * order where it visibly is (not registered, released, awaiting tax) and holds up nothing else.
 */
export const orderToCash = defineProcess({
  name: 'o2c',
  categories: ['order', 'allocation', 'stock', 'shipment', 'invoice', 'deposit'],
  eventTypes: Object.keys(reactions) as HeardType[],
  beginsWith: ['OrderPriced', 'OrderAccepted'],
  // Nearly every capture comes to its acceptance in one append.
  isSettledBy: (event, later) => event.type === 'OrderPriced' && later.type === 'OrderAccepted',
  initial: initialOrderToCash,
  keyOf,
  react,
  remember: rememberOrderToCash,
  ofOneChannel: true,
});
