import type { Disposition, ReturnAuthorised, ReturnCredited } from './events.ts';

export type ReturnCommand =
  /** Follows from the shipment's claim, which has decided. */
  | ({ readonly type: 'AuthoriseReturn' } & ReturnAuthorised['data'])
  /** Fact. What is more than authorised, of another item or late is recorded as unexpected. */
  | {
      readonly type: 'RecordReceipt';
      readonly receiptId: string;
      readonly contentSha256: string;
      readonly receivedAt: string;
      readonly lines: readonly {
        readonly shipmentLineId: string | null;
        readonly item: string;
        readonly qty: string;
      }[];
    }
  /**
   * Refuses SOD_VIOLATION for whoever authorised the return, QTY_EXCEEDS_RECEIVED for more than came and was not looked at
   * (KEEP: more than is authorised and did not come; from quarantine: more than is there), RETURN_NOT_OPEN.
   */
  | {
      readonly type: 'Inspect';
      readonly inspectionId: string;
      readonly contentSha256: string;
      readonly inspectedAt: string;
      readonly inspectedBy: string;
      readonly lines: readonly {
        readonly shipmentLineId: string;
        readonly qty: string;
        readonly disposition: Disposition;
        readonly from?: 'QUARANTINE';
      }[];
    }
  /** Fact: the credit memo was issued. Once for each. */
  | {
      readonly type: 'RecordCredit';
      readonly credit: Pick<
        ReturnCredited['data'],
        'creditMemoId' | 'invoiceId' | 'number' | 'issueDate' | 'currency' | 'total' | 'restockingFee' | 'lines'
      >;
    }
  /**
   * Ends a return whose last day is before `today`: expired when nothing came, otherwise closed. Nothing happens before
   * that, and while goods wait to be looked at.
   */
  | { readonly type: 'ExpireReturn'; readonly today: string; readonly by: string }
  /** Nothing came and `today` is past the last day: expired. Refuses RETURN_NOT_INSPECTED while goods wait to be looked at. */
  | { readonly type: 'CloseReturn'; readonly closedBy: string; readonly reason: string; readonly today: string };
