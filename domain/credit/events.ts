import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`.

type Of<T extends string, D> = Event<
  T,
  { readonly bu: string; readonly customer: string; readonly currency: string } & D
>;

/** How much a customer may owe, ordered goods included. */
export type CreditLimitSet = Of<'CreditLimitSet', { readonly limit: string }>;
/** `exposure` includes this order. `added`: to what is reserved for it. `override`: a person with the duty released the hold although the limit is exceeded. */
export type CreditReserved = Of<
  'CreditReserved',
  {
    readonly orderId: string;
    readonly amount: string;
    readonly exposure: string;
    readonly override: boolean;
    readonly added?: true;
  }
>;
/** The order would take the customer over the limit; nothing is reserved for it. */
export type CreditRefused = Of<
  'CreditRefused',
  { readonly orderId: string; readonly amount: string; readonly exposure: string; readonly limit: string }
>;
/** `left`: what stays reserved for the order; absent: nothing, and the order is done with. */
export type CreditReleased = Of<
  'CreditReleased',
  { readonly orderId: string; readonly amount: string; readonly cause: string; readonly left?: string }
>;
/**
 * `openAr`: what the ERP counted at `asOf`. `contains`: invoices that no longer count besides it; absent: all that were issued
 * until then. `receivables`: own invoices that still count besides it; absent in old events: "0".
 */
export type ExposureSynchronised = Of<
  'ExposureSynchronised',
  {
    readonly openAr: string;
    readonly asOf: string;
    readonly contains?: readonly string[];
    readonly receivables?: string;
  }
>;
/** `amount` is receivable and `released` no longer reserved for the order. `counted`: the ERP's figure does not count it yet. */
export type ReceivableRecorded = Of<
  'ReceivableRecorded',
  {
    readonly invoiceId: string;
    readonly orderId: string;
    readonly amount: string;
    readonly released: string;
    readonly issuedAt: string;
    readonly counted: boolean;
  }
>;
/** The invoice was voided: `amount` is not receivable any more, `reserved` counts for the order again. */
export type ReceivableReversed = Of<
  'ReceivableReversed',
  { readonly invoiceId: string; readonly orderId: string; readonly amount: string; readonly reserved: string }
>;

/** A credit memo: so much less is receivable for the invoice. */
export type ReceivableCredited = Of<
  'ReceivableCredited',
  { readonly invoiceId: string; readonly orderId: string; readonly creditMemoId: string; readonly amount: string }
>;

const settledBy = ['DEPOSIT', 'PAYMENT', 'WRITE_OFF'] as const;
export type SettledBy = (typeof settledBy)[number];

/** Part of an invoice that counts besides the ERP's figure was paid; below zero: it was taken back. */
export type ReceivableSettled = Of<
  'ReceivableSettled',
  {
    readonly invoiceId: string;
    readonly orderId: string;
    readonly settlementId: string;
    readonly cause: SettledBy;
    readonly amount: string;
  }
>;

/** What is held of the deposits of an order now and no invoice has; it lowers the exposure. */
export type OrderDepositsHeld = Of<'OrderDepositsHeld', { readonly orderId: string; readonly amount: string }>;

export type CreditEvent =
  | CreditLimitSet
  | CreditReserved
  | CreditRefused
  | CreditReleased
  | ExposureSynchronised
  | ReceivableRecorded
  | ReceivableReversed
  | ReceivableCredited
  | ReceivableSettled
  | OrderDepositsHeld;
