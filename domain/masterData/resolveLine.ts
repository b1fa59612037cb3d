import type { ContentCode } from '../contentCodes.ts';
import type { SubmittedLine } from '../order/events.ts';
import { lineQtyPattern, qty, qtyMax, qtyText, toBase } from '../quantity.ts';
import { type Catalog, itemOf } from './catalog.ts';
import type { ItemDefined } from './events.ts';
import type { OrderInput } from './validateOrder.ts';
import { pointer, type Violation } from './violation.ts';

export type LineOutcome = { readonly line: SubmittedLine | undefined; readonly violations: readonly Violation[] };

type InputLine = OrderInput['lines'][number];

const invalid = (where: string, code: ContentCode, detail: string): LineOutcome => ({
  line: undefined,
  violations: [{ pointer: where, code, detail }],
});

const qtyAt = (index: number): string => pointer('lines', index, 'qty');
const itemAt = (index: number): string => pointer('lines', index, 'item');

const withQuantity = (
  input: InputLine,
  index: number,
  item: { baseUom: string },
  base: bigint,
): LineOutcome | undefined => {
  if (base > qtyMax)
    return invalid(qtyAt(index), 'QTY_TOO_LARGE', `${input.qty} ${input.uom} is more than one line can hold.`);
  if (base === 0n)
    return invalid(qtyAt(index), 'QTY_NOT_POSITIVE', `Line ${input.lineId} asks for no ${item.baseUom} at all.`);
  return undefined;
};

type Orderable = Pick<ItemDefined['data'], 'item' | 'active' | 'catchWeight'> & {
  readonly components: readonly { readonly item: string }[] | null;
};

/** Why nobody can order an item that there is; what cannot be ordered is not promised either. */
export const unorderable = (
  { item, active, catchWeight, components }: Orderable,
  known: (item: string) => { readonly active: boolean } | undefined,
): { readonly code: ContentCode; readonly detail: string } | undefined => {
  if (!active) return { code: 'ITEM_INACTIVE', detail: `Item ${item} is not active.` };
  if (catchWeight === true) {
    return { code: 'CATCH_WEIGHT_NOT_SOLD', detail: `Item ${item} is sold by weight, and prices here are per unit.` };
  }
  const missing = components?.find((component) => known(component.item)?.active !== true);
  if (missing === undefined) return undefined;
  return { code: 'KIT_NOT_ORDERABLE', detail: `Kit ${item} is made of ${missing.item}, which is not active.` };
};

/** One line in base units with the conversion in force now, or what is wrong with it. */
export const resolveLine = (input: InputLine, index: number, bu: string, catalog: Catalog): LineOutcome => {
  const item = itemOf(catalog, bu, input.item);
  if (item === undefined) return invalid(itemAt(index), 'ITEM_UNKNOWN', `There is no item ${input.item}.`);
  const never = unorderable(item, (each) => itemOf(catalog, bu, each));
  if (never !== undefined) return invalid(itemAt(index), never.code, never.detail);
  if (!lineQtyPattern.test(input.qty))
    return invalid(qtyAt(index), 'NUMERIC_FORMAT', 'A quantity is positive integer text.');
  const converted = toBase(qty(input.qty), input.uom, item.baseUom, item.conversions);
  if ('code' in converted) {
    const where = converted.code === 'UOM_UNKNOWN' ? pointer('lines', index, 'uom') : qtyAt(index);
    return invalid(where, converted.code, converted.detail);
  }
  const wrong = withQuantity(input, index, item, converted.base);
  if (wrong !== undefined) return wrong;
  const line: SubmittedLine = {
    lineId: input.lineId,
    item: input.item,
    kind: item.kind,
    qty: qtyText(converted.base),
    baseUom: item.baseUom,
    entered: { qty: input.qty, uom: input.uom },
    conversion: converted.conversion,
    ...(input.requestedPrice === undefined ? {} : { requestedPrice: input.requestedPrice }),
    ...(item.kind === 'KIT' ? { components: item.components } : {}),
  };
  return { line, violations: [] };
};
