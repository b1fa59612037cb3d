import { emptyBuckets, type LineBuckets, type LineStatus } from '../../domain/order/quantities.ts';
import type { ToldLine, ToldOrder } from '../../domain/webhook/toldOrder.ts';

type StoredLine = {
  readonly lineId: string;
  readonly item: string;
  readonly uom: string;
  readonly status: LineStatus;
  /** Base units as text; what is not there is none. */
  readonly qty: Readonly<Partial<Record<keyof LineBuckets, string>>>;
};

/** An order between two batches, as its row has it in JSON. */
export type StoredOrder = Omit<ToldOrder, 'holds' | 'lines'> & {
  readonly holds: readonly (readonly [holdId: string, lineId: string | null])[];
  readonly lines: readonly StoredLine[];
};

/**
 * An order in a row: as the table gave it, or as it was folded since. It becomes JSON when the row is written, which is once for
 * a batch, and not with every event: an order of two thousand lines has twelve thousand events.
 */
export type KeptOrder = StoredOrder | { readonly order: ToldOrder; readonly toJSON: () => StoredOrder };

const bucketNames = Object.keys(emptyBuckets) as readonly (keyof LineBuckets)[];

const storedLine = ({ lineId, item, uom, status, buckets }: ToldLine): StoredLine => {
  const some = bucketNames.filter((name) => buckets[name] !== 0n);
  return { lineId, item, uom, status, qty: Object.fromEntries(some.map((name) => [name, `${buckets[name]}`])) };
};

const toldLine = ({ qty, ...line }: StoredLine): ToldLine => {
  const some = Object.entries(qty).map(([name, text]) => [name, BigInt(text)]);
  return { ...line, buckets: { ...emptyBuckets, ...Object.fromEntries(some) } };
};

const storedOrder = ({ holds, lines, ...order }: ToldOrder): StoredOrder => ({
  ...order,
  holds: [...holds],
  lines: [...lines.values()].map(storedLine),
});

export const kept = (order: ToldOrder): KeptOrder => ({ order, toJSON: () => storedOrder(order) });

export const orderIn = (row: KeptOrder): ToldOrder => {
  if ('order' in row) return row.order;
  const { holds, lines, ...order } = row;
  const byId = lines.map((line) => [line.lineId, toldLine(line)] as const);
  return { ...order, holds: new Map(holds), lines: new Map(byId) };
};
