import type { PromiseCause } from '../allocation/promiseEvents.ts';
import type { Recipe } from '../kit.ts';
import type { DropShipStep } from './dropShipSteps.ts';
import type { FraudStep } from './fraudSteps.ts';
import type { InvoiceStep } from './invoiceSteps.ts';
import type { LedgerStep } from './ledgerSteps.ts';
import type { LossStep } from './lossSteps.ts';
import type { ReturnStep } from './returnSteps.ts';
import type {
  ConfirmedPart,
  OfOrder,
  PlannedInvoice,
  ReleasePayload,
  SinceDefined,
  WaitingLine,
} from './stepPayloads.ts';
import type { TransferStep } from './transferSteps.ts';

// What the processes want done, as data. A step is executed by a script in `commands/steps`; every command of the script
// derives its id from the intent id, so a script that is killed in the middle is simply run again from its start.

export type Step =
  /**
   * Safety net behind the order's own request, under the very same command ids: CheckCredit (`<pricedEventId>:credit`),
   * then AcceptOrder (`<pricedEventId>:accept`) or PlaceHold CREDIT. An order that is accepted or closed: nothing. An
   * order that was closed meanwhile (AcceptOrder refused ORDER_NOT_OPEN): ReleaseCredit.
   */
  | { readonly step: 'capture'; readonly payload: OfOrder & { readonly pricedEventId: string } }
  /** The last blocking hold is gone: CheckCredit (above the limit when a person released the credit hold), AcceptOrder or PlaceHold CREDIT. Closed meanwhile: as `capture`. */
  | { readonly step: 'accept'; readonly payload: OfOrder & { readonly overrideCredit: boolean } }
  /** External. Registers the order in the ERP, then RegisterErpOrder or RefuseErpOrder. Registered or closed before: nothing. */
  | { readonly step: 'registerErp'; readonly payload: OfOrder }
  /** External. Tells the ERP of all changes that it has not heard of, then RecordErpChange or RefuseErpChange. Not registered: nothing. */
  | { readonly step: 'changeErp'; readonly payload: OfOrder }
  /**
   * StartAllocation when new; then source whatever is unsourced, reserve, queue the rest as backorder, and release what
   * can be released. After queueing it must look at the other nodes once more: stock that came in between has no other
   * trigger. Nodes that refused this order (`refusedNodes`) come last.
   */
  | { readonly step: 'allocate'; readonly payload: OfOrder & SinceDefined }
  /**
   * Stock came for a line of an order that ships complete and has several lines. When all of them can be had together
   * now, they leave their queues in one append, which lets `allocate` take them; otherwise nothing happens.
   */
  | { readonly step: 'tryTogether'; readonly payload: OfOrder & SinceDefined }
  /** OpenErpGate when asked, then (unless `held`) promote and release whatever may leave. */
  | { readonly step: 'release'; readonly payload: OfOrder & { readonly openErpGate: boolean; readonly held: boolean } }
  /** RecordReservation from BACKORDERED. What the allocation does not take (`recordedQty`) goes back to the stock position. */
  | {
      readonly step: 'recordFill';
      readonly payload: OfOrder & {
        readonly lineId: string;
        readonly item: string;
        readonly node: string;
        readonly reservationId: string;
        readonly qty: string;
      };
    }
  | {
      readonly step: 'recordReservationLost';
      readonly payload: OfOrder & {
        readonly lineId: string;
        readonly item: string;
        readonly node: string;
        readonly reservationId: string;
        readonly qty: string;
        readonly cause: string;
      };
    }
  /** PlanShipment, command id `<releaseId>:plan`, so that a shipment can be confirmed although the warehouse's system is away. */
  | { readonly step: 'planShipment'; readonly payload: ReleasePayload }
  /** External. PlanShipment as above, then the warehouse, then RecordWarehouseAccepted or RecordWarehouseRefused. Refused: the reservations in the event are released. */
  | { readonly step: 'toWarehouse'; readonly payload: ReleasePayload }
  /**
   * External. Asks the warehouse to stop what the allocation lists as still to stop for this change and release; then
   * Reduce on the shipment, which decides (goods that left have won), then Deallocate with what Reduce really took,
   * then Release the reservations and RecordCancel with `cancelAnswer`.
   */
  | {
      readonly step: 'stopRelease';
      readonly payload: OfOrder & {
        readonly changeId: string;
        readonly releaseId: string;
        readonly shipmentId: string;
        readonly node: string;
      };
    }
  /** What the warehouse did not find leaves sellable stock and its reservation (it must not be promised again); `goodsInPlace`: only its reservation. Then RecordShort sends the quantity back to sourcing. */
  | {
      readonly step: 'recordShortage';
      readonly payload: OfOrder & {
        readonly shipmentId: string;
        readonly releaseId: string;
        readonly node: string;
        readonly shortageId: string;
        readonly goodsInPlace?: true;
        readonly lines: readonly {
          readonly lineId: string;
          readonly item: string;
          readonly qty: string;
          readonly cause: string;
          readonly reservationId: string;
          readonly components?: Recipe;
          readonly missing?: Recipe;
        }[];
      };
    }
  /** Issue stock, RecordFulfilment, give back what the event lists, RecordProgress (reference = confirmationId), DraftInvoice when there is one, without what turned out to be over-shipped, and RecogniseRevenue of what is earned by then. */
  | {
      readonly step: 'afterConfirm';
      readonly payload: OfOrder & {
        readonly shipmentId: string;
        readonly releaseId: string;
        readonly node: string;
        readonly confirmationId: string;
        readonly shippedAt: string;
        readonly currency: string;
        /** Goods of a supplier: no stock of ours moves. Absent: a warehouse's. */
        readonly kind?: 'DROPSHIP';
        readonly lines: readonly ConfirmedPart[];
        readonly invoice: PlannedInvoice | null;
      };
    }
  /** FindOvershipments at the shipment, from how the allocation counted the confirmation. */
  | {
      readonly step: 'findOvershipments';
      readonly payload: OfOrder & { readonly releaseId: string; readonly confirmationId: string };
    }
  /** BILL: DraftInvoice. GIFT: RecordGift at the allocation, RecordProgress (reference = resolutionId), CloseOrder. */
  | {
      readonly step: 'settleOvershipment';
      readonly payload: OfOrder & {
        readonly shipmentId: string;
        readonly confirmationId: string;
        readonly resolutionId: string;
        readonly lineId: string;
        readonly excess: string;
        /** Null: they are given away. */
        readonly invoice: PlannedInvoice | null;
      };
    }
  /**
   * WithdrawDraft of each invoice of the shipment; VoidInvoice of one that was issued in the moment of the void; ReverseRevenue. Then
   * Reinstate stock, ReopenShipped, RecordProgress with negative quantities that names the void, CloseOrder.
   */
  | {
      readonly step: 'afterShipmentVoid';
      readonly payload: OfOrder & {
        readonly shipmentId: string;
        readonly node: string;
        readonly currency: string;
        /** Absent in intents of earlier versions. */
        readonly voidedAt?: string;
        /** Absent in intents of earlier versions. */
        readonly invoiceIds?: readonly string[];
        readonly lines: readonly (Pick<
          ConfirmedPart,
          'lineId' | 'item' | 'qty' | 'unitCost' | 'cost' | 'components'
        > & {
          readonly confirmationId: string;
        })[];
        /** Goods that had been given away beyond the order. Absent: none. */
        readonly gifts?: readonly { readonly lineId: string; readonly qty: string }[];
      };
    }
  /** Deallocate what this change asks for, give back what the events list, RecordCancel with `cancelAnswer`. What only the warehouse can stop follows as `stopRelease`. */
  | { readonly step: 'cancel'; readonly payload: OfOrder & { readonly changeId: string } }
  /**
   * What waits to be added, in the order in which it was asked for: RaiseCredit, then AcceptChange, or PlaceHold CREDIT for
   * this and what comes after it. Waiting on that hold: nothing. Then AddDemand.
   */
  | { readonly step: 'acceptChanges'; readonly payload: OfOrder }
  /** CloseOrder; if it stays open, LowerCredit to what it comes to without what was cancelled; held for credit: as `recheckCredit`. */
  | { readonly step: 'close'; readonly payload: OfOrder }
  | { readonly step: 'releaseCredit'; readonly payload: OfOrder & { readonly soldTo: string } }
  /** For each line, in this order, while the node has stock for newcomers: reserve there, RecordReservation from BACKORDERED, withdraw as much from the queue it waited in. `whole`: only in full. */
  | {
      readonly step: 'moveBackorder';
      readonly payload: {
        readonly bu: string;
        readonly item: string;
        readonly toNode: string;
        readonly lines: readonly WaitingLine[];
      } & SinceDefined;
    }
  /** Each position of the node that has something says so, which lets the backorder process offer it. Closed again: nothing. */
  | { readonly step: 'offerStock'; readonly payload: { readonly bu: string; readonly node: string } & SinceDefined }
  /**
   * What is to come of the item changed: for each line of these orders that waits for it, RecordPromise with what can be expected
   * now. By the policy for late supply a line that would be late takes what is withheld as safety stock before that. Orders that
   * wait longest come first.
   */
  | {
      readonly step: 'repromise';
      readonly payload: {
        readonly bu: string;
        readonly item: string;
        readonly supplyId: string;
        readonly cause: PromiseCause;
        readonly orders: readonly string[];
      };
    }
  /** ReopenSourcing for each order, which lets `allocate` take what is unsourced of it. */
  | { readonly step: 'sourceAgain'; readonly payload: { readonly bu: string; readonly orders: readonly string[] } }
  /** For each order, in this order: CheckCredit without override; reserved now or before: ReleaseHold. */
  | {
      readonly step: 'recheckCredit';
      readonly payload: {
        readonly bu: string;
        readonly customer: string;
        readonly orders: readonly { readonly orderId: string; readonly holdId: string }[];
      };
    }
  /** Soft reservations that the position can no longer meet: RecordReservationLost, then release of what the allocation really gave up. Hard ones come back as a shortage from the warehouse. */
  | {
      readonly step: 'giveUpReservations';
      readonly payload: {
        readonly bu: string;
        readonly node: string;
        readonly item: string;
        readonly reservations: readonly {
          readonly orderId: string;
          readonly lineId: string;
          readonly reservationId: string;
          readonly qty: string;
        }[];
      };
    }
  | DropShipStep
  | FraudStep
  | ReturnStep
  | LossStep
  | TransferStep
  | InvoiceStep
  | LedgerStep;

export type StepName = Step['step'];
export type PayloadOf<S extends StepName> = Extract<Step, { step: S }>['payload'];

/** Whom an external step calls, by the name of the adapter. */
export const stepPartners = {
  registerErp: 'erp',
  changeErp: 'erp',
  checkFraud: 'fraud',
  toWarehouse: 'wms',
  stopRelease: 'wms',
  calculateTax: 'tax',
  commitTax: 'tax',
  checkTax: 'tax',
  voidTax: 'tax',
  commitCreditTax: 'tax',
  exportBatch: 'erp',
  collectOutcomes: 'erp',
} as const satisfies Readonly<Partial<Record<StepName, string>>>;

/** Undefined: it stays inside. */
export const partnerOf = (step: string): string | undefined =>
  Object.hasOwn(stepPartners, step) ? stepPartners[step as keyof typeof stepPartners] : undefined;

/** Steps that wait for somebody outside; they run in lanes of their own, so that an outage there blocks nothing else. */
export const externalSteps = [
  'registerErp',
  'changeErp',
  'checkFraud',
  'toWarehouse',
  'stopRelease',
  'calculateTax',
  'commitTax',
  'checkTax',
  'voidTax',
  'commitCreditTax',
  'exportBatch',
  'collectOutcomes',
] as const satisfies readonly StepName[];
