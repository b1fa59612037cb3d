import { decimal, extend, minor, minorText } from '../money.ts';
import { qty, qtyText } from '../quantity.ts';
import type { TransferPiece } from './events.ts';
import { type Between, newLine, type Piece, sumOf, type TransferLine, takeOf } from './state.ts';

/** What goods that move make good first: a difference that was written off, then what moved on the other side before. */
type Side = { readonly own: keyof Between; readonly other: keyof Between; readonly writtenOff: keyof Between };

export const leaving: Side = { own: 'transit', other: 'ahead', writtenOff: 'surplus' };
export const arriving: Side = { own: 'ahead', other: 'transit', writtenOff: 'lost' };

type Moved = { readonly item: string; readonly itemGroup?: string; readonly qty: string; readonly unitCost: string };

export const pieceOf = (
  { item, itemGroup }: Pick<TransferPiece, 'item' | 'itemGroup'>,
  piece: Piece,
): TransferPiece => ({
  item,
  ...(itemGroup === undefined ? {} : { itemGroup }),
  qty: qtyText(piece.qty),
  unitCost: piece.unitCost,
  cost: minorText(piece.cost),
});

/**
 * Goods that move, by what they cost: at the cost at which the other side of them was booked, the rest at what they are worth now.
 * So both sides of one piece cost the same, whichever is told of first.
 */
export const piecesOf = (line: TransferLine, moved: Moved, currency: string, side: Side): readonly TransferPiece[] => {
  const amount = qty(moved.qty);
  const writtenOff = takeOf(line[side.writtenOff], amount).taken;
  const matched = takeOf(line[side.other], amount - sumOf(writtenOff)).taken;
  const rest = amount - sumOf(writtenOff) - sumOf(matched);
  const { unitCost } = moved;
  const news: readonly Piece[] =
    rest > 0n ? [{ qty: rest, unitCost, cost: extend(rest, decimal(unitCost), currency) }] : [];
  return [
    ...writtenOff.map((piece) => ({ ...pieceOf(moved, piece), writtenOff: true as const })),
    ...[...matched, ...news].map((piece) => pieceOf(moved, piece)),
  ];
};

/** The line after a piece moved: the exact inverse of how `piecesOf` cut it. */
export const movedBy = (line: TransferLine, piece: TransferPiece, side: Side): TransferLine => {
  const amount = qty(piece.qty);
  if (piece.writtenOff === true) {
    return { ...line, [side.writtenOff]: takeOf(line[side.writtenOff], amount).rest };
  }
  if (line[side.other].length > 0) return { ...line, [side.other]: takeOf(line[side.other], amount).rest };
  const own: Piece = { qty: amount, unitCost: piece.unitCost, cost: minor(piece.cost) };
  return { ...line, [side.own]: [...line[side.own], own] };
};

/** `change` of the line of this item, which is a new one where the transfer has none. */
export const withLine = (
  lines: readonly TransferLine[],
  { item, itemGroup }: Pick<TransferPiece, 'item' | 'itemGroup'>,
  change: (line: TransferLine) => TransferLine,
): readonly TransferLine[] => {
  const grouped = (line: TransferLine): TransferLine => (itemGroup === undefined ? line : { ...line, itemGroup });
  return lines.some((line) => line.item === item)
    ? lines.map((line) => (line.item === item ? change(grouped(line)) : line))
    : [...lines, change(grouped(newLine(item, 0n)))];
};
