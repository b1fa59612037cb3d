import type { ShipmentReturnClaimed } from '../shipment/events.ts';
import type { OfCreditMemo, ReturnedGoods } from './stepPayloads.ts';

/** What is done about returns; see `steps.ts`. */
export type ReturnStep =
  /** AuthoriseReturn for what the shipment has set aside. */
  | { readonly step: 'openReturn'; readonly payload: ShipmentReturnClaimed['data'] }
  /** RecordReturn, RestockReturned or ScrapReturned at the stock position. */
  | { readonly step: 'moveReturned'; readonly payload: ReturnedGoods }
  /**
   * RecogniseRevenue and DraftCreditMemo on each invoice that bills goods of the return which were looked at and are on no credit memo of it;
   * above the limit RequestApproval first, and no draft until it is granted.
   */
  | {
      readonly step: 'creditReturn';
      readonly payload: { readonly bu: string; readonly rmaId: string; readonly inspectedAt?: string };
    }
  /** RecordCredit of the return that a credit memo was issued for. */
  | { readonly step: 'recordReturnCredit'; readonly payload: OfCreditMemo & { readonly rmaId: string } }
  /** FreeReturn at the shipment. */
  | {
      readonly step: 'freeReturn';
      readonly payload: {
        readonly bu: string;
        readonly rmaId: string;
        readonly shipmentId: string;
        readonly lines: readonly { readonly shipmentLineId: string; readonly qty: string }[];
      };
    };
