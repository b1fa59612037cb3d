import { decimal, extend, minorText } from '../money.ts';
import { qtyText } from '../quantity.ts';
import type { StockAdjusted } from './events.ts';
import { type Place, placeOf } from './place.ts';

type About = Pick<StockAdjusted['data'], 'reference' | 'status' | 'reason' | 'count' | 'scrap'> & {
  readonly itemGroup?: string | undefined;
};

type Cost = Pick<StockAdjusted['data'], 'unitCost' | 'currency'>;

/** `amount` more, or less, of a status; the amount that is posted is |amount| × unit cost, rounded once. */
export const adjustmentOf = (
  place: Place,
  amount: bigint,
  { itemGroup, count, scrap, ...about }: About,
  { unitCost, currency }: Cost,
): StockAdjusted => ({
  type: 'StockAdjusted',
  data: {
    ...placeOf(place),
    ...about,
    qty: qtyText(amount),
    unitCost,
    currency,
    cost: minorText(extend(amount < 0n ? -amount : amount, decimal(unitCost), currency)),
    ...(itemGroup === undefined ? {} : { itemGroup }),
    ...(count === undefined ? {} : { count }),
    ...(scrap === undefined ? {} : { scrap }),
  },
});
