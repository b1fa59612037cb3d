import { type Refusal, refuse } from '../decider.ts';
import { qty, qtyText } from '../quantity.ts';
import type { EnteredQuantity } from './events.ts';
import type { QuantityMeaning } from './quantityMeaning.ts';

type Wanted = { readonly lineId: string; readonly qty: string; readonly entered: EnteredQuantity };

/** In the unit that was named, where the total is a whole number of it. */
const enteredAs = ({ qty: by, entered }: Wanted, total: bigint, baseUom: string): EnteredQuantity => {
  const whole = total * qty(entered.qty);
  return qty(by) > 0n && whole % qty(by) === 0n
    ? { qty: qtyText(whole / qty(by)), uom: entered.uom }
    : { qty: qtyText(total), uom: baseUom };
};

const contradictory = (detail: string, lineId: string): Refusal => refuse('CHANGE_CONTRADICTORY', detail, { lineId });

/**
 * The same wish as what the line is to come to, by what it stands at (base units). A direction that is not that of the quantity
 * shows that the other side means something else, so it is refused CHANGE_CONTRADICTORY and nothing is guessed.
 */
export const asTotal = <W extends Wanted>(
  wish: W & { readonly meaning?: QuantityMeaning },
  stands: bigint,
  baseUom: string,
): W | Refusal => {
  const { meaning = 'TOTAL', lineId } = wish;
  const named = qty(wish.qty);
  if (meaning === 'TOTAL') return wish;
  if (meaning === 'MORE_TO' || meaning === 'LESS_TO') {
    const isOtherWay = meaning === 'MORE_TO' ? named < stands : named > stands;
    if (!isOtherWay) return wish;
    const direction = meaning === 'MORE_TO' ? 'more' : 'less';
    return contradictory(`Line ${lineId} stands at ${stands}, and ${named} is not ${direction} than that.`, lineId);
  }
  const total = meaning === 'MORE_BY' ? stands + named : stands - named;
  if (total < 0n)
    return contradictory(`Line ${lineId} stands at ${stands}, and ${named} less is not possible.`, lineId);
  return { ...wish, qty: qtyText(total), entered: enteredAs(wish, total, baseUom) };
};
