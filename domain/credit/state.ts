import { type Minor, minor } from '../money.ts';
import { type OrderedMap, sizeOf, valueAt, valuesOf, withEntry, withoutEntry } from '../stock/orderedMap.ts';
import type {
  CreditReleased,
  ExposureSynchronised,
  OrderDepositsHeld,
  ReceivableCredited,
  ReceivableRecorded,
  ReceivableReversed,
  ReceivableSettled,
} from './events.ts';

type Receivable = Reserved & {
  readonly invoiceId: string;
  readonly orderId: string;
  readonly released: Minor;
  readonly issuedAt: string;
  /** The credit memos and payments that are taken off `amount`; absent: none. */
  readonly credited?: readonly string[];
  /** What recorded payments took off `amount`, as long as no figure of the ERP tells of them; absent: nothing. */
  readonly paid?: Minor;
};

export type Reserved = { readonly amount: Minor; readonly currency: string };

/** `invoiced`: what standing invoices have taken over of the reservation; absent while none has. */
type Granted = Reserved & { readonly invoiced?: Minor };

/** What the ERP counted at `asOf`. `byInvoice`: it named those of our invoices that are in it; otherwise it is all that was issued until then. */
export type Figure = Reserved & { readonly asOf: string; readonly byInvoice: boolean };

/** Amounts are minor units. A limit counts in its own currency only; sums in different currencies are never added. */
export type CreditState = {
  readonly limit: Reserved | null;
  /** The ERP's last figures by currency. */
  readonly figures: OrderedMap<Figure>;
  /** Open orders that were granted credit. */
  readonly orders: OrderedMap<Granted>;
  /** Sum over `orders` by currency. */
  readonly reserved: OrderedMap<Minor>;
  /** Own invoices that the ERP's last figure does not count yet. */
  readonly receivables: OrderedMap<Receivable>;
  /** Sum over `receivables` by currency. */
  readonly receivable: OrderedMap<Minor>;
  /** Invoices that the ERP counts and that this account has not heard of yet. */
  readonly ahead: OrderedMap<string>;
  /** Held of the deposits of orders and not applied. */
  readonly deposits: OrderedMap<Reserved>;
  /** Sum over `deposits` by currency. */
  readonly deposited: OrderedMap<Minor>;
};

export const inCurrency = (value: Reserved | null, currency: string): Minor =>
  value !== null && value.currency === currency ? value.amount : 0n;

/** Our side is moments late at most, so there are few; without a limit, what is never heard of would stay for ever. The oldest go. */
const aheadMax = 200;

const withAhead = (ahead: OrderedMap<string>, invoiceId: string): OrderedMap<string> => {
  const next = withEntry(ahead, invoiceId, invoiceId);
  const [oldest] = sizeOf(next) > aheadMax ? valuesOf(next) : [];
  return oldest === undefined ? next : withoutEntry(next, oldest);
};

const counted = (state: CreditState, { invoiceId, currency, amount }: Receivable): CreditState => ({
  ...state,
  receivables: withoutEntry(state.receivables, invoiceId),
  receivable: withEntry(state.receivable, currency, (valueAt(state.receivable, currency) ?? 0n) - amount),
});

/** Without names the figure counts everything issued up to its instant. */
const countedUntil = (state: CreditState, currency: string, asOf: string): CreditState => {
  const at = Date.parse(asOf);
  let next = state;
  for (const each of valuesOf(state.receivables))
    if (each.currency === currency && Date.parse(each.issuedAt) <= at) next = counted(next, each);
  return next;
};

/** The first figure of a currency tells of payments, also where the ERP has yet to count the invoice. */
const paidElsewhere = (state: CreditState, currency: string): CreditState => {
  let next = state;
  for (const { paid, ...each } of valuesOf(state.receivables)) {
    if (paid === undefined || each.currency !== currency) continue;
    next = {
      ...next,
      receivables: withEntry(next.receivables, each.invoiceId, { ...each, amount: each.amount + paid }),
      receivable: withEntry(next.receivable, currency, (valueAt(next.receivable, currency) ?? 0n) + paid),
    };
  }
  return next;
};

/** What the ERP counts now is not counted here besides it. */
export const withFigure = (
  state: CreditState,
  { currency, openAr, asOf, contains }: Omit<ExposureSynchronised['data'], 'bu' | 'customer' | 'receivables'>,
): CreditState => {
  const figure = { amount: minor(openAr), currency, asOf, byInvoice: contains !== undefined };
  const before = valueAt(state.figures, currency) === undefined ? paidElsewhere(state, currency) : state;
  let next = contains === undefined ? countedUntil(before, currency, asOf) : before;
  for (const invoiceId of contains ?? []) {
    const known = valueAt(next.receivables, invoiceId);
    next = known === undefined ? { ...next, ahead: withAhead(next.ahead, invoiceId) } : counted(next, known);
  }
  return { ...next, figures: withEntry(next.figures, currency, figure) };
};

/** An invoice that is recorded now counts besides the ERP's figure. */
export const isBesideFigure = (state: CreditState, currency: string, invoiceId: string, issuedAt: string): boolean => {
  const figure = valueAt(state.figures, currency);
  if (valueAt(state.ahead, invoiceId) !== undefined) return false;
  return figure === undefined || figure.byInvoice || Date.parse(issuedAt) > Date.parse(figure.asOf);
};

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
  const { invoiceId, orderId, currency, issuedAt } = data;
  const { ahead, ...next } = takenOver(state, orderId, currency, minor(data.released));
  if (!data.counted) return { ...next, ahead: withoutEntry(ahead, invoiceId) };
  const amount = minor(data.amount);
  const entry = { invoiceId, orderId, amount, currency, released: minor(data.released), issuedAt };
  return {
    ...next,
    ahead,
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

/** An invoice that the ERP counts meanwhile is none of ours any more, and the figure says what is left of it. */
const lessOwed = (
  state: CreditState,
  data: Omit<ReceivableCredited['data'], 'creditMemoId'>,
  by: string,
  isPayment = false,
): CreditState => {
  const { invoiceId, currency } = data;
  const known = valueAt(state.receivables, invoiceId);
  if (known === undefined) return state;
  const amount = minor(data.amount);
  const paid = isPayment ? { paid: (known.paid ?? 0n) + amount } : {};
  const entry = { ...known, amount: known.amount - amount, credited: [...(known.credited ?? []), by], ...paid };
  return {
    ...state,
    receivables: withEntry(state.receivables, invoiceId, entry),
    receivable: withEntry(state.receivable, currency, (valueAt(state.receivable, currency) ?? 0n) - amount),
  };
};

export const credited = (state: CreditState, data: ReceivableCredited['data']): CreditState =>
  lessOwed(state, data, data.creditMemoId);

export const settled = (state: CreditState, data: ReceivableSettled['data']): CreditState =>
  lessOwed(state, data, data.settlementId, data.cause === 'PAYMENT');

export const heldFor = (state: CreditState, orderId: string, currency: string): Minor =>
  inCurrency(valueAt(state.deposits, orderId) ?? null, currency);

export const depositsHeld = (state: CreditState, { orderId, currency, amount }: OrderDepositsHeld['data']) => {
  const held = minor(amount);
  const sum = (valueAt(state.deposited, currency) ?? 0n) + held - heldFor(state, orderId, currency);
  const deposits =
    held === 0n
      ? withoutEntry(state.deposits, orderId)
      : withEntry(state.deposits, orderId, { amount: held, currency });
  return { ...state, deposits, deposited: withEntry(state.deposited, currency, sum) };
};
