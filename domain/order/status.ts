import { type LineBuckets, type LineStatus, type OrderStatus, openQty } from './quantities.ts';

/** What, beside the quantities, decides a line's status. `held`: an open blocking hold on the order or on this line. */
export type LineFacts = {
  readonly buckets: LineBuckets;
  readonly accepted: boolean;
  readonly rejected: boolean;
  readonly held: boolean;
  readonly returnOpen: boolean;
};

/** The status table of spec 4.4: the first row that applies wins. */
export const lineStatus = ({ buckets: b, accepted, rejected, held, returnOpen }: LineFacts): LineStatus => {
  const nothingOpen = openQty(b) === 0n;
  const fullyInvoiced = b.invoiced === b.shipped - b.gifted;
  if (rejected) return 'REJECTED';
  if (b.cancelled === b.ordered && b.shipped === 0n) return 'CANCELLED';
  if (nothingOpen && fullyInvoiced && !returnOpen) return 'CLOSED';
  if (held) return 'ON_HOLD';
  if (nothingOpen && fullyInvoiced) return 'INVOICED';
  if (b.invoiced > 0n) return 'PARTIALLY_INVOICED';
  if (nothingOpen && b.shipped > 0n) return 'SHIPPED';
  if (b.shipped > 0n) return 'PARTIALLY_SHIPPED';
  if (b.picked > 0n && b.picked === b.allocated) return 'PICKED';
  if (b.allocated > 0n) return 'RELEASED';
  if (b.reserved > 0n && b.reserved === b.ordered - b.cancelled) return 'RESERVED';
  if (b.reserved > 0n) return 'PARTIALLY_RESERVED';
  if (b.dropship > 0n) return 'DROPSHIP_ORDERED';
  if (b.backordered > 0n) return 'BACKORDERED';
  if (accepted && b.unsourced > 0n) return 'SOURCING';
  return 'PENDING';
};

/**
 * The order's status as a function of its lines, the most final first. An order with one held line is ON_HOLD, because
 * someone has to look at it; finished lines do not keep the rest from being PENDING, SHIPPED and so on.
 */
export const orderStatus = (
  lines: readonly { readonly status: LineStatus; readonly buckets: LineBuckets }[],
): OrderStatus => {
  const all = (...statuses: readonly LineStatus[]) => lines.every((line) => statuses.includes(line.status));
  if (lines.length === 0) return 'PENDING';
  if (all('REJECTED')) return 'REJECTED';
  if (all('CANCELLED')) return 'CANCELLED';
  if (all('CANCELLED', 'CLOSED')) return 'COMPLETED';
  if (lines.some((line) => line.status === 'ON_HOLD')) return 'ON_HOLD';
  if (lines.every((line) => openQty(line.buckets) === 0n)) return 'SHIPPED';
  if (lines.some((line) => line.buckets.shipped > 0n)) return 'PARTIALLY_SHIPPED';
  if (all('CANCELLED', 'PENDING')) return 'PENDING';
  return 'OPEN';
};
