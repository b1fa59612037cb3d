import type { OrderMapping } from '../../../commands/ports.ts';
import { ourQualifiers } from '../../../domain/edi/itemQualifiers.ts';
import { decimal, decimalText, quotientDecimal } from '../../../domain/money.ts';
import type { Found } from './orderFindings.ts';

/** Product ids come in pairs of qualifier and id from PO106 on, ten at most. */
const idPairs = Array.from({ length: 10 }, (_none, index) => 6 + 2 * index);
const theirQualifiers = new Set(['BP', 'IN', 'CB', 'PI', 'SK']);

/** The price of one unit, or one named by what it follows from. Per hundred or thousand is another price. */
const perUnit = new Set(['', 'PE', 'UM', 'CP', 'CT', 'QT']);

type ItemNamed = { readonly element: number; readonly item: string };

/** A word that somebody mapped says most, then our own number, then the buyer's as if it were ours. */
const itemNamed = (found: Found, { words }: OrderMapping): ItemNamed | undefined => {
  const named = idPairs
    .map((place) => ({ qualifier: found.text(place), id: found.text(place + 1), element: place + 1 }))
    .filter(({ id }) => id !== '');
  for (const { id, element, qualifier } of named) {
    const item = ourQualifiers.has(qualifier) ? undefined : words.ITEM.get(id);
    if (item !== undefined) return { element, item };
  }
  const one =
    named.find(({ qualifier }) => ourQualifiers.has(qualifier)) ??
    named.find(({ qualifier }) => theirQualifiers.has(qualifier));
  return one === undefined ? undefined : { element: one.element, item: one.id };
};

/** `10`, `010` and `10.00` are ten; half a piece is none. */
export const wholeNumber = (text: string): string | undefined => /^0*(\d{1,15}?)(?:\.0*)?$/.exec(text)?.[1];

/** `12.50`, `.5` and `012.5` as a price is written here; what stands behind the point stays as it was sent. */
const priceOf = (text: string): string | undefined => {
  const [, units, decimals] = /^0*(\d{0,12}?)(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (units === undefined || text === '' || text === '.') return undefined;
  return decimals === undefined ? units || '0' : `${units || '0'}.${decimals}`;
};

const placesMax = 6;

/** PO104 is the price of one unit of PO103, ours that of one base unit. What cannot be divided exactly differs in the last place. */
const ofBaseUnit = (text: string, conversion: ReturnType<OrderMapping['conversionOf']>): string => {
  if (conversion === undefined) return text;
  const { digits, scale } = decimal(text);
  const [num, den] = [BigInt(conversion.num), BigInt(conversion.den)];
  return decimalText(quotientDecimal(digits * den, num * 10n ** BigInt(scale), placesMax));
};

type Ordered = { readonly item: string; readonly uom: string };

const price = (
  found: Found,
  pointer: string,
  { partner, conversionOf }: OrderMapping,
  { item, uom }: Ordered,
): { readonly requestedPrice?: string } => {
  const [text, basis] = [found.text(4), found.text(5)];
  if (!partner.orders.pricesCount || text === '') return {};
  if (!perUnit.has(basis)) {
    found.wrong(
      5,
      '639',
      'VALUE_INVALID',
      `A price by ${basis} is not understood: only the price of one unit is.`,
      '7',
    );
    return {};
  }
  const requestedPrice = priceOf(text);
  if (requestedPrice === undefined) {
    found.wrong(4, '212', 'NUMERIC_FORMAT', 'A price is decimal text with up to 6 places.', '6');
    return {};
  }
  found.at(`${pointer}/requestedPrice`, 4, '212');
  return { requestedPrice: ofBaseUnit(requestedPrice, conversionOf(item, uom)) };
};

/** One PO1 as a line of an order. Without a number of their own, lines are counted. */
export const takeLine = (found: Found, index: number, mapping: OrderMapping): Readonly<Record<string, unknown>> => {
  const pointer = `/lines/${index}`;
  const uom = found.text(3);
  const qty = wholeNumber(found.text(2));
  const named = itemNamed(found, mapping);
  if (qty === undefined)
    found.wrong(2, '330', 'NUMERIC_FORMAT', `"${found.text(2).slice(0, 20)}" is no whole quantity.`, '6');
  if (uom === '') found.wrong(3, '355', 'REQUIRED', 'The line has no unit.', '1');
  if (named === undefined)
    found.wrong(7, '234', 'REQUIRED', 'The line names no item by a number of yours or ours.', '1');
  found.at(pointer, 1, '350');
  found.at(`${pointer}/lineId`, 1, '350');
  found.at(`${pointer}/qty`, 2, '330');
  found.at(`${pointer}/uom`, 3, '355');
  found.at(`${pointer}/item`, named?.element ?? 7, '234');
  const ordered = { item: named?.item ?? '', uom: mapping.words.UOM.get(uom) ?? uom };
  return {
    lineId: found.text(1) || String(index + 1),
    qty: qty ?? '',
    ...ordered,
    ...price(found, pointer, mapping, ordered),
  };
};
