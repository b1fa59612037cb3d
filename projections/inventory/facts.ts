import { decimal, extend } from '../../domain/money.ts';
import type { StockEvent, StockStatus } from '../../domain/stock/events.ts';
import { type InventorySets, plus, positionOf, putPosition, type StockOf } from './places.ts';
import { takeFromReservation } from './reservations.ts';
import type { PositionRow, StatusColumn } from './rows.ts';
import { receivedAgainst } from './supplies.ts';
import { revalue } from './value.ts';

const columnOf: Readonly<Record<StockStatus, StatusColumn>> = {
  SELLABLE: 'sellable',
  QUARANTINE: 'quarantine',
  DAMAGED: 'damaged',
  EXPIRED: 'expired',
  BLOCKED: 'blocked',
};

const moved = (row: PositionRow, status: StockStatus, qty: bigint): Partial<PositionRow> => {
  const column = columnOf[status];
  return { [column]: plus(row[column], qty) };
};

/** What is told later of an earlier moment makes no feed older. */
const heardAt = (row: PositionRow, { metadata: { occurredAt } }: StockOf<StockEvent['type']>): string =>
  row.feed_at !== null && Date.parse(row.feed_at) > Date.parse(occurredAt) ? row.feed_at : occurredAt;

/** The first cost that goods come in at stands until a cost is set. */
const firstCost = (row: PositionRow, unitCost: string, currency: string): Partial<PositionRow> =>
  row.unit_cost === null ? { unit_cost: unitCost, currency } : {};

export const received = (event: StockOf<'StockReceived'>, rows: InventorySets): void => {
  const { qty, status, unitCost, currency, reference, supplyId } = event.data;
  const row = positionOf(event, rows);
  putPosition(event, rows, {
    ...moved(row, status, BigInt(qty)),
    ...firstCost(row, unitCost, currency),
    feed_at: heardAt(row, event),
  });
  if (supplyId !== undefined) receivedAgainst(event, rows, supplyId);
  revalue(event, rows, {
    kind: 'RECEIPT',
    amount: extend(BigInt(qty), decimal(unitCost), currency),
    qty: BigInt(qty),
    currency,
    document: reference,
  });
};

/** What a count had adjusted for goods of which we hear later is taken back by ourselves: nobody has told of anything. */
export const adjusted = (event: StockOf<'StockAdjusted'>, rows: InventorySets): void => {
  const { qty, status, unitCost, currency, cost, reference, count } = event.data;
  const row = positionOf(event, rows);
  putPosition(event, rows, {
    ...moved(row, status, BigInt(qty)),
    ...firstCost(row, unitCost, currency),
    ...(count?.movedAt === undefined && { feed_at: heardAt(row, event) }),
  });
  const amount = BigInt(qty) < 0n ? -BigInt(cost) : BigInt(cost);
  revalue(event, rows, { kind: 'ADJUSTMENT', amount, qty: BigInt(qty), currency, document: reference });
};

/** What differs is adjusted by events of its own; whoever counts is heard of. */
export const counted = (event: StockOf<'StockCounted'>, rows: InventorySets): void => {
  putPosition(event, rows, { feed_at: heardAt(positionOf(event, rows), event) });
};

export const statusChanged = (event: StockOf<'StockStatusChanged'>, rows: InventorySets): void => {
  const { qty, from, to } = event.data;
  const out = { ...positionOf(event, rows), ...moved(positionOf(event, rows), from, -BigInt(qty)) };
  putPosition(event, rows, { ...out, ...moved(out, to, BigInt(qty)), feed_at: heardAt(out, event) });
};

export const issued = (event: StockOf<'StockIssued'>, rows: InventorySets): void => {
  const { qty, reservationId, fromReservation, cost, currency, shipmentId } = event.data;
  takeFromReservation(event, rows, reservationId, BigInt(fromReservation), 'ISSUED');
  putPosition(event, rows, moved(positionOf(event, rows), 'SELLABLE', -BigInt(qty)));
  revalue(event, rows, { kind: 'ISSUE', amount: -BigInt(cost), qty: -BigInt(qty), currency, document: shipmentId });
};

export const reinstated = (event: StockOf<'StockReinstated'>, rows: InventorySets): void => {
  const { qty, unitCost, cost, currency, shipmentId } = event.data;
  const row = positionOf(event, rows);
  putPosition(event, rows, { ...moved(row, 'SELLABLE', BigInt(qty)), ...firstCost(row, unitCost, currency) });
  revalue(event, rows, {
    kind: 'REINSTATEMENT',
    amount: BigInt(cost),
    qty: BigInt(qty),
    currency,
    document: shipmentId,
  });
};

/** The entry names the inspection, whose journal is the other side of it. */
export const returned = (event: StockOf<'StockReturned'>, rows: InventorySets): void => {
  const { qty, status, unitCost, cost, currency, inspectionEventId: document } = event.data;
  const row = positionOf(event, rows);
  putPosition(event, rows, { ...moved(row, status, BigInt(qty)), ...firstCost(row, unitCost, currency) });
  revalue(event, rows, { kind: 'RETURN', amount: BigInt(cost), qty: BigInt(qty), currency, document });
};

export const scrapped = (event: StockOf<'StockScrapped'>, rows: InventorySets): void => {
  const { qty, status, cost, currency, inspectionEventId: document } = event.data;
  putPosition(event, rows, moved(positionOf(event, rows), status, -BigInt(qty)));
  revalue(event, rows, { kind: 'RETURN', amount: -BigInt(cost), qty: -BigInt(qty), currency, document });
};

/**
 * The supplier's document put all of it in stock, which the ERP posts as it does receipts; what is of goods that had left is
 * taken out again, and posted here.
 */
export const costCorrected = (event: StockOf<'CostCorrected'>, rows: InventorySets): void => {
  const { unitCost, currency, amount, variance, reference: document } = event.data;
  putPosition(event, rows, unitCost === undefined ? {} : { unit_cost: unitCost, currency });
  const moved = { qty: 0n, currency, document };
  revalue(
    event,
    rows,
    { kind: 'LATE_COST', amount: BigInt(amount), ...moved },
    { kind: 'COST_VARIANCE', amount: -BigInt(variance), ...moved },
  );
};

export const transferred = (event: StockOf<'StockTransferred'>, rows: InventorySets): void => {
  const { status, unitCost, cost, currency, transferId } = event.data;
  const qty = BigInt(event.data.qty);
  const row = positionOf(event, rows);
  putPosition(event, rows, {
    ...moved(row, status, qty),
    ...firstCost(row, unitCost, currency),
    feed_at: heardAt(row, event),
  });
  if (qty > 0n) receivedAgainst(event, rows, transferId);
  revalue(event, rows, {
    ...{ kind: 'TRANSFER', qty, currency, document: transferId },
    amount: qty < 0n ? -BigInt(cost) : BigInt(cost),
  });
};

export const costSet = (event: StockOf<'UnitCostSet'>, rows: InventorySets): void => {
  putPosition(event, rows, { unit_cost: event.data.unitCost, currency: event.data.currency });
  revalue(event, rows);
};
