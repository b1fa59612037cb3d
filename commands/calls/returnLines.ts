import { type Catalog, itemOf } from '../../domain/masterData/catalog.ts';
import { lineQtyPattern, qty, qtyMax, qtyText, toBase } from '../../domain/quantity.ts';
import type { Violation } from '../application.ts';
import { violation } from '../outcome.ts';

type Entered = { readonly qty: string; readonly uom?: string };

/** The quantity in base units as text, or what is wrong with it; `at` names a field of the line. */
const baseQty = (
  catalog: Catalog,
  bu: string,
  itemId: string,
  entered: Entered,
  at: (field: string) => string,
): string | Violation => {
  if (!lineQtyPattern.test(entered.qty)) return violation(at('qty'), 'NUMERIC_FORMAT', 'A quantity is integer text.');
  if (entered.qty === '0') return violation(at('qty'), 'QTY_NOT_POSITIVE', 'The quantity must be positive.');
  const item = itemOf(catalog, bu, itemId);
  if (item === undefined) return violation(at('item'), 'ITEM_UNKNOWN', `There is no item ${itemId}.`);
  const converted = toBase(qty(entered.qty), entered.uom ?? item.baseUom, item.baseUom, item.conversions);
  if ('code' in converted) {
    return violation(at(converted.code === 'UOM_UNKNOWN' ? 'uom' : 'qty'), converted.code, converted.detail);
  }
  return converted.base > qtyMax
    ? violation(at('qty'), 'QTY_TOO_LARGE', `${entered.qty} is more than a line holds.`)
    : qtyText(converted.base);
};

type LinesOf = {
  readonly catalog: Catalog;
  readonly bu: string;
  readonly list: string;
  readonly named?: string;
};

export type InBase<Line> = { readonly violations: readonly Violation[]; readonly lines: readonly Line[] };

/** Lines in base units. `named`: the field that says which line is meant. `itemOfLine`: undefined for a line that is not there, which is one of the violations. */
export const linesInBase = <Line extends Entered>(
  { catalog, bu, list, named = 'shipmentLineId' }: LinesOf,
  entered: readonly Line[],
  itemOfLine: (line: Line) => string | undefined,
): InBase<Line> => {
  const violations: Violation[] = [];
  const lines: Line[] = [];
  for (const [index, line] of entered.entries()) {
    const at = (field: string): string => `/${list}/${index}/${field}`;
    const item = itemOfLine(line);
    if (item === undefined) {
      violations.push(violation(at(named), 'LINE_UNKNOWN', 'There is no such line.'));
      continue;
    }
    const base = baseQty(catalog, bu, item, line, at);
    if (typeof base === 'string') lines.push({ ...line, qty: base });
    else violations.push(base);
  }
  return { violations, lines };
};
