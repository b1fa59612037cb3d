import type { LossCost, LossLiability, LossOutcome } from './lossEvents.ts';

export type LossCommand =
  /**
   * Fact, once per `lossId`. BUSINESS_KEY_REUSED for other content, SHIPMENT_NOT_CONFIRMED when nothing has left,
   * SHIPMENT_VOIDED, LINE_UNKNOWN, QTY_EXCEEDS_SHIPPED for more than left and is in no return and no other loss.
   */
  | {
      readonly type: 'RecordLoss';
      readonly kind: 'LOST' | 'DAMAGED';
      readonly lossId: string;
      readonly contentSha256: string;
      readonly at: string;
      readonly liability: LossLiability;
      readonly reference?: string;
      /** Absent: everything that left. Without `confirmationId` what left first. */
      readonly lines?: readonly {
        readonly shipmentLineId: string;
        readonly qty: string;
        readonly confirmationId?: string;
      }[];
    }
  /** The same again: no event. Refuses LOSS_UNKNOWN, LOSS_DECIDED for another outcome, LOSS_FOUND. */
  | {
      readonly type: 'DecideLoss';
      readonly lossId: string;
      readonly outcome: LossOutcome;
      readonly decidedBy: string;
    }
  /** By the process, once: of each line and confirmation how much was billed, `beyond` what was ordered by itself. Found or undecided: no event. */
  | {
      readonly type: 'SettleLoss';
      readonly lossId: string;
      readonly billed: readonly {
        readonly shipmentLineId: string;
        readonly confirmationId: string;
        readonly beyond?: boolean;
        readonly qty: string;
        readonly invoiceId: string;
        readonly unearned?: boolean;
      }[];
    }
  /** Borne by this one already: no event. Refuses LOSS_UNKNOWN, LOSS_FOUND. */
  | {
      readonly type: 'ReassignLoss';
      readonly lossId: string;
      readonly liability: LossLiability;
      readonly reason: string;
    }
  /** By the process, once per credit memo. Another one bears it since it was drafted: reassigned in the same append. */
  | {
      readonly type: 'RecordLossCredit';
      readonly lossId: string;
      readonly creditMemoId: string;
      readonly invoiceId: string;
      readonly liability: LossLiability;
      readonly lines: readonly (LossCost & { readonly qty: string })[];
    }
  /** Fact, of damaged goods too: nothing was wrong with them. Found before: no event. Refuses LOSS_UNKNOWN. */
  | { readonly type: 'RecordFound'; readonly lossId: string; readonly at: string };
