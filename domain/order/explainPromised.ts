import type { Day } from '../calendar.ts';
import { maxQty, qty, qtyText } from '../quantity.ts';
import type { PromiseParts, ReservedPart, WaitingPart } from './promiseParts.ts';
import { type LineBuckets, openQty } from './quantities.ts';

export type PromisedPick = {
  readonly node: string;
  readonly qty: string;
  readonly shipDate: Day;
  readonly state: 'OPEN' | 'SHIPPED';
  /** A supplier sends them. */
  readonly dropShip?: NonNullable<ReservedPart['dropShip']>;
};

/** What a line's promise comes to now. Quantities in base units, as integer text. */
export type PromisedLine = {
  /** What comes from stock, from all decisions that still count. */
  readonly picks: readonly PromisedPick[];
  readonly waiting: readonly WaitingPart[];
  /** Still to be shipped and not reserved anywhere. */
  readonly shortage: string;
  /** Still to be shipped and without a date. */
  readonly undated: string;
  readonly explanation: readonly string[];
};

/** One per node, day and state. */
const picksOf = ({ reserved, shipped }: PromiseParts): readonly PromisedPick[] => {
  const byKey = new Map<string, PromisedPick>();
  const all = [
    ...shipped.map((part) => ({ ...part, state: 'SHIPPED' as const })),
    ...reserved.map((part) => ({ ...part, state: 'OPEN' as const })),
  ];
  for (const { node, qty: amount, shipDate, state, ...more } of all) {
    const key = `${state} ${shipDate} ${node}`;
    const before = qty(byKey.get(key)?.qty ?? '0');
    const supplied = 'dropShip' in more && more.dropShip !== undefined ? { dropShip: more.dropShip } : {};
    byKey.set(key, { node, qty: qtyText(before + qty(amount)), shipDate, state, ...supplied });
  }
  return [...byKey.values()];
};

const pickSentence = ({ node, qty: amount, shipDate, state, dropShip }: PromisedPick): string => {
  if (state === 'SHIPPED') return `${amount} left ${node}, promised for ${shipDate}.`;
  return dropShip === undefined
    ? `${node} gives ${amount} from stock, leaving on ${shipDate}.`
    : `${node} sends ${amount} straight to the customer, leaving by ${shipDate}.`;
};

const waitingSentence = ({ node, qty: amount, expectedDate, shipDate, leadTimeDays }: WaitingPart): string => {
  const start = `${amount} waits at ${node}`;
  if (expectedDate === null) return `${start}, and no announced supply covers it yet.`;
  const leaving = shipDate === null ? '' : `, leaving on ${shipDate}`;
  return leadTimeDays === null
    ? `${start}, to be covered by supply that is available on ${expectedDate}${leaving}.`
    : `${start}, to be had by the lead time of ${leadTimeDays} days on ${expectedDate}${leaving}.`;
};

/** Everything here follows from the parts and the quantities of this moment, so it cannot go stale. */
export const promisedLine = (parts: PromiseParts, buckets: LineBuckets): PromisedLine => {
  const picks = picksOf(parts);
  const dated = [...parts.reserved, ...parts.waiting.filter((part) => part.shipDate !== null)].reduce(
    (sum, part) => sum + qty(part.qty),
    0n,
  );
  const undated = maxQty(0n, openQty(buckets) - dated);
  const explanation = [...picks.map(pickSentence), ...parts.waiting.map(waitingSentence)];
  if (buckets.unsourced > 0n) explanation.push(`${buckets.unsourced} is not sourced yet.`);
  if (buckets.cancelled > 0n) explanation.push(`${buckets.cancelled} was cancelled.`);
  if (undated > 0n) explanation.push(`${undated} of ${buckets.ordered} has no date; the date is that of the rest.`);
  return {
    picks,
    waiting: parts.waiting,
    shortage: qtyText(buckets.unsourced + buckets.backordered),
    undated: qtyText(undated),
    explanation,
  };
};
