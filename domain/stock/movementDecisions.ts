import { type Refusal, refuse } from '../decider.ts';
import { maxQty, minQty, qty, qtyText } from '../quantity.ts';
import { adjustmentOf } from './adjustment.ts';
import type { StockCommand } from './commands.ts';
import { costAfterIncoming, costTo } from './cost.ts';
import { countedBefore } from './countDecisions.ts';
import type { StockEvent } from './events.ts';
import { adjustmentKey, issueKey, receiptKey, reinstatementKey, statusKey } from './keys.ts';
import { valueAt } from './orderedMap.ts';
import { recall } from './recent.ts';
import { soldCostBack } from './soldCosts.ts';
import type { StockState } from './state.ts';
import { availableOf, deficitOf, initialStock } from './state.ts';

// Facts of the physical world. None is refused: a position may even go below zero when goods left that the books did
// not know, and the next receipt or count puts it right. Only a change of status is a booking, of goods that are known.

export type Of<T extends StockCommand['type']> = Extract<StockCommand, { readonly type: T }>;
type Events = readonly StockEvent[];

const known = (state: StockState, key: string): boolean => recall(state.seen, key) !== undefined;

export const receive = (command: Of<'RecordReceipt'>, state: StockState): Events => {
  const amount = qty(command.qty);
  if (amount <= 0n || known(state, receiptKey(command.reference))) return [];
  const { bu, node, item, reference, status, supplyId, lots, currency } = command;
  const unitCost = command.unitCost ?? state.cost?.unitCost ?? '0';
  const received: StockEvent = {
    type: 'StockReceived',
    data: {
      bu,
      node,
      item,
      reference,
      qty: command.qty,
      status,
      unitCost,
      currency,
      ...(supplyId === undefined ? {} : { supplyId }),
      ...(lots === undefined ? {} : { lots }),
    },
  };
  const late = countedBefore(command, state, { at: command.at, status, qty: amount }, currency);
  if (command.unitCost === undefined) return [received, ...late];
  const incoming = { qty: amount, unitCost, currency };
  const costs = costAfterIncoming(command, state, incoming, command.costMethod, `receipt ${reference}`);
  return [received, ...costs, ...late];
};

/** The reason of an adjustment that says that goods were thrown away. */
export const scrapReason = 'SCRAP';

/**
 * Goods found or missing. What is missing leaves at the present cost. What is found comes in at the present cost under
 * STANDARD, at the given cost (else the present one) under MOVING_AVERAGE, which it then moves. The same of goods that are
 * scrapped, and of some that are not after all where nobody says which (`takeBackScrap`: where somebody does).
 */
export const adjust = (command: Of<'RecordAdjustment'>, state: StockState): Events => {
  const amount = qty(command.qty);
  if (amount === 0n || known(state, adjustmentKey(command.reference))) return [];
  const { reference, status, reason, itemGroup, currency } = command;
  const method = state.cost?.method ?? 'STANDARD';
  const present = state.cost?.unitCost;
  const atGiven = amount > 0n && method === 'MOVING_AVERAGE' ? (command.unitCost ?? present) : present;
  const unitCost = atGiven ?? command.unitCost ?? '0';
  const about = { reference, status, reason, itemGroup, ...(reason === scrapReason && { scrap: {} }) };
  const adjusted = adjustmentOf(command, amount, about, { unitCost, currency });
  if (command.unitCost === undefined || amount < 0n) return [adjusted];
  const incoming = { qty: amount, unitCost, currency };
  return [adjusted, ...costAfterIncoming(command, state, incoming, method, `adjustment ${reference}`)];
};

export const changeStatus = (command: Of<'ChangeStatus'>, state: StockState): Events | Refusal => {
  const { bu, node, item, reference, from, to, reason } = command;
  const amount = qty(command.qty);
  if (from === to || amount <= 0n || known(state, statusKey(reference))) return [];
  const there = maxQty(0n, state.onHand[from]);
  if (amount > there) {
    const detail = `${there} of ${item} at ${node} are ${from}; ${amount} cannot become ${to}.`;
    return refuse('QTY_EXCEEDS_STATUS', detail, { item, node, status: from, onHand: qtyText(there) });
  }
  return [{ type: 'StockStatusChanged', data: { bu, node, item, reference, qty: command.qty, from, to, reason } }];
};

/**
 * Goods of a reservation were not found. A count may have taken the same goods off the books before the warehouse
 * missed them: as much as is promised beyond stock is missing already, so only the rest is blocked.
 */
export const recordMissing = (command: Of<'RecordMissing'>, state: StockState): Events => {
  const { bu, node, item, reference, reason, reservationId } = command;
  const reservation = valueAt(state.reservations, reservationId);
  if (qty(command.qty) <= 0n || known(state, statusKey(reference))) return [];
  const blocked = maxQty(0n, qty(command.qty) - deficitOf(state));
  const ended = minQty(qty(command.qty), reservation?.qty ?? 0n);
  const events: StockEvent[] = [];
  if (blocked > 0n) {
    const change = { reference, qty: qtyText(blocked), from: 'SELLABLE', to: 'BLOCKED', reason } as const;
    events.push({ type: 'StockStatusChanged', data: { bu, node, item, ...change } });
  }
  if (reservation !== undefined && ended > 0n) {
    const { orderId, lineId } = reservation;
    const back = { orderId, lineId, reservationId, qty: qtyText(ended), cause: 'SHORT', reference };
    events.push({ type: 'ReservationReleased', data: { bu, node, item, ...back } });
  }
  return events;
};

/** Goods left. What the reservation does not cover comes out of free stock, and may leave less than is promised. */
export const issue = (command: Of<'Issue'>, state: StockState): Events => {
  const amount = qty(command.qty);
  if (amount <= 0n || known(state, issueKey(command))) return [];
  const covered = valueAt(state.reservations, command.reservationId)?.qty ?? 0n;
  const { type: _type, at, ...data } = command;
  return [
    { type: 'StockIssued', data: { ...data, fromReservation: qtyText(minQty(amount, covered)) } },
    ...countedBefore(command, state, { at, status: 'SELLABLE', qty: -amount }, command.currency),
  ];
};

/**
 * Goods of a voided shipment never left: they are back on the books, at the cost they left with, which a moving average takes
 * in like a receipt, and then at what they turned out to have cost. Whoever counted since then has found them.
 */
export const reinstate = (command: Of<'Reinstate'>, state: StockState): Events => {
  const amount = qty(command.qty);
  const { shipmentId, lineId, leftAt: at, unitCost, currency } = command;
  if (amount <= 0n || (lineId !== undefined && known(state, reinstatementKey(shipmentId, lineId)))) return [];
  const { type: _type, ...data } = command;
  const incoming = { qty: amount, unitCost, currency };
  const method = state.cost?.method ?? 'STANDARD';
  const costs = costAfterIncoming(command, state, incoming, method, `void of shipment ${shipmentId}`);
  const cost = costs.at(-1)?.data ?? state.cost;
  const onHand = { ...state.onHand, SELLABLE: state.onHand.SELLABLE + amount };
  return [
    { type: 'StockReinstated', data },
    ...costs,
    ...soldCostBack(command, { ...state, cost, onHand }),
    ...countedBefore(command, state, { at, status: 'SELLABLE', qty: amount }, currency),
  ];
};

/** None, where nothing is recorded yet, is recorded too: whoever is told that it is set is told where in the log. */
export const setSafetyStock = ({ bu, node, item, qty: level }: Of<'SetSafetyStock'>, state: StockState): Events => {
  const isKnown = state !== initialStock && qty(level) === state.safetyStock;
  return isKnown || qty(level) < 0n ? [] : [{ type: 'SafetyStockSet', data: { bu, node, item, qty: level } }];
};

export const offer = ({ bu, node, item, cause }: Of<'OfferStock'>, state: StockState): Events =>
  availableOf(state) > 0n ? [{ type: 'StockOffered', data: { bu, node, item, cause } }] : [];

export const setCost = (command: Of<'SetCost'>, state: StockState): Events => {
  const { unitCost, currency, method, source } = command;
  return costTo(command, state, { unitCost, currency, method }, source);
};
