import type { RecordedDomainEvent } from '../../domain/events.ts';
import { booksOf } from '../../domain/ledger/intercompany.ts';
import { defineProjection, reflecting } from '../projection.ts';
import {
  adjusted,
  costCorrected,
  costSet,
  counted,
  issued,
  received,
  reinstated,
  returned,
  scrapped,
  statusChanged,
  transferred,
} from './facts.ts';
import { putPosition, type RecordedStock, stockKeyOf } from './places.ts';
import { extended, hardened, picked, queued, reserved, takeFromQueue, takeFromReservation } from './reservations.ts';
import type { InventoryRows } from './rows.ts';
import { announced, supplyCancelled } from './supplies.ts';
import { inventoryTables } from './tables.ts';

type Named = {
  readonly bu?: string;
  readonly reservationId?: string;
  readonly supplyId?: string;
  readonly transferId?: string;
  readonly orderId?: string;
};

const named =
  (name: keyof Named) =>
  ({ data }: RecordedDomainEvent): readonly string[] => {
    const value = (data as Named)[name];
    return value === undefined ? [] : [value];
  };

const supplyOf = ({ data }: RecordedDomainEvent): readonly string[] => {
  const { supplyId, transferId } = data as Named;
  const id = supplyId ?? transferId;
  return id === undefined ? [] : [id];
};

const ofPosition = (event: RecordedDomainEvent): readonly string[] =>
  event.type === 'BusinessUnitDefined' ? [] : [stockKeyOf(event as RecordedStock)];

const clockLane = (bu: string): string => `clock:${bu}`;

/** Mirrors the stock decider's own fold, figure by figure. */
export const inventory = defineProjection<InventoryRows>({
  name: 'inventory',
  version: 2,
  money: [{ table: 'stock_value_entry', by: ['bu', 'period', 'kind', 'currency'], sums: ['amount'] }],
  replayIndexes: ['backorder_order', 'supply_id'],
  tables: inventoryTables,
  needs: {
    positions: ofPosition,
    days: ofPosition,
    reservations: named('reservationId'),
    supplies: supplyOf,
    backorders: named('orderId'),
    clocks: booksOf,
  },
  laneOf: (event) =>
    event.type === 'BusinessUnitDefined' ? clockLane(event.data.bu) : `stock:${stockKeyOf(event as RecordedStock)}`,
  waitsFor: (event) => booksOf(event).map(clockLane),
  on: {
    BusinessUnitDefined: (event, { clocks }) =>
      clocks.put({ bu: event.data.bu, time_zone: event.data.timeZone, ...reflecting(event) }),
    StockReceived: received,
    StockAdjusted: adjusted,
    StockCounted: counted,
    StockStatusChanged: statusChanged,
    StockIssued: issued,
    StockReinstated: reinstated,
    StockReturned: returned,
    StockScrapped: scrapped,
    StockTransferred: transferred,
    UnitCostSet: costSet,
    CostCorrected: costCorrected,
    SafetyStockSet: (event, rows) => putPosition(event, rows, { safety_stock: event.data.qty }),
    StockOvercommitted: (event, rows) => putPosition(event, rows),
    SupplyExpected: announced,
    SupplyRescheduled: announced,
    SupplyCancelled: supplyCancelled,
    StockReserved: reserved,
    ReservationHardened: hardened,
    ReservationExtended: extended,
    ReservationReleased: (event, rows) =>
      takeFromReservation(event, rows, event.data.reservationId, BigInt(event.data.qty), 'RELEASED'),
    ReservationExpired: (event, rows) =>
      takeFromReservation(event, rows, event.data.reservationId, BigInt(event.data.qty), 'EXPIRED'),
    StockPicked: picked,
    BackorderQueued: queued,
    BackorderWithdrawn: (event, rows) =>
      takeFromQueue(event, rows, event.data.orderId, event.data.lineId, BigInt(event.data.qty)),
  },
});
