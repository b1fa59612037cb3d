import { minor, minorText } from '../money.ts';
import { partialCost } from '../pricing/lineAmounts.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import type { ConfirmedLine } from '../shipment/events.ts';
import type { Resolution } from '../shipment/overshipmentEvents.ts';
import { valueAt, withEntry } from '../stock/orderedMap.ts';
import { ulidOfUuid } from './documentIds.ts';
import type { BilledInterval, OrderToCashMemory, OrderToCashState, RememberedLine } from './memory.ts';
import type { BilledPart, PlannedInvoice } from './stepPayloads.ts';

type Interval = { readonly from: bigint; readonly to: bigint };

/** The lowest parts of (0, ∞) that no invoice has billed yet, `amount` units in all. `billed` ascends and does not overlap. */
export const freeIntervals = (billed: readonly Interval[], amount: bigint): readonly Interval[] => {
  const free: Interval[] = [];
  let left = amount;
  let start = 0n;
  for (const { from, to } of billed) {
    const size = minQty(left, from - start);
    if (size > 0n) free.push({ from: start, to: start + size });
    left -= size > 0n ? size : 0n;
    start = to;
  }
  if (left > 0n) free.push({ from: start, to: start + left });
  return free;
};

const sizeOf = (intervals: readonly Interval[]): bigint => intervals.reduce((sum, { from, to }) => sum + to - from, 0n);

/** Goods beyond what is ordered and not cancelled are not billed before somebody decides that they are. */
const billableQty = (line: RememberedLine, billed: readonly Interval[], confirmed: bigint): bigint => {
  const owed = minQty(line.shipped, line.ordered - line.cancelled + line.overBilled) - sizeOf(billed);
  const billable = minQty(confirmed, owed);
  return billable > 0n ? billable : 0n;
};

/** Of what is billed only. */
type Billable = Pick<ConfirmedLine, 'lineId' | 'item' | 'qty' | 'cost'>;

const partsOf = (confirmed: Billable, intervals: readonly Interval[]): readonly BilledPart[] => {
  let before = 0n;
  return intervals.map(({ from, to }) => {
    const size = to - from;
    const cost = partialCost(minor(confirmed.cost), qty(confirmed.qty), before, size);
    before += size;
    const { lineId, item } = confirmed;
    return { lineId, item, fromQty: qtyText(from), qty: qtyText(size), cost: minorText(cost) };
  });
};

/**
 * What one confirmation bills, decided here because this process is the only writer of what is billed per order: two
 * confirmations can never bill the same part of a line. Null when nothing may be billed.
 */
export const planInvoice = (
  state: OrderToCashState,
  confirmationEventId: string,
  confirmedLines: readonly ConfirmedLine[],
): { readonly invoice: PlannedInvoice | null; readonly memory: Pick<OrderToCashMemory, 'lines' | 'invoice'> } => {
  const invoiceId = ulidOfUuid(confirmationEventId);
  let { lines, billed } = state;
  const parts: BilledPart[] = [];
  for (const confirmed of confirmedLines) {
    const before = valueAt(lines, confirmed.lineId);
    if (before === undefined) continue;
    const line = { ...before, shipped: before.shipped + qty(confirmed.qty) };
    const known: readonly BilledInterval[] = valueAt(billed, confirmed.lineId) ?? [];
    const free = freeIntervals(known, billableQty(line, known, qty(confirmed.qty)));
    const own = free.map((interval) => ({ ...interval, invoiceId }));
    lines = withEntry(lines, confirmed.lineId, line);
    billed = withEntry(
      billed,
      confirmed.lineId,
      [...known, ...own].sort((a, b) => (a.from < b.from ? -1 : 1)),
    );
    parts.push(...partsOf(confirmed, free));
  }
  const changed = [...new Set(confirmedLines.map((line) => line.lineId))].flatMap(
    (lineId) => valueAt(lines, lineId) ?? [],
  );
  const memory = { lines: changed.map(rememberedText) };
  if (parts.length === 0) return { invoice: null, memory };
  const withCharges = state.chargesOn === null;
  const billedParts = parts.map(({ lineId, fromQty, qty: size }) => ({
    lineId,
    from: fromQty,
    to: qtyText(qty(fromQty) + qty(size)),
  }));
  return {
    invoice: { invoiceId, withCharges, lines: parts },
    memory: { ...memory, invoice: { invoiceId, withCharges, parts: billedParts } },
  };
};

/** Goods of an over-shipment are billed behind, or between, what is billed of their line: the cumulative method goes on (R6). */
export const planExcess = (
  state: OrderToCashState,
  resolvedEventId: string,
  { lineId, item, excess, parts }: Pick<Resolution, 'lineId' | 'item' | 'excess' | 'parts'>,
): { readonly invoice: PlannedInvoice; readonly memory: Pick<OrderToCashMemory, 'lines' | 'invoice'> } | undefined => {
  const line = valueAt(state.lines, lineId);
  if (line === undefined) return undefined;
  const invoiceId = ulidOfUuid(resolvedEventId);
  let billed: readonly Interval[] = valueAt(state.billed, lineId) ?? [];
  const lines = parts.flatMap(({ shipmentLineId, qty: size, cost }): readonly BilledPart[] => {
    const free = freeIntervals(billed, qty(size));
    billed = [...billed, ...free].sort((a, b) => (a.from < b.from ? -1 : 1));
    return partsOf({ lineId, item, qty: size, cost }, free).map((part) => ({ ...part, shipmentLineId }));
  });
  const withCharges = state.chargesOn === null;
  const billedParts = lines.map(({ fromQty, qty: size }) => ({
    ...{ lineId, from: fromQty, to: qtyText(qty(fromQty) + qty(size)) },
  }));
  return {
    invoice: { invoiceId, withCharges, lines },
    memory: {
      lines: [rememberedText({ ...line, overBilled: line.overBilled + qty(excess) })],
      invoice: { invoiceId, withCharges, parts: billedParts },
    },
  };
};

export const rememberedText = (line: RememberedLine): NonNullable<OrderToCashMemory['lines']>[number] => ({
  lineId: line.lineId,
  ordered: qtyText(line.ordered),
  cancelled: qtyText(line.cancelled),
  shipped: qtyText(line.shipped),
  ...(line.overBilled === 0n ? {} : { overBilled: qtyText(line.overBilled) }),
});
