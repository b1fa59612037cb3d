import type { Event } from '../decider.ts';
import type { EarlierThanIssue } from '../ledger/revenuePolicy.ts';
import type { InvoiceLine } from './events.ts';

// Storage format: see `domain/order/events.ts`. Amounts are minor units of `currency`.

type Of<T extends string, D> = Event<
  T,
  { readonly invoiceId: string; readonly orderId: string; readonly bu: string; readonly day: string } & D
>;

/** Of a drafted line what its revenue and cost are. */
export type RecognisedLine = Pick<
  InvoiceLine,
  | 'orderLineId'
  | 'shipmentId'
  | 'shipmentLineId'
  | 'item'
  | 'itemGroup'
  | 'qty'
  | 'gross'
  | 'discount'
  | 'cost'
  | 'costs'
>;

/**
 * Of an invoiced line what is not earned with it, because it was lost on its way: of its deferred revenue, and of the cost that
 * waits with that, of a kit by component.
 */
export type UnearnedLine = {
  readonly invoiceLineId: string;
  readonly qty: string;
  readonly deferred: string;
  readonly cost: string;
  readonly costs?: readonly string[];
};

/** The goods of the draft are earned by having left or arrived, at what billing bills for them (R6). */
export type RevenueRecognised = Of<
  'RevenueRecognised',
  {
    readonly policy: EarlierThanIssue;
    /** True: the invoice stood, so its deferred revenue is earned now. False: the goods are receivable and not billed. */
    readonly invoiced: boolean;
    readonly soldTo: string;
    readonly shipTo: { readonly id: string; readonly region?: string };
    readonly node: string;
    readonly channel: string;
    readonly customerGroup: string;
    readonly currency: string;
    readonly lines: readonly RecognisedLine[];
    /** Absent: the lines are all that is billed. */
    readonly unearned?: readonly UnearnedLine[];
  }
>;

/**
 * Takes a recognition back. INVOICE_VOIDED: the goods stay earned, and are recognised as not billed in the same append. GOODS_LOST:
 * some of them were lost and nobody bills them; the others are recognised again in the same append.
 */
export type RevenueReversed = Of<
  'RevenueReversed',
  {
    readonly reason: 'INVOICE_VOIDED' | 'SHIPMENT_VOIDED' | 'GOODS_LOST';
    readonly recognisedEventId: string;
    readonly recognisedPosition: string;
    readonly recognised: RevenueRecognised['data'];
  }
>;

export type RevenueEvent = RevenueRecognised | RevenueReversed;
