import type { LateSupplyRules } from '../availability/lateSupply.ts';
import type { OfRecipe } from '../kit.ts';
import type { LineRoutedToDropShip } from './dropShipEvents.ts';
import type { AllocationLine, Candidate, Pick as Picked, ReservationPart } from './events.ts';
import type { PromiseCause } from './promiseEvents.ts';

/** `reservations`: what the shipment says it took out of which reservation; absent: the oldest ones of the line. */
type OfReservations = { readonly reservations?: readonly ReservationPart[] };

export type AllocationCommand =
  | {
      readonly type: 'StartAllocation';
      readonly orderId: string;
      readonly bu: string;
      readonly lines: readonly AllocationLine[];
      readonly shipComplete: boolean;
      readonly allowSplit: boolean;
      readonly requestedDate: string;
      readonly acceptedAt: string;
      readonly shipTo: { readonly id: string; readonly region?: string };
      readonly erpGate: boolean;
    }
  /** What the order was added to in all since it was accepted, line by line: only what is new becomes an event. */
  | {
      readonly type: 'AddDemand';
      readonly lines: readonly (OfRecipe & {
        readonly lineId: string;
        readonly item: string;
        readonly added: string;
      })[];
    }
  /** One decision per line; demand must equal what is unsourced now, otherwise the decision is stale and nothing happens. */
  | {
      readonly type: 'DecideSourcing';
      readonly decisionId: string;
      readonly policyVersion: number;
      readonly lines: readonly {
        readonly lineId: string;
        readonly demand: string;
        readonly picks: readonly Picked[];
        readonly shortage: string;
        readonly candidates: readonly Candidate[];
        readonly promisedDate: string | null;
        readonly explanation: readonly string[];
      }[];
    }
  /**
   * The stock position said yes: unsourced (or backordered) becomes reserved. More than is open is recorded up to what is
   * open, and nothing at a second node of a line that may not be split or at one of the `closed` nodes, which may not
   * supply any more; what was not recorded must be given back by the caller. A place in the queue of such a node is used
   * up: that quantity becomes unsourced.
   */
  | {
      readonly type: 'RecordReservation';
      readonly lineId: string;
      readonly reservationId: string;
      readonly node: string;
      readonly qty: string;
      readonly from: 'UNSOURCED' | 'BACKORDERED';
      readonly shipDate?: string;
      readonly closed?: readonly string[];
    }
  | {
      readonly type: 'RecordReservationFailed';
      readonly lineId: string;
      readonly node: string;
      readonly qty: string;
      readonly availableNow: string;
    }
  /** `component`: `qty` is of that component, and no kit is whole without it; otherwise of the line. */
  | {
      readonly type: 'RecordReservationLost';
      readonly lineId: string;
      readonly component?: string;
      readonly reservationId: string;
      readonly qty: string;
      readonly cause: string;
    }
  | {
      readonly type: 'Backorder';
      readonly lineId: string;
      readonly qty: string;
      readonly node: string;
      readonly reason: string;
      readonly expectedDate: string | null;
      readonly shipDate?: string;
      readonly leadTimeDays?: number;
    }
  /**
   * What waits at a node is expected at this date now. Promised already, waiting no longer, or so little later that the rules
   * leave the promise as it is: no event.
   */
  | {
      readonly type: 'RecordPromise';
      readonly lineId: string;
      readonly node: string;
      readonly expectedDate: string | null;
      readonly shipDate?: string;
      readonly leadTimeDays?: number;
      readonly cause: PromiseCause;
      readonly supplyId: string;
      /** Absent: `usualLateSupply`. */
      readonly rules?: Pick<LateSupplyRules, 'toleranceDays' | 'tell'>;
    }
  /** backordered → unsourced, so that lines can be sourced again, elsewhere or together. */
  | {
      readonly type: 'UnqueueBackorder';
      readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
      readonly cause: string;
    }
  /** A node can supply that could not. Nothing unsourced: no event. */
  | { readonly type: 'ReopenSourcing'; readonly cause: string }
  | { readonly type: 'OpenErpGate' }
  /**
   * Releases, one release per node, every reserved quantity whose reservation is in `hardened`; nothing unless the ERP
   * gate is open and, for ship-complete orders, everything open is reserved. `releaseIds` gives ids by node.
   */
  | {
      readonly type: 'Release';
      readonly hardened: readonly string[];
      readonly ids: Readonly<Record<string, { readonly releaseId: string; readonly shipmentId: string }>>;
    }
  | { readonly type: 'RecordWarehouseAccepted'; readonly releaseId: string; readonly warehouseReference: string }
  | { readonly type: 'RecordWarehouseRefused'; readonly releaseId: string; readonly code: string }
  /** Fact. */
  | {
      readonly type: 'RecordFulfilment';
      readonly releaseId: string;
      readonly confirmationId: string;
      /** `notOwed`: what left before the order had so much; what was added to the line since does not cover it. */
      readonly lines: readonly ({
        readonly lineId: string;
        readonly qty: string;
        readonly notOwed?: string;
      } & OfReservations)[];
    }
  | {
      readonly type: 'RecordShort';
      readonly releaseId: string;
      readonly shortageId: string;
      readonly lines: readonly ({
        readonly lineId: string;
        readonly qty: string;
        readonly cause: string;
      } & OfReservations)[];
    }
  /**
   * A supplier delivers these goods to the customer on purchase order `poId`: unsourced becomes dropship, once per line and
   * purchase order and for no more than is unsourced.
   */
  | ({ readonly type: 'RouteToDropShip' } & Pick<
      LineRoutedToDropShip['data'],
      'poId' | 'shipmentId' | 'supplier' | 'currency'
    > & {
        readonly lines: readonly Omit<
          LineRoutedToDropShip['data'],
          'orderId' | 'bu' | 'poId' | 'shipmentId' | 'supplier' | 'currency' | 'item' | 'reservationId'
        >[];
      })
  /** The supplier said no to this much of the purchase order; once per `refusalId`, for no more than it still holds. */
  | {
      readonly type: 'RecordDropShipRefused';
      readonly poId: string;
      readonly refusalId: string;
      readonly lines: readonly { readonly lineId: string; readonly qty: string; readonly code: string }[];
    }
  /**
   * Gives back what can be stopped without the warehouse, up to `qty` per line: unsourced, backordered, reserved in that
   * order; plus `stopped` = what the warehouse has certainly stopped, out of allocated.
   */
  | {
      readonly type: 'Deallocate';
      readonly changeId: string;
      readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
      /** All of a line's quantity or nothing of it, and no warehouse is asked. */
      readonly whole?: boolean;
      readonly stopped: readonly ({
        readonly releaseId: string;
        readonly lineId: string;
        readonly qty: string;
      } & OfReservations)[];
    }
  | {
      readonly type: 'ReopenShipped';
      readonly shipmentId: string;
      /** Absent: the shipment was voided. */
      readonly lossId?: string;
      /** `gifted`: of what was lost, that had been given away. */
      readonly lines: readonly { readonly lineId: string; readonly qty: string; readonly gifted?: string }[];
    }
  /** Fact: goods beyond the order were given away, once per `resolutionId`. They never cover what the line still wants. */
  | {
      readonly type: 'RecordGift';
      readonly resolutionId: string;
      readonly shipmentId: string;
      readonly lineId: string;
      readonly qty: string;
    };
