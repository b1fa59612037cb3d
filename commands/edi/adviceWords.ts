import type { AdvisedGoods } from '../../domain/edi/advisedGoods.ts';
import type { AdvisedLine } from '../../domain/edi/inboundEvents.ts';
import { ourQualifiers } from '../../domain/edi/itemQualifiers.ts';
import { type Catalog, itemOf } from '../../domain/masterData/catalog.ts';
import { crossReferenceOf, wordsOf } from '../../domain/masterData/partners.ts';
import { qtyMax, toBase } from '../../domain/quantity.ts';
import type { Violation } from '../application.ts';
import { violation } from '../outcome.ts';

type Words = { readonly items: ReadonlyMap<string, string>; readonly uoms: ReadonlyMap<string, string> };
type Item = NonNullable<ReturnType<typeof itemOf>>;

const again = 'Have a 945 with the right quantity sent, and discard this one.';

/** Our own number as it is; theirs by the cross-reference, or as if it were ours. */
const nameOf = ({ qualifier, item }: AdvisedLine, { items }: Words): string =>
  ourQualifiers.has(qualifier) ? item : (items.get(item) ?? item);

/** Both quantities in base units, or why they cannot be told in them. */
const inBase = (line: AdvisedLine, { baseUom, conversions }: Item, { uoms }: Words) => {
  const converted = (amount: string) => toBase(BigInt(amount), uoms.get(line.uom) ?? line.uom, baseUom, conversions);
  const [asked, shipped] = [converted(line.asked), converted(line.shipped)];
  if ('code' in asked) return asked;
  return 'code' in shipped ? shipped : { asked: asked.base, shipped: shipped.base };
};

const goodsOf = (
  line: AdvisedLine,
  name: string,
  amounts: { readonly asked: bigint; readonly shipped: bigint },
): AdvisedGoods => {
  const { lineId, status, code, lots, serials, sscc, tracking } = line;
  const goods = { lineId, item: name, ...amounts, status, code, lots, serials };
  if (sscc === undefined && tracking === undefined) return goods;
  return { ...goods, carton: { ...(sscc !== undefined && { sscc }), ...(tracking !== undefined && { tracking }) } };
};

/** The lines of a shipping advice by what its warehouse calls things now, and what is wrong with them, with what to do. */
export const adviceInOurWords = (
  catalog: Catalog,
  bu: string,
  { partner, lines }: { readonly partner: string; readonly lines: readonly AdvisedLine[] },
): { readonly goods: readonly AdvisedGoods[]; readonly violations: readonly Violation[] } => {
  const theirs = (kind: 'ITEM' | 'UOM') => wordsOf(crossReferenceOf(catalog, bu, partner, kind)?.entries ?? []).ours;
  const words = { items: theirs('ITEM'), uoms: theirs('UOM') };
  const goods: AdvisedGoods[] = [];
  const violations: Violation[] = [];
  for (const [index, line] of lines.entries()) {
    const wrong = (field: 'item' | 'uom' | 'qty', code: string, detail: string) =>
      violations.push(violation(`/lines/${index}/${field}`, code, detail));
    const name = nameOf(line, words);
    const item = itemOf(catalog, bu, name);
    const mapped = (kind: string) => `Map it in cross-reference ${kind} of ${partner}, and the 945 is taken by itself.`;
    if (item === undefined) {
      wrong('item', 'ITEM_UNKNOWN', `There is no item ${line.item}. ${mapped('ITEM')}`);
      continue;
    }
    const amounts = inBase(line, item, words);
    if ('code' in amounts) wrong('uom', amounts.code, `${name}: ${amounts.detail} ${mapped('UOM')}`);
    else if (amounts.asked > qtyMax || amounts.shipped > qtyMax)
      wrong(
        'qty',
        'QTY_TOO_LARGE',
        `${name}: ${line.shipped} of ${line.asked} ${line.uom} is more than a line holds. ${again}`,
      );
    else goods.push(goodsOf(line, name, amounts));
  }
  return { goods, violations };
};
