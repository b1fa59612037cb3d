import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`.

type Of<T extends string, D> = Event<T, { readonly orderId: string; readonly bu: string } & D>;

/**
 * unsourced → dropship: a supplier delivers it to the customer. All lines of a purchase order are routed together; it is the
 * release of these goods, and `shipmentId` the shipment that ship notices are recorded in.
 */
export type LineRoutedToDropShip = Of<
  'LineRoutedToDropShip',
  {
    readonly poId: string;
    readonly shipmentId: string;
    readonly supplier: string;
    readonly lineId: string;
    readonly item: string;
    readonly reservationId: string;
    readonly qty: string;
    /** What the supplier is paid for one, decimal text in major units of `currency`. */
    readonly unitCost: string;
    readonly currency: string;
    /** When it can leave the supplier; absent where the item has no lead time. */
    readonly shipDate?: string;
    readonly leadTimeDays?: number;
    readonly margin: DropShipMargin;
    readonly explanation: readonly string[];
  }
>;

/** What the customer pays for these goods less discounts, what the supplier is paid, minor units; and the difference in per cent of the first. */
export type DropShipMargin = { readonly net: string; readonly cost: string; readonly marginPct: string };

/** dropship → unsourced: the supplier will not deliver this much. */
export type LineReturnedFromDropShip = Of<
  'LineReturnedFromDropShip',
  {
    readonly poId: string;
    readonly refusalId: string;
    readonly supplier: string;
    readonly lineId: string;
    readonly item: string;
    readonly reservationId: string;
    readonly qty: string;
    readonly code: string;
  }
>;
