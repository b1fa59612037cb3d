import type { OrderedLine, PartnerWords } from '../../../commands/ports.ts';
import { printable } from '../../../domain/edi/printable.ts';
import { type Decimal, decimal, decimalText } from '../../../domain/money.ts';
import { type Segment, segment } from '../x12/interchange.ts';

/** A day or an instant as CCYYMMDD. */
export const x12Date = (at: string): string => at.slice(0, 10).replaceAll('-', '');

/** The time of day of an instant as HHMM, UTC. */
export const x12Time = (at: string): string => at.slice(11, 16).replace(':', '');

const timesExactly = ({ digits, scale }: Decimal, num: bigint, den: bigint): Decimal | undefined =>
  (digits * num) % den === 0n ? { digits: (digits * num) / den, scale } : undefined;

export type InUnit = { readonly qty: string; readonly uom: string; readonly unitPrice: string };

/**
 * A quantity of base units and the price of one, in the unit that the line was ordered in; in base units where that would not
 * be exact, because quantity times price has to stay what it is.
 */
export const inOrderedUnit = (line: OrderedLine, baseQty: string, words: PartnerWords): InUnit => {
  const { num, den } = line.conversion;
  const [qty, perUnit, units] = [BigInt(baseQty), BigInt(num), BigInt(den)];
  const unitPrice = timesExactly(decimal(line.unitPrice), perUnit, units);
  return (qty * units) % perUnit === 0n && unitPrice !== undefined
    ? { qty: `${(qty * units) / perUnit}`, uom: words.uom(line.uom), unitPrice: decimalText(unitPrice) }
    : { qty: baseQty, uom: words.uom(line.baseUom), unitPrice: decimalText(decimal(line.unitPrice)) };
};

/** Several quantities of one line in one unit, so that a reader can add them up. */
export const inOneUnit = (line: OrderedLine, baseQtys: readonly string[], words: PartnerWords): readonly InUnit[] => {
  const told = baseQtys.map((qty) => inOrderedUnit(line, qty, words));
  if (new Set(told.map(({ uom }) => uom)).size < 2) return told;
  const inBase = { ...line, uom: line.baseUom, conversion: { num: '1', den: '1' } };
  return baseQtys.map((qty) => inOrderedUnit(inBase, qty, words));
};

const productIdMax = 48;

/** Product ids in pairs: what the buyer calls the item, and what we do, unless that has no room; then the buyer's word has to do. */
export const itemIds = (item: string, words: PartnerWords): readonly string[] => [
  ...['BP', words.item(item)],
  ...(item.length <= productIdMax ? ['VP', item] : []),
];

/** Somebody by a code: 92 is one of the buyer's, 91 one of ours. */
export const party = (role: string, code: string, whose: '91' | '92'): Segment =>
  segment('N1', role, undefined, whose, code);

const [referenceMax, descriptionMax] = [30, 80] as const;

/**
 * A number of something: where it is longer than a number may be, in the place of a description. None where that is too short as
 * well: half of it would name something else, nobody can map it, and the rest of the document is true without it.
 */
export const reference = (qualifier: string, number: string): readonly Segment[] => {
  const { length } = printable(number);
  if (length > descriptionMax) return [];
  return [length <= referenceMax ? segment('REF', qualifier, number) : segment('REF', qualifier, undefined, number)];
};

/** The line of an order. Throws `RangeError` when it has none of that id: a bug. */
export const lineIn = (lines: readonly OrderedLine[]) => {
  const byId = new Map(lines.map((line) => [line.lineId, line]));
  return (lineId: string): OrderedLine => {
    const line = byId.get(lineId);
    if (line === undefined) throw new RangeError(`the order has no line ${lineId}`);
    return line;
  };
};
