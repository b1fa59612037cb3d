/** Quantities are integers in the item's smallest handled unit: bigint in memory, integer text in events. */
export type Qty = bigint;

/** 1 `uom` = num / den base units, exactly. */
export type Conversion = { readonly uom: string; readonly num: string; readonly den: string };

export type ConversionProblem = { readonly code: 'UOM_UNKNOWN' | 'UOM_NOT_DIVISIBLE'; readonly detail: string };

export const quantityPattern = /^(0|-?[1-9]\d{0,17})$/;
/** Of a document's line, which takes nothing below zero. */
export const lineQtyPattern = /^(0|[1-9]\d{0,17})$/;

/** What one line or movement can be, base units; keeps every extended amount far inside what the log and the database hold exactly. */
export const qtyMax = 10n ** 12n;

/** Throws `RangeError`: input was validated at the edge. */
export const qty = (text: string): Qty => {
  if (!quantityPattern.test(text)) throw new RangeError(`not a quantity: ${text}`);
  return BigInt(text);
};

export const qtyText = (quantity: Qty): string => quantity.toString();

export const minQty = (a: Qty, b: Qty): Qty => (a < b ? a : b);
export const maxQty = (a: Qty, b: Qty): Qty => (a > b ? a : b);

/** `entered` units of `uom` in base units; never rounded: what is not a whole number of base units is a problem. */
export const toBase = (
  entered: Qty,
  uom: string,
  baseUom: string,
  conversions: readonly Conversion[],
):
  | { readonly base: Qty; readonly conversion: { from: string; to: string; num: string; den: string } }
  | ConversionProblem => {
  if (uom === baseUom) return { base: entered, conversion: { from: uom, to: baseUom, num: '1', den: '1' } };
  const found = conversions.find((conversion) => conversion.uom === uom);
  if (found === undefined) return { code: 'UOM_UNKNOWN', detail: `The item is not handled in ${uom}.` };
  const scaled = entered * BigInt(found.num);
  if (scaled % BigInt(found.den) !== 0n) {
    return { code: 'UOM_NOT_DIVISIBLE', detail: `${entered} ${uom} is not a whole number of ${baseUom}.` };
  }
  return { base: scaled / BigInt(found.den), conversion: { from: uom, to: baseUom, num: found.num, den: found.den } };
};
