import type { CostCause } from './costEvents.ts';
import type { Purpose, StockStatus, SupplyType } from './events.ts';
import type { Place } from './place.ts';
import type { StockTransferred } from './transferEvents.ts';

type LineRef = { readonly orderId: string; readonly lineId: string };

type ReturnedGoods = {
  readonly rmaId: string;
  readonly inspectionEventId: string;
  readonly qty: string;
  readonly unitCost: string;
  readonly cost: string;
  readonly currency: string;
  /** When they were looked at; absent: after everything that was counted. */
  readonly at?: string;
};

type ScrapMove = {
  readonly reference: string;
  readonly qty: string;
  readonly status: StockStatus;
  readonly itemGroup?: string;
  readonly currency: string;
};

/** Of a shipment: its lines with how much of the item left with each. */
export type GoodsToCorrect =
  | { readonly kind: 'RECEIPT'; readonly reference: string }
  | {
      readonly kind: 'SHIPMENT';
      readonly shipmentId: string;
      readonly orderId: string;
      readonly soldTo?: string;
      readonly lines: readonly { readonly lineId: string; readonly shipmentLineId: string; readonly qty: string }[];
    };

/** Every command names the place; facts of the physical world are never refused. After any fact that frees stock, queued backorders are filled in the same append. */
/** `owner`: the business unit that the goods of the node belong to; absent: `bu`. */
export type StockCommand = Place & { readonly owner?: string } & (
    | {
        readonly type: 'RecordReceipt';
        readonly reference: string;
        readonly qty: string;
        readonly status: StockStatus;
        readonly supplyId?: string;
        readonly lots?: readonly string[];
        /** Absent: the position's present cost. */
        readonly unitCost?: string;
        readonly currency: string;
        readonly costMethod: 'STANDARD' | 'MOVING_AVERAGE';
        /** When they came in; absent: after everything that was counted. */
        readonly at?: string;
      }
    | {
        readonly type: 'RecordAdjustment';
        readonly reference: string;
        readonly qty: string;
        readonly status: StockStatus;
        readonly reason: string;
        readonly itemGroup?: string;
        readonly unitCost?: string;
        readonly currency: string;
      }
    /** `qty` of `status` is thrown away. A booking, not a fact: refuses QTY_EXCEEDS_STATUS as `ChangeStatus` does. */
    | ({ readonly type: 'ScrapGoods' } & ScrapMove)
    /**
     * Up to what was scrapped under `takesBack` and was not taken back yet is in `status` after all. Refuses QTY_EXCEEDS_STATUS
     * beyond that, and of a scrapping that the position does not know, or not any more.
     */
    | ({ readonly type: 'TakeBackScrap'; readonly takesBack: string; readonly takesBackPosition?: string } & ScrapMove)
    /**
     * Fact, once per `countId`. `booked`: what the books had at `countedAt`, which whoever asks has from the log, under the
     * revision that was read: see `commands/calls/bookedStock.ts`.
     */
    | {
        readonly type: 'RecordCount';
        readonly countId: string;
        readonly countedAt: string;
        readonly counts: readonly {
          readonly status: StockStatus;
          readonly counted: string;
          readonly booked: string;
          readonly believed?: string;
        }[];
        readonly itemGroup?: string;
        readonly currency: string;
      }
    /** A booking, not a fact: refuses QTY_EXCEEDS_STATUS when fewer goods than that are in `from`. */
    | {
        readonly type: 'ChangeStatus';
        readonly reference: string;
        readonly qty: string;
        readonly from: StockStatus;
        readonly to: StockStatus;
        readonly reason: string;
      }
    /** Also reschedules: the same supply with another date or quantity. `qty` is the total announced; what was received under this `supplyId` counts against it. */
    | {
        readonly type: 'ExpectSupply';
        readonly supplyId: string;
        readonly supplyType: SupplyType;
        readonly qty: string;
        readonly availableDate: string;
      }
    /**
     * Another date, another total or both, of a supply that is known. Refuses NOT_FOUND, and SUPPLY_NOT_OPEN when it was
     * cancelled or is all here and stays so.
     */
    | {
        readonly type: 'RescheduleSupply';
        readonly supplyId: string;
        readonly qty?: string;
        readonly availableDate?: string;
      }
    /** What is still to come of it does not. Refuses NOT_FOUND; nothing to come: no event. */
    | { readonly type: 'CancelSupply'; readonly supplyId: string; readonly reason: string }
    /** `at` is the recorded time of the request; overdue reservations expire first, in the same append. A short answer is the event `ReservationRefused` and, in the result, refusal ATP_SHORT is NOT used: the caller reads the events. */
    | ({
        readonly type: 'Reserve';
        readonly reservationId: string;
        readonly qty: string;
        readonly needDate: string;
        readonly purpose: Purpose;
        readonly expiresAt: string | null;
        readonly at: string;
        /** For a line whose supply is late: what is withheld as safety stock counts, too. */
        readonly fromSafetyStock?: true;
      } & LineRef)
    /**
     * Later than now, for a channel's reservation that has not expired at `at`. Refuses RESERVATION_UNKNOWN,
     * RESERVATION_EXPIRED, and RESERVATION_EXTENDED_OFTEN when its holder asks too often; `forOrder`: an order that names
     * it was handed in, which is no asking of its holder's.
     */
    | {
        readonly type: 'Extend';
        readonly reservationId: string;
        readonly expiresAt: string;
        readonly at: string;
        readonly forOrder: boolean;
      }
    /**
     * Up to `qty` of a channel's reservation `from` becomes the order line's own in one append: nobody else could have it
     * in between. `at` is when the order was accepted. Refuses RESERVATION_UNKNOWN, RESERVATION_EXPIRED; ATP_SHORT while goods are missing here.
     */
    | ({
        readonly type: 'TakeOver';
        readonly reservationId: string;
        readonly from: string;
        readonly qty: string;
        readonly needDate: string;
        readonly at: string;
      } & LineRef)
    | ({
        readonly type: 'QueueBackorder';
        readonly qty: string;
        readonly needDate: string;
        readonly acceptedAt: string;
        readonly whole: boolean;
        readonly held?: true;
      } & LineRef)
    | ({ readonly type: 'WithdrawBackorder'; readonly qty: string; readonly cause: string } & LineRef)
    /** SOFT → HARD; refuses RESERVATION_UNKNOWN. */
    | { readonly type: 'Promote'; readonly reservationId: string }
    | { readonly type: 'Release'; readonly reservationId: string; readonly qty: string; readonly cause: string }
    /**
     * Fact: the warehouse did not find goods of this reservation. They leave SELLABLE for BLOCKED and the reservation
     * ends, in one append. What the books are short of already is not taken away a second time.
     */
    | {
        readonly type: 'RecordMissing';
        readonly reference: string;
        readonly reservationId: string;
        readonly qty: string;
        readonly reason: string;
      }
    | { readonly type: 'ExpireReservations'; readonly at: string }
    | { readonly type: 'RecordPick'; readonly reservationId: string; readonly qty: string; readonly pickId: string }
    | ({
        readonly type: 'Issue';
        readonly shipmentId: string;
        readonly confirmationId: string;
        readonly reservationId: string;
        readonly qty: string;
        readonly lots: readonly string[];
        readonly serials: readonly string[];
        readonly unitCost: string;
        readonly cost: string;
        readonly currency: string;
        readonly costMethod: 'STANDARD' | 'MOVING_AVERAGE';
        /** When they left; absent: after everything that was counted. */
        readonly at?: string;
      } & LineRef)
    /**
     * `lineId` is the shipment line that came back: with it a repeat is recognised here, without it only by its command id.
     * `leftAt`: when the goods were said to have left; absent: after everything that was counted.
     */
    | {
        readonly type: 'Reinstate';
        readonly shipmentId: string;
        readonly lineId?: string;
        readonly leftAt?: string;
        readonly qty: string;
        readonly unitCost: string;
        readonly cost: string;
        readonly currency: string;
      }
    /** Once per `inspectionEventId`. */
    | ({ readonly type: 'RecordReturn'; readonly status: 'SELLABLE' | 'QUARANTINE' } & ReturnedGoods)
    | ({ readonly type: 'ScrapReturned' } & ReturnedGoods)
    /**
     * Returned goods may be sold again: as many as are still in quarantine, for they may have been moved by hand before. All of
     * them where quarantine was counted since `at`: it was counted without them.
     */
    | ({ readonly type: 'RestockReturned' } & Pick<ReturnedGoods, 'inspectionEventId' | 'qty' | 'currency' | 'at'>)
    /** Goods of a transfer, once per `movementId`; those that came (`qty` above zero) count against the supply of that id. */
    | ({
        readonly type: 'MoveTransferred';
        readonly costMethod: 'STANDARD' | 'MOVING_AVERAGE';
        /** When they moved. */
        readonly at: string;
      } & Omit<StockTransferred['data'], keyof Place>)
    /** Says that there is something to be had, for those who look after lines that wait elsewhere; where there is nothing, no event. */
    | { readonly type: 'OfferStock'; readonly cause: 'NODE_REOPENED' }
    | { readonly type: 'SetSafetyStock'; readonly qty: string }
    | {
        readonly type: 'SetCost';
        readonly unitCost: string;
        readonly currency: string;
        readonly method: 'STANDARD' | 'MOVING_AVERAGE';
        readonly source: string;
      }
    /**
     * Goods cost `amount` more, or less, than was known; minor units, signed. A fact, once for ever for its reference. Refuses
     * RECEIPT_UNKNOWN where nothing was received under the reference that it names, or too long ago, and without `approvalId`
     * APPROVAL_REQUIRED when these goods are corrected by more than `limit` in all.
     */
    | {
        readonly type: 'CorrectCost';
        readonly reference: string;
        readonly amount: string;
        readonly currency: string;
        /** Of the business unit, where the position has none yet. */
        readonly costMethod: 'STANDARD' | 'MOVING_AVERAGE';
        readonly cause: CostCause;
        readonly about: GoodsToCorrect;
        readonly itemGroup?: string;
        readonly by: string;
        readonly limit: string;
        readonly approvalId?: string;
      }
  );
