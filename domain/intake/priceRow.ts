import { code, currency as currencyViolations, price } from '../masterData/checks.ts';
import type { PriceListDefined } from '../masterData/events.ts';
import type { DefinitionOf } from '../masterData/violation.ts';
import { type Cells, errorsOf, type Refused, type RowOutcome, refusedRow } from './row.ts';

type List = PriceListDefined['data'];

/** A price list with what the rows of a file ask of it. */
export type AskedList = {
  readonly priceListId: string;
  /** Null until a row that is right says it, for a list that there is none of yet. */
  readonly currency: string | null;
  /** In force when the first of its rows was seen, by item. */
  readonly known: ReadonlyMap<string, string> | null;
  readonly asked: Map<string, { readonly unitPrice: string; readonly row: number }>;
  /** Prices that the list will have. */
  readonly size: number;
};

/** As many as can be put to a list at its own address. */
export const pricesMax = 20_000;

export const openList = (priceListId: string, current: List | undefined): AskedList => ({
  priceListId,
  currency: current?.currency ?? null,
  known: current === undefined ? null : new Map(current.prices.map(({ item, unitPrice }) => [item, unitPrice])),
  asked: new Map(),
  size: current?.prices.length ?? 0,
});

export type PriceCells = { readonly priceListId: string; readonly item: string; readonly unitPrice: string };

/** The cells as text of the right form. */
export const priceCellsOf = (cells: Cells): PriceCells | Refused => {
  const [priceListId = '', item = '', unitPrice = ''] = ['priceListId', 'item', 'unitPrice'].map((name) =>
    cells.get(name),
  );
  const violations = [
    ...code(['priceListId'], priceListId),
    ...code(['item'], item),
    ...price(['unitPrice'], unitPrice),
  ];
  return violations.length > 0
    ? { kind: 'REFUSED', errors: errorsOf(violations, (pointer) => pointer.slice(1)) }
    : { priceListId, item, unitPrice };
};

/** Which currency the list is in, after a row that names `said`. */
const currencyAfter = ({ known, currency }: AskedList, said: string): string | Refused => {
  if (said === '') return currency ?? refusedRow('currency', 'REQUIRED', 'There is no such price list yet.');
  const [wrong] = currencyViolations(['currency'], said);
  if (wrong !== undefined) return refusedRow('currency', wrong.code, wrong.detail);
  if (currency === null || currency === said) return said;
  const detail = `The price list is in ${currency}.`;
  return refusedRow('currency', known === null ? 'CURRENCY_MISMATCH' : 'FIXED_FOR_EVER', detail);
};

/** What a row comes to, and the list with it. */
export const askPrice = (
  list: AskedList,
  row: number,
  { item, unitPrice }: PriceCells,
  saidCurrency: string,
): { readonly list: AskedList; readonly outcome: RowOutcome } => {
  const first = list.asked.get(item);
  if (first !== undefined)
    return { list, outcome: refusedRow('item', 'DUPLICATE', `Row ${first.row} has a price of ${item} already.`) };
  const currency = currencyAfter(list, saidCurrency);
  if (typeof currency !== 'string') return { list, outcome: currency };
  const before = list.known?.get(item);
  const size = list.size + (before === undefined ? 1 : 0);
  if (size > pricesMax)
    return { list, outcome: refusedRow('priceListId', 'TOO_MANY', `A price list has at most ${pricesMax} prices.`) };
  list.asked.set(item, { unitPrice, row });
  const changed = before === unitPrice ? 'UNCHANGED' : 'CHANGED';
  return { list: { ...list, currency, size }, outcome: { kind: before === undefined ? 'CREATED' : changed } };
};

/** Prices that the file does not name stay; a list keeps its order, and what is new comes behind it. */
export const mergedList = (bu: string, list: AskedList, current: List | undefined): DefinitionOf<PriceListDefined> => {
  const left = new Map([...list.asked].map(([item, { unitPrice }]) => [item, unitPrice]));
  const kept = (current?.prices ?? []).map((entry) => {
    const unitPrice = left.get(entry.item) ?? entry.unitPrice;
    left.delete(entry.item);
    return { ...entry, unitPrice };
  });
  const added = [...left].map(([item, unitPrice]) => ({ item, unitPrice }));
  const currency = current?.currency ?? list.currency ?? '';
  return { bu, priceListId: list.priceListId, currency, prices: [...kept, ...added] };
};
