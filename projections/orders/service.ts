import { promisedDateOf } from '../../domain/order/promiseFit.ts';
import type { PromiseParts } from '../../domain/order/promiseParts.ts';
import type { BucketTexts, LineBuckets } from '../../domain/order/quantities.ts';
import type { Departure, ServiceRecord, SourcingRecord } from './rows.ts';

export const nothingServed: ServiceRecord = { departures: [] };

/** All of the line has its place, and each place a day. */
const isWhollyPromised = ({ waiting }: PromiseParts, { unsourced }: LineBuckets): boolean =>
  unsourced === 0n && waiting.every(({ shipDate }) => shipDate !== null);

/** Keeps the first day on which all of a line is to leave. */
export const promisedFirst = (sourcing: SourcingRecord, buckets: LineBuckets): SourcingRecord => {
  const { served, parts } = sourcing;
  if (served === undefined || served.promised !== undefined || !isWhollyPromised(parts, buckets)) return sourcing;
  const promised = promisedDateOf(parts);
  return promised === null ? sourcing : { ...sourcing, served: { ...served, promised } };
};

/** By order line: several reservations of it may lie in one confirmation. */
export const sumByLine = (
  lines: readonly { readonly lineId: string; readonly qty: string }[],
): ReadonlyMap<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const { lineId, qty } of lines) sums.set(lineId, (sums.get(lineId) ?? 0n) + BigInt(qty));
  return sums;
};

type Left = { readonly shipmentId: string; readonly node: string; readonly qty: bigint; readonly shippedAt: string };

/** A shipment that is confirmed again keeps what left first, and learns when the latest of it did. */
export const departed = (
  departures: readonly Departure[],
  { shipmentId, node, qty, shippedAt }: Left,
  { ordered, cancelled }: Pick<BucketTexts, 'ordered' | 'cancelled'>,
): readonly Departure[] => {
  if (qty === 0n) return departures;
  if (!departures.some((each) => each.shipmentId === shipmentId)) {
    const wanted = (BigInt(ordered) - BigInt(cancelled)).toString();
    return [...departures, { shipmentId, node, qty: qty.toString(), wanted, last: shippedAt }];
  }
  const isLater = (last: string): boolean => Date.parse(shippedAt) > Date.parse(last);
  return departures.map((each) =>
    each.shipmentId === shipmentId && isLater(each.last) ? { ...each, last: shippedAt } : each,
  );
};
