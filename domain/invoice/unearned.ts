import { type Minor, minor, minorText } from '../money.ts';
import { partialCosts } from '../pricing/lineAmounts.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import type { CreditLine, CreditMemo } from './creditEvents.ts';
import type { InvoiceLine } from './events.ts';
import type { UnearnedLine } from './revenueEvents.ts';
import { share } from './share.ts';
import type { InvoiceState } from './state.ts';

// Under ON_DELIVERY an invoice defers its revenue until the goods have arrived. What is lost on its way never does: its credit
// memo takes back what was deferred, and no revenue, and a delivery earns what is left. A memo may wait for a second person and
// be written behind the delivery: then it takes exactly what the delivery left, so that nothing stays deferred by a rounding.

/** `earlier`: its credit memos. */
type Invoice = { readonly recognised: InvoiceState['recognised']; readonly earlier: readonly CreditMemo[] };
type Credited = Pick<Invoice, 'earlier'>;

/** Goods of one line: of their deferred revenue and of the cost that waits with it, minor units; of a kit also by component. */
type Part = { readonly qty: bigint; readonly deferred: Minor; readonly cost: Minor; readonly costs: readonly Minor[] };

const partOf = ({ qty: size, deferred, cost, costs = [] }: Omit<UnearnedLine, 'invoiceLineId'>): Part => ({
  ...{ qty: qty(size), deferred: minor(deferred), cost: minor(cost), costs: costs.map((each) => minor(each)) },
});

const textOf = (invoiceLineId: string, { qty: size, deferred, cost, costs }: Part): UnearnedLine => ({
  ...{ invoiceLineId, qty: qtyText(size), deferred: minorText(deferred), cost: minorText(cost) },
  ...(costs.length === 0 ? {} : { costs: costs.map(minorText) }),
});

const wholeOf = ({ qty: size, gross, discount, cost, costs = [] }: InvoiceLine): Part => ({
  ...{ qty: qty(size), deferred: minor(gross) - minor(discount), cost: minor(cost) },
  costs: costs.map((each) => minor(each.cost)),
});

const plus = (a: Part, b: Part, sign: 1n | -1n = 1n): Part => ({
  qty: a.qty + sign * b.qty,
  deferred: a.deferred + sign * b.deferred,
  cost: a.cost + sign * b.cost,
  costs: (a.costs.length === 0 ? b.costs : a.costs).map(
    (_, index) => (a.costs[index] ?? 0n) + sign * (b.costs[index] ?? 0n),
  ),
});

const nothing: Part = { qty: 0n, deferred: 0n, cost: 0n, costs: [] };

/** (from, from + size] of it (R6). */
const shareOf = (whole: Part, from: bigint, size: bigint): Part => {
  const cost = share(whole.cost, whole.qty, from, size);
  const deferred = share(whole.deferred, whole.qty, from, size);
  return { qty: size, deferred, cost, costs: partialCosts(whole.costs, whole.qty, from, size) };
};

const creditedLines = ({ earlier }: Credited, invoiceLineId: string): readonly CreditLine[] =>
  earlier.flatMap(({ lines }) => lines).filter((line) => line.invoiceLineId === invoiceLineId);

const creditedQty = (invoice: Credited, invoiceLineId: string): bigint =>
  creditedLines(invoice, invoiceLineId).reduce((sum, line) => sum + qty(line.qty), 0n);

/** What credit memos took of the line before it was earned. */
const takenOf = (invoice: Credited, invoiceLineId: string): Part =>
  creditedLines(invoice, invoiceLineId).reduce((sum, { deferred, qty: size, cost = '0', costs = [] }) => {
    if (deferred === undefined) return sum;
    return plus(sum, partOf({ qty: size, deferred, cost, costs: costs.map((each) => each.cost) }));
  }, nothing);

type Lost = { readonly shipmentLineId: string; readonly qty: string };

/** By line of the draft what of it is not earned by a delivery: what was taken back, and what is lost and will be. */
export const unearnedLines = (
  invoice: Credited,
  lines: readonly InvoiceLine[],
  lost: readonly Lost[],
): readonly UnearnedLine[] => {
  const left = new Map<string, bigint>();
  for (const { shipmentLineId, qty: size } of lost)
    left.set(shipmentLineId, (left.get(shipmentLineId) ?? 0n) + qty(size));
  for (const { invoiceLineId, shipmentLineId } of lines)
    left.set(shipmentLineId, (left.get(shipmentLineId) ?? 0n) - takenOf(invoice, invoiceLineId).qty);
  return lines.flatMap((line) => {
    const { invoiceLineId, shipmentLineId } = line;
    const [whole, before] = [wholeOf(line), creditedQty(invoice, invoiceLineId)];
    const waiting = left.get(shipmentLineId) ?? 0n;
    const size = waiting > 0n ? minQty(waiting, whole.qty - before) : 0n;
    left.set(shipmentLineId, waiting - size);
    const all = plus(takenOf(invoice, invoiceLineId), shareOf(whole, before, size));
    return all.qty === 0n ? [] : [textOf(invoiceLineId, all)];
  });
};

/** The line without what is not earned; undefined: nothing is left of it. */
export const earnedOf = (line: InvoiceLine, unearned: readonly UnearnedLine[]): InvoiceLine | undefined => {
  const out = unearned.find(({ invoiceLineId }) => invoiceLineId === line.invoiceLineId);
  if (out === undefined) return line;
  const { qty: size, deferred, cost, costs } = plus(wholeOf(line), partOf(out), -1n);
  if (size === 0n) return undefined;
  // The discount of what is left is its cumulative share, and the rest of what is deferred is net of it.
  const discount = share(minor(line.discount), qty(line.qty), 0n, size);
  return {
    ...{ ...line, qty: qtyText(size), gross: minorText(deferred + discount), discount: minorText(discount) },
    ...{ net: minorText(deferred), cost: minorText(cost) },
    ...(line.costs === undefined
      ? {}
      : { costs: line.costs.map((each, index) => ({ ...each, cost: minorText(costs[index] ?? 0n) })) }),
  };
};

/** What a credit memo for goods that were lost takes of what waits; undefined: they have been earned. */
export const takenBack = (
  invoice: Invoice,
  line: InvoiceLine,
  size: bigint,
): Pick<CreditLine, 'deferred' | 'cost' | 'costs'> | undefined => {
  const { invoiceLineId } = line;
  const { recognised } = invoice;
  const left = recognised?.unearned?.find((each) => each.invoiceLineId === invoiceLineId);
  const waiting = plus(left === undefined ? nothing : partOf(left), takenOf(invoice, invoiceLineId), -1n);
  if (recognised !== null && waiting.qty < size) return undefined;
  const { deferred, cost, costs } =
    recognised === null
      ? shareOf(wholeOf(line), creditedQty(invoice, invoiceLineId), size)
      : shareOf(waiting, 0n, size);
  return {
    ...{ deferred: minorText(deferred), cost: minorText(cost) },
    ...(line.costs === undefined
      ? {}
      : { costs: line.costs.map((each, index) => ({ ...each, cost: minorText(costs[index] ?? 0n) })) }),
  };
};
