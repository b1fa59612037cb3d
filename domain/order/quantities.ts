import { minQty } from '../quantity.ts';

/** The quantities of one order line, base units, all ≥ 0 (spec 4.4). `allocated` contains `picked`. */
export type LineBuckets = {
  readonly ordered: bigint;
  readonly unsourced: bigint;
  readonly backordered: bigint;
  readonly reserved: bigint;
  readonly allocated: bigint;
  readonly picked: bigint;
  readonly dropship: bigint;
  readonly shipped: bigint;
  readonly overshipped: bigint;
  readonly cancelled: bigint;
  readonly invoiced: bigint;
  readonly gifted: bigint;
  readonly returned: bigint;
  readonly credited: bigint;
};

export type LineStatus =
  | 'REJECTED'
  | 'CANCELLED'
  | 'CLOSED'
  | 'ON_HOLD'
  | 'INVOICED'
  | 'PARTIALLY_INVOICED'
  | 'SHIPPED'
  | 'PARTIALLY_SHIPPED'
  | 'PICKED'
  | 'RELEASED'
  | 'RESERVED'
  | 'PARTIALLY_RESERVED'
  | 'DROPSHIP_ORDERED'
  | 'BACKORDERED'
  | 'SOURCING'
  | 'PENDING';

export type OrderStatus =
  | 'PENDING'
  | 'ON_HOLD'
  | 'OPEN'
  | 'PARTIALLY_SHIPPED'
  | 'SHIPPED'
  | 'COMPLETED'
  | 'CANCELLED'
  | 'REJECTED';

export const emptyBuckets: LineBuckets = {
  ordered: 0n,
  unsourced: 0n,
  backordered: 0n,
  reserved: 0n,
  allocated: 0n,
  picked: 0n,
  dropship: 0n,
  shipped: 0n,
  overshipped: 0n,
  cancelled: 0n,
  invoiced: 0n,
  gifted: 0n,
  returned: 0n,
  credited: 0n,
};

/** As rows and answers carry them. */
export type BucketTexts = Readonly<Record<keyof LineBuckets, string>>;

// Name by name: this runs several times for each line of each event, and built from a list of names it takes as long as the rest.

/** From their texts, also those of a row that has more. */
export const bucketsOf = (texts: BucketTexts): LineBuckets => ({
  ordered: BigInt(texts.ordered),
  unsourced: BigInt(texts.unsourced),
  backordered: BigInt(texts.backordered),
  reserved: BigInt(texts.reserved),
  allocated: BigInt(texts.allocated),
  picked: BigInt(texts.picked),
  dropship: BigInt(texts.dropship),
  shipped: BigInt(texts.shipped),
  overshipped: BigInt(texts.overshipped),
  cancelled: BigInt(texts.cancelled),
  invoiced: BigInt(texts.invoiced),
  gifted: BigInt(texts.gifted),
  returned: BigInt(texts.returned),
  credited: BigInt(texts.credited),
});

export const bucketTexts = (buckets: LineBuckets): BucketTexts => ({
  ordered: buckets.ordered.toString(),
  unsourced: buckets.unsourced.toString(),
  backordered: buckets.backordered.toString(),
  reserved: buckets.reserved.toString(),
  allocated: buckets.allocated.toString(),
  picked: buckets.picked.toString(),
  dropship: buckets.dropship.toString(),
  shipped: buckets.shipped.toString(),
  overshipped: buckets.overshipped.toString(),
  cancelled: buckets.cancelled.toString(),
  invoiced: buckets.invoiced.toString(),
  gifted: buckets.gifted.toString(),
  returned: buckets.returned.toString(),
  credited: buckets.credited.toString(),
});

/** What still has to leave: everything of the line that is neither shipped nor cancelled. */
export const openQty = (b: LineBuckets): bigint => b.unsourced + b.backordered + b.reserved + b.allocated + b.dropship;

/** The buckets that goods which left beyond their own release are taken from, in this order (spec 4.4). */
const absorbOrder = ['unsourced', 'backordered', 'reserved', 'allocated'] as const;

export type OpenBucket = (typeof absorbOrder)[number];

/** Everything that is open of a line. What a supplier was ordered only that purchase order takes, never other goods. */
export type OpenQuantities = Readonly<Record<OpenBucket | 'dropship', bigint>>;

/** How much of `qty` each open bucket covers, in the order of spec 4.4; the rest is more than the line ever asked for. */
export const absorb = (
  open: Readonly<Record<OpenBucket, bigint>>,
  qty: bigint,
): { readonly from: Readonly<Record<OpenBucket, bigint>>; readonly rest: bigint } => {
  let rest = qty;
  const from: Record<OpenBucket, bigint> = { unsourced: 0n, backordered: 0n, reserved: 0n, allocated: 0n };
  for (const bucket of absorbOrder) {
    from[bucket] = minQty(rest, open[bucket]);
    rest -= from[bucket];
  }
  return { from, rest };
};

/**
 * The sentences of spec 4.4 that these quantities break: Q1 to Q5 and "all ≥ 0". Empty when all hold.
 * Q2 (tolerance of an over-shipment) needs the policy of item and customer; here only its bound by `shipped` is checked.
 */
export const checkEquation = (b: LineBuckets): readonly string[] => {
  const violations: string[] = [];
  for (const [name, value] of Object.entries(b)) if (value < 0n) violations.push(`${name} is negative: ${value}`);
  const covered = openQty(b) + (b.shipped - b.overshipped) + b.cancelled;
  if (covered !== b.ordered) violations.push(`Q1: ordered ${b.ordered} but accounted for ${covered}`);
  if (b.overshipped > b.shipped) violations.push(`Q2: overshipped ${b.overshipped} exceeds shipped ${b.shipped}`);
  if (b.gifted > b.overshipped) violations.push(`Q2: gifted ${b.gifted} exceeds overshipped ${b.overshipped}`);
  if (b.invoiced > b.shipped - b.gifted)
    violations.push(`Q3: invoiced ${b.invoiced} exceeds shipped ${b.shipped} − gifted ${b.gifted}`);
  if (b.returned > b.shipped) violations.push(`Q4: returned ${b.returned} exceeds shipped ${b.shipped}`);
  if (b.credited > b.invoiced) violations.push(`Q4: credited ${b.credited} exceeds invoiced ${b.invoiced}`);
  if (b.picked > b.allocated) violations.push(`Q5: picked ${b.picked} exceeds allocated ${b.allocated}`);
  return violations;
};
