import { type Minor, minor } from '../money.ts';
import { type OrderedMap, valueAt, valuesOf, withEntry, withoutEntry } from '../stock/orderedMap.ts';
import type { CreditReleased, ReceivableRecorded, ReceivableReversed } from './events.ts';

type Receivable = Reserved & {
  readonly invoiceId: string;
  readonly orderId: string;
  readonly released: Minor;
  readonly issuedAt: string;
};

export type Reserved = { readonly amount: Minor; readonly currency: string };

/** `invoiced`: what standing invoices have taken over of the reservation; absent while none has. */
type Granted = Reserved & { readonly invoiced?: Minor };

/** Amounts are minor units. A limit counts in its own currency only; sums in different currencies are never added. */
export type CreditState = {
  readonly limit: Reserved | null;
  readonly openAr: (Reserved & { readonly asOf: string }) | null;
  /** Open orders that were granted credit. */
  readonly orders: OrderedMap<Granted>;
  /** Sum over `orders` by currency. */
  readonly reserved: OrderedMap<Minor>;
  /** Own invoices issued after the ERP's last figure. A newer figure takes the place of those issued before it. */
  readonly receivables: OrderedMap<Receivable>;
  /** Sum over `receivables` by currency. */
  readonly receivable: OrderedMap<Minor>;
};

export const inCurrency = (value: Reserved | null, currency: string): Minor =>
  value !== null && value.currency === currency ? value.amount : 0n;

/** The ERP's figure counts everything issued up to its instant, so those invoices are not counted twice. */
export const withFigure = (state: CreditState, currency: string, asOf: string): CreditState => {
  const at = Date.parse(asOf);
  let { receivables, receivable } = state;
  for (const each of valuesOf(state.receivables)) {
    if (each.currency !== currency || Date.parse(each.issuedAt) > at) continue;
    receivables = withoutEntry(receivables, each.invoiceId);
    receivable = withEntry(receivable, currency, (valueAt(receivable, currency) ?? 0n) - each.amount);
  }
  return { ...state, receivables, receivable };
};

export const isAfterFigure = ({ openAr }: CreditState, currency: string, issuedAt: string): boolean =>
  openAr === null || openAr.currency !== currency || Date.parse(issuedAt) > Date.parse(openAr.asOf);

export const summed = (state: CreditState, currency: string, amount: Minor): OrderedMap<Minor> =>
  withEntry(state.reserved, currency, (valueAt(state.reserved, currency) ?? 0n) + amount);

/**
 * An invoice takes `amount` over from what is reserved for its order; negative: it gives that back. An order that was
 * closed and is open again gets its entry back.
 */
const takenOver = (state: CreditState, orderId: string, currency: string, amount: Minor): CreditState => {
  const known = valueAt(state.orders, orderId);
  if (known === undefined && amount === 0n) return state;
  const invoiced = known === undefined ? 0n : (known.invoiced ?? 0n) + amount;
  const entry = { amount: (known?.amount ?? 0n) - amount, currency, ...(invoiced === 0n ? {} : { invoiced }) };
  return { ...state, orders: withEntry(state.orders, orderId, entry), reserved: summed(state, currency, -amount) };
};

/** How much of what is reserved for an order lies beyond what it comes to in all, invoiced or not. */
export const beyond = ({ amount, invoiced = 0n }: Granted, orderAmount: Minor): Minor => {
  const excess = amount + invoiced - orderAmount;
  return excess < amount ? excess : amount;
};

export const released = (state: CreditState, data: CreditReleased['data']): CreditState => {
  const { orderId, currency, left } = data;
  const reserved = summed(state, currency, -minor(data.amount));
  const known = valueAt(state.orders, orderId);
  if (left === undefined || known === undefined)
    return { ...state, orders: withoutEntry(state.orders, orderId), reserved };
  return { ...state, orders: withEntry(state.orders, orderId, { ...known, amount: minor(left) }), reserved };
};

export const recorded = (state: CreditState, data: ReceivableRecorded['data']): CreditState => {
  const { invoiceId, orderId, currency, issuedAt, counted } = data;
  const next = takenOver(state, orderId, currency, minor(data.released));
  if (!counted) return next;
  const amount = minor(data.amount);
  const entry = { invoiceId, orderId, amount, currency, released: minor(data.released), issuedAt };
  return {
    ...next,
    receivables: withEntry(next.receivables, invoiceId, entry),
    receivable: withEntry(next.receivable, currency, (valueAt(next.receivable, currency) ?? 0n) + amount),
  };
};

export const reversed = (state: CreditState, data: ReceivableReversed['data']): CreditState => {
  const { invoiceId, orderId, currency } = data;
  const next = takenOver(state, orderId, currency, -minor(data.reserved));
  const left = (valueAt(next.receivable, currency) ?? 0n) - minor(data.amount);
  return {
    ...next,
    receivables: withoutEntry(next.receivables, invoiceId),
    receivable: withEntry(next.receivable, currency, left),
  };
};
