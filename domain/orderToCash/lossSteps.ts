import type { OfCreditMemo, OfOrder } from './stepPayloads.ts';

export type OfLoss = OfOrder & { readonly shipmentId: string; readonly lossId: string };

/** What is done about goods that are lost or damaged on their way; see `steps.ts`. */
export type LossStep =
  /**
   * WithdrawDraft or ReduceDraft of each invoice that is about to bill them, SettleLoss with what was issued before; then of
   * what nobody bills RecordProgress with negative quantities, RequestCancel where it is not sent again, and ReopenShipped.
   * Drafts that waited for the decision are issued.
   */
  | { readonly step: 'settleLoss'; readonly payload: OfLoss }
  /** Found before anything was decided: its drafts, which waited for that, are issued. */
  | { readonly step: 'billFound'; readonly payload: OfLoss }
  /** DraftCreditMemo on each invoice that bills goods of it; above the limit RequestApproval first, and no draft until it is granted. */
  | { readonly step: 'creditLoss'; readonly payload: OfLoss }
  /** RecordLossCredit at the shipment. */
  | { readonly step: 'recordLossCredit'; readonly payload: OfCreditMemo & OfLoss };
