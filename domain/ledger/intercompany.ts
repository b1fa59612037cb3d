import { decimal, decimalText, quotientDecimal } from '../money.ts';

/**
 * What goods were worth to the business unit `bu` that owned them until they were sold: `cost` is theirs in minor units. The cost
 * beside it, which the seller's books go by, is the transfer price.
 */
export type Owned = { readonly bu: string; readonly unitCost: string; readonly cost: string };

/** Of what leaves on this day or later: unit cost + so many percent of it. */
export type TransferPrice = { readonly from: string; readonly markupPct: string };

export const transferPricePlaces = 6;

/** Unit cost × (1 + markup ÷ 100), 6 decimals, half away from zero (R9). */
export const transferPrice = (unitCost: string, markupPct: string): string => {
  const [cost, markup] = [decimal(unitCost), decimal(markupPct)];
  const whole = 100n * 10n ** BigInt(markup.scale);
  const price = quotientDecimal(
    cost.digits * (whole + markup.digits),
    whole * 10n ** BigInt(cost.scale),
    transferPricePlaces,
  );
  return decimalText(price, 2);
};

/** What stock is issued at, and takes goods back at: the cost to their owner. */
export const costInStock = ({
  unitCost,
  cost,
  owned,
}: {
  readonly unitCost: string;
  readonly cost: string;
  readonly owned?: Owned;
}) => (owned === undefined ? { unitCost, cost } : { unitCost: owned.unitCost, cost: owned.cost });

type Said = {
  readonly bu: string;
  readonly owner?: string;
  readonly owned?: Owned;
  readonly lines?: readonly {
    readonly owned?: Owned;
    readonly components?: readonly { readonly owned?: Owned }[];
  }[];
};

/** The business units in whose books an event is posted: its own, and the owner of the goods that it speaks of. */
export const booksOf = (event: { readonly data: unknown }): readonly string[] => {
  const { bu, owner, owned, lines } = event.data as Said;
  const parts = (lines ?? []).flatMap((line) => [line, ...(line.components ?? [])]);
  const named = [owner, owned?.bu, ...parts.map((part) => part.owned?.bu)];
  return [...new Set([bu, ...named.filter((each) => each !== undefined)])];
};
