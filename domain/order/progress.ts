import type { OrderEvent } from './events.ts';
import { type BucketTexts, bucketsOf, type LineStatus, type OrderStatus } from './quantities.ts';
import { lineStatus } from './status.ts';

/** What moves how far an order is. The quantities themselves moved with the shipment or the invoice before. */
export const progressTypes = [
  'OrderLineProgressed',
  'OrderLineCancelled',
  'OrderLineAdded',
  'OrderLineChanged',
] as const satisfies readonly OrderEvent['type'][];

/** How far a line is for whoever only counts what left and what was billed: where its open quantity lies is not told. */
const progressStatuses = [
  'OPEN',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'PARTIALLY_INVOICED',
  'CLOSED',
  'CANCELLED',
] as const satisfies readonly (LineStatus | 'OPEN')[];
export type ProgressStatus = (typeof progressStatuses)[number];

/** Of orders of which something can still become. */
export const openStatuses = [
  'PENDING',
  'ON_HOLD',
  'OPEN',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
] as const satisfies readonly OrderStatus[];
export type OpenStatus = (typeof openStatuses)[number];

/** Base units of the item, as integer text. */
export type LineProgress = {
  readonly lineId: string;
  readonly status: ProgressStatus;
  readonly shipped: string;
  readonly invoiced: string;
  readonly cancelled: string;
};

const isProgress = (status: LineStatus | ProgressStatus): status is ProgressStatus =>
  (progressStatuses as readonly string[]).includes(status);

/** A hold and a return that is open change nothing of it. */
export const progressOf = (lineId: string, texts: BucketTexts): LineProgress => {
  const facts = { accepted: true, rejected: false, held: false, returnOpen: false };
  const status = lineStatus({ buckets: bucketsOf(texts), ...facts });
  const { shipped, invoiced, cancelled } = texts;
  return { lineId, status: isProgress(status) ? status : 'OPEN', shipped, invoiced, cancelled };
};

export const isUntouched = ({ status, shipped, invoiced, cancelled }: Omit<LineProgress, 'lineId'>): boolean =>
  status === 'OPEN' && [shipped, invoiced, cancelled].every((quantity) => quantity === '0');
