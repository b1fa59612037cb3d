import type { AllocationFulfilled } from '../allocation/events.ts';
import { minor, minorText } from '../money.ts';
import { partialCost } from '../pricing/lineAmounts.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import { valueAt, valuesOf } from '../stock/orderedMap.ts';
import type { BilledInterval, OrderToCashMemory, OrderToCashState } from './memory.ts';
import type { PlannedInvoice } from './stepPayloads.ts';

// An invoice is planned when goods have left. Part of the line may be on its way to being cancelled then: the allocation
// has given it up, and the order does not know yet. What of the goods was still wanted is known when the allocation has
// counted them; the rest is over-shipped and not billed (README, decision 8).

type Fulfilled = AllocationFulfilled['data']['lines'];

/** How much of each part is billed: of a line no more than was wanted, from its lowest part on. */
const wantedSizes = (
  parts: readonly { readonly lineId: string; readonly size: bigint }[],
  fulfilled: Fulfilled,
): readonly bigint[] => {
  const left = new Map<string, bigint>();
  for (const line of fulfilled) {
    left.set(line.lineId, (left.get(line.lineId) ?? 0n) + qty(line.qty) - qty(line.overshipped));
  }
  return parts.map(({ lineId, size }) => {
    const wanted = minQty(size, left.get(lineId) ?? 0n);
    left.set(lineId, (left.get(lineId) ?? 0n) - wanted);
    return wanted;
  });
};

type Costed = { readonly lineId: string; readonly qty: string; readonly cost: string };

/**
 * What each part costs, of a part that is billed in less than was planned: by its place among the goods that the confirmation
 * sent, so that what is billed and what is beyond the order add up to the cost that they left with (R6).
 */
const costs = (planned: PlannedInvoice, sizes: readonly bigint[], confirmed: readonly Costed[]): readonly string[] => {
  const used = new Map<Costed, bigint>();
  return planned.lines.map((part, index) => {
    const whole = qty(part.qty);
    const line = confirmed.find(
      (each) => each.lineId === part.lineId && qty(each.qty) - (used.get(each) ?? 0n) >= whole,
    );
    const size = sizes[index] ?? 0n;
    if (line === undefined) return minorText(partialCost(minor(part.cost), whole, 0n, size));
    const before = used.get(line) ?? 0n;
    used.set(line, before + whole);
    return minorText(partialCost(minor(line.cost), qty(line.qty), before, size));
  });
};

/** What is left of a planned invoice; null when nothing of its goods was wanted any more. */
export const withoutOvershipped = (
  planned: PlannedInvoice,
  fulfilled: Fulfilled,
  confirmed: readonly Costed[],
): PlannedInvoice | null => {
  const sizes = wantedSizes(
    planned.lines.map((part) => ({ lineId: part.lineId, size: qty(part.qty) })),
    fulfilled,
  );
  const costOf = costs(planned, sizes, confirmed);
  const lines = planned.lines.flatMap((part, index) => {
    const size = sizes[index] ?? 0n;
    return size === 0n ? [] : [{ ...part, qty: qtyText(size), cost: costOf[index] ?? part.cost }];
  });
  return lines.length === 0 ? null : { ...planned, lines };
};

type Drafted = NonNullable<OrderToCashMemory['drafted']>;

/** What an invoice bills after all, when that is less than is remembered of it. Its charges stay with it while it bills anything. */
export const draftedLess = (state: OrderToCashState, invoiceId: string, fulfilled: Fulfilled): Drafted | undefined => {
  const planned = [...valuesOf(state.lines)].flatMap(({ lineId }) =>
    (valueAt(state.billed, lineId) ?? [])
      .filter((interval: BilledInterval) => interval.invoiceId === invoiceId)
      .map(({ from, to }) => ({ lineId, from, size: to - from })),
  );
  const sizes = wantedSizes(planned, fulfilled);
  if (planned.every(({ size }, index) => size === sizes[index])) return undefined;
  const parts = planned.flatMap(({ lineId, from }, index) => {
    const size = sizes[index] ?? 0n;
    return size === 0n ? [] : [{ lineId, from: qtyText(from), to: qtyText(from + size) }];
  });
  return { invoiceId, withCharges: parts.length > 0 && state.chargesOn === invoiceId, parts };
};
