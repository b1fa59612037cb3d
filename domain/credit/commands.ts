import type { SettledBy } from './events.ts';

type Account = { readonly bu: string; readonly customer: string; readonly currency: string };

export type CreditCommand = Account &
  (
    | { readonly type: 'SetLimit'; readonly limit: string }
    /** Answers with the event `CreditReserved` or `CreditRefused`. `override` reserves above the limit. So much reserved before: no event. */
    | { readonly type: 'CheckCredit'; readonly orderId: string; readonly amount: string; readonly override: boolean }
    /**
     * The order is to come to `amount`, invoiced or not, which is `by` more than before: what is not reserved of that is
     * reserved besides. Answers as `CheckCredit`; reserved before: no event, so it may be repeated.
     */
    | {
        readonly type: 'RaiseCredit';
        readonly orderId: string;
        readonly amount: string;
        readonly by: string;
        readonly override: boolean;
      }
    /**
     * An invoice was issued: `amount` (its total) is receivable, and the order's reservation falls by `net` (goods and
     * charges without tax), as far as it goes. Recorded before: no event.
     */
    | {
        readonly type: 'RecordReceivable';
        readonly invoiceId: string;
        readonly orderId: string;
        readonly amount: string;
        readonly net: string;
        readonly issuedAt: string;
      }
    /**
     * It was voided: what the order's reservation fell by is reserved again. Of one that the ERP's figure counts since, that is
     * `net`, at most what invoices took over; the figure falls when the ERP has posted the reversal. To be told once.
     */
    | {
        readonly type: 'ReverseReceivable';
        readonly invoiceId: string;
        readonly orderId: string;
        /** Goods and charges without tax. */
        readonly net: string;
      }
    /** A credit memo gave back so much of it. What the ERP counts falls when it has posted that. Told before: no event. */
    | {
        readonly type: 'CreditReceivable';
        readonly invoiceId: string;
        readonly orderId: string;
        readonly creditMemoId: string;
        readonly amount: string;
      }
    /** So much is held of the order's deposits and not applied: what is so, so it may be repeated. Told before: no event. */
    | { readonly type: 'HoldDeposits'; readonly orderId: string; readonly amount: string }
    /**
     * So much less is owed for an invoice; below zero: more. Only as long as it counts besides the ERP's figure, which tells
     * the rest; and a PAYMENT only as long as there is no such figure at all. Told before: no event.
     */
    | {
        readonly type: 'SettleReceivable';
        readonly invoiceId: string;
        readonly orderId: string;
        readonly settlementId: string;
        readonly cause: SettledBy;
        readonly amount: string;
      }
    /**
     * Part of the order was cancelled and it comes to `amount` now, invoiced or not: what is reserved beyond that is given
     * back. Not reserved, or no more than that: no event. Says what is so and not what has changed, so it may be repeated.
     */
    | { readonly type: 'LowerCredit'; readonly orderId: string; readonly amount: string; readonly cause: string }
    | { readonly type: 'ReleaseCredit'; readonly orderId: string; readonly cause: string }
    /**
     * What the ERP counts at `asOf`; the newest figure of a currency holds. `contains`: our invoices that are in it since
     * the figure before, also those paid meanwhile; absent: all that were issued until then. Told before: no event.
     */
    | {
        readonly type: 'SynchroniseExposure';
        readonly openAr: string;
        readonly asOf: string;
        readonly contains?: readonly string[];
      }
  );
