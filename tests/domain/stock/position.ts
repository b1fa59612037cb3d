import { valuesOf } from '../../../domain/stock/orderedMap.ts';
import { availableOf, onHandOf, openQtyOf, type Reservation, type StockState } from '../../../domain/stock/state.ts';

/** Canonical inventory states of spec 4.5, base units. `reservedFuture` is 0: reservations here are pegged to stock on hand. */
type InventoryPosition = {
  readonly onHand: bigint;
  readonly sellable: bigint;
  readonly unusable: bigint;
  readonly allocated: bigint;
  readonly picked: bigint;
  readonly reserved: bigint;
  readonly reservedOnHand: bigint;
  readonly reservedFuture: bigint;
  readonly safetyStock: bigint;
  readonly available: bigint;
  readonly inTransit: bigint;
  readonly onOrder: bigint;
  readonly backordered: bigint;
  readonly unitCost: string | null;
  readonly currency: string | null;
};

/** A position as a planner reads it, to say what became of it in one line. */
export const inventoryPosition = (state: StockState): InventoryPosition => {
  let inTransit = 0n;
  let onOrder = 0n;
  for (const supply of valuesOf(state.supplies)) {
    if (supply.type === 'PO') onOrder += openQtyOf(supply);
    else inTransit += openQtyOf(supply);
  }
  return {
    onHand: onHandOf(state),
    sellable: state.onHand.SELLABLE,
    unusable: onHandOf(state) - state.onHand.SELLABLE,
    allocated: state.hard,
    picked: state.picked,
    reserved: state.soft,
    reservedOnHand: state.soft,
    reservedFuture: 0n,
    safetyStock: state.safetyStock,
    available: availableOf(state),
    inTransit,
    onOrder,
    backordered: state.queued,
    unitCost: state.cost?.unitCost ?? null,
    currency: state.cost?.currency ?? null,
  };
};

/** Open reservations in order of their ids. */
export const openReservations = (state: StockState): readonly Reservation[] => [...valuesOf(state.reservations)];
