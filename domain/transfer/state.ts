import type { Day } from '../calendar.ts';
import { divideRounded, type Minor } from '../money.ts';
import { maxQty, minQty } from '../quantity.ts';

/** Goods at one unit cost; `cost` in minor units. */
export type Piece = { readonly qty: bigint; readonly unitCost: string; readonly cost: Minor };

/** What is between the two nodes, oldest first; `lost` and `surplus` are what was written off of `transit` and `ahead`. */
export type Between = {
  /** Left, and did not come. */
  readonly transit: readonly Piece[];
  /** Came, and is not known to have left. */
  readonly ahead: readonly Piece[];
  readonly lost: readonly Piece[];
  readonly surplus: readonly Piece[];
};

/** One item. `ordered` is 0 of one that the order does not have. */
export type TransferLine = Between & {
  readonly item: string;
  readonly itemGroup?: string;
  readonly ordered: bigint;
  readonly shipped: bigint;
  readonly received: bigint;
};

/** What was told of goods that left or came. `complete`: nothing more will. */
type Told = { readonly id: string; readonly contentSha256: string; readonly at: string; readonly complete: boolean };

export type TransferState = {
  readonly ordered: {
    readonly transferId: string;
    readonly bu: string;
    readonly from: string;
    readonly to: string;
    readonly currency: string;
  } | null;
  readonly expectedOn: Day;
  readonly lines: readonly TransferLine[];
  readonly shippings: readonly Told[];
  readonly receipts: readonly Told[];
  readonly closed: boolean;
};

export const initialTransfer: TransferState = {
  ordered: null,
  expectedOn: '',
  lines: [],
  shippings: [],
  receipts: [],
  closed: false,
};

export const newLine = (item: string, ordered: bigint): TransferLine => ({
  ...{ item, ordered, shipped: 0n, received: 0n },
  ...{ transit: [], ahead: [], lost: [], surplus: [] },
});

export const lineOf = ({ lines }: Pick<TransferState, 'lines'>, item: string): TransferLine =>
  lines.find((line) => line.item === item) ?? newLine(item, 0n);

export const sumOf = (pieces: readonly Piece[]): bigint => pieces.reduce((sum, { qty }) => sum + qty, 0n);

/**
 * Up to `amount` of `pieces`, oldest first. Of a piece that is taken in parts the last part costs what is left of it, so the
 * parts cost what the whole did.
 */
export const takeOf = (
  pieces: readonly Piece[],
  amount: bigint,
): { readonly taken: readonly Piece[]; readonly rest: readonly Piece[] } => {
  const taken: Piece[] = [];
  const rest: Piece[] = [];
  let left = amount;
  for (const piece of pieces) {
    const qty = minQty(left, piece.qty);
    const cost = qty === piece.qty ? piece.cost : divideRounded(piece.cost * qty, piece.qty);
    if (qty > 0n) taken.push({ ...piece, qty, cost });
    if (qty < piece.qty) rest.push({ ...piece, qty: piece.qty - qty, cost: piece.cost - cost });
    left -= qty;
  }
  return { taken, rest };
};

type At = Pick<Told, 'at' | 'complete'>;

/** What both ends have said so far, in whatever order it was told. */
export type Said = { readonly shippings: readonly At[]; readonly receipts: readonly At[]; readonly closed: boolean };

const allLeftOf = ({ shippings }: Said): boolean => shippings.some(({ complete }) => complete);

/** The receiver said that nothing more comes, and nothing left after that. */
const allCameOf = ({ shippings, receipts }: Said): boolean => {
  const saidAt = receipts.filter(({ complete }) => complete).map(({ at }) => Date.parse(at));
  return saidAt.length > 0 && shippings.every(({ at }) => Date.parse(at) <= Math.max(...saidAt));
};

/** How much of an item is to come to the node in all, what came counted in; 0: nothing is, or nothing more. */
export const expectedOf = (state: TransferState, line: TransferLine): bigint => {
  if (allCameOf(state)) return 0n;
  const onTheWay = sumOf(line.transit);
  if (state.closed) return onTheWay > 0n ? line.received + onTheWay : 0n;
  return allLeftOf(state) ? line.shipped : maxQty(line.ordered, line.shipped);
};

/** DIFFERENCE: what left and what came are not the same, and the transfer is closed or the receiver has all that comes. */
export const transferStatuses = ['ORDERED', 'SHIPPED', 'PARTLY_RECEIVED', 'RECEIVED', 'DIFFERENCE', 'CLOSED'] as const;
export type TransferStatus = (typeof transferStatuses)[number];

/** `open`: what left and did not come; below zero: what came and is not known to have left. What was written off is none. */
type Figures = { readonly ordered: bigint; readonly shipped: bigint; readonly received: bigint; readonly open: bigint };

export const transferStatus = (lines: readonly Figures[], said: Said): TransferStatus => {
  const differs = lines.some(({ open }) => open !== 0n);
  const [{ closed }, allCame] = [said, allCameOf(said)];
  if (differs && (closed || allCame)) return 'DIFFERENCE';
  if (closed) return 'CLOSED';
  if (lines.every(({ received }) => received === 0n)) {
    return lines.some(({ shipped }) => shipped > 0n) ? 'SHIPPED' : 'ORDERED';
  }
  const isWhole = allLeftOf(said) || allCame || lines.every(({ ordered, shipped }) => shipped >= ordered);
  return isWhole && !differs ? 'RECEIVED' : 'PARTLY_RECEIVED';
};
