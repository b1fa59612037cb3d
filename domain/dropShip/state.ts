import { maxQty } from '../quantity.ts';
import type { DropShipPlaced } from './events.ts';

/** One line of a purchase order. All quantities base units, cumulative, ≥ 0. */
export type DropShipLineState = {
  readonly lineId: string;
  readonly item: string;
  readonly itemGroup?: string;
  readonly unitCost: string;
  readonly ordered: bigint;
  readonly acknowledged: bigint;
  readonly refused: bigint;
  readonly cancelled: bigint;
  /** Everything that left, `excess` included. */
  readonly shipped: bigint;
  /** Part of `shipped` beyond what was still open. */
  readonly excess: bigint;
  readonly billed: bigint;
};

/** What came in under an id of the supplier's. */
export type Told = { readonly id: string; readonly contentSha256: string };

export type DropShipState = {
  readonly placed: DropShipPlaced['data'] | null;
  readonly lines: readonly DropShipLineState[];
  readonly acknowledgements: readonly Told[];
  readonly notices: readonly Told[];
  readonly bills: readonly Told[];
  readonly changeIds: readonly string[];
};

export const initialDropShip: DropShipState = {
  placed: null,
  lines: [],
  acknowledgements: [],
  notices: [],
  bills: [],
  changeIds: [],
};

type Quantities = Pick<DropShipLineState, 'ordered' | 'refused' | 'cancelled' | 'shipped' | 'excess'>;

/** Still to come from the supplier. */
export const openOf = ({ ordered, refused, cancelled, shipped, excess }: Quantities): bigint =>
  maxQty(0n, ordered - refused - cancelled - (shipped - excess));

export const dropShipStatuses = [
  'PLACED',
  'ACKNOWLEDGED',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'BILLED',
  'REFUSED',
  'CANCELLED',
] as const;
export type DropShipStatus = (typeof dropShipStatuses)[number];

const some = (lines: readonly DropShipLineState[], of: (line: DropShipLineState) => bigint): boolean =>
  lines.some((line) => of(line) > 0n);

/** Derived, never stored in the log. REFUSED and CANCELLED: nothing left and nothing is to come. */
export const dropShipStatus = (lines: readonly DropShipLineState[]): DropShipStatus => {
  const isOpen = some(lines, openOf);
  if (some(lines, ({ shipped }) => shipped)) {
    if (isOpen) return 'PARTIALLY_SHIPPED';
    return some(lines, ({ shipped, billed }) => shipped - billed) ? 'SHIPPED' : 'BILLED';
  }
  if (!isOpen) return some(lines, ({ refused }) => refused) ? 'REFUSED' : 'CANCELLED';
  return some(lines, ({ acknowledged }) => acknowledged) ? 'ACKNOWLEDGED' : 'PLACED';
};
