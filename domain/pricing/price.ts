import type { CustomerDefined, PriceListDefined } from '../masterData/events.ts';
import { type Decimal, decimal, minorSum, minorText } from '../money.ts';
import type { Charge, LineDiscount, PricedLine, SubmittedLine, Totals } from '../order/events.ts';
import { qty } from '../quantity.ts';
import { type DiscountRate, lineAmounts } from './lineAmounts.ts';

/** With the version of the customer's definition that it is in. */
export type ContractInForce = NonNullable<CustomerDefined['data']['contract']> & { readonly version: number };

export type PricingInput = {
  readonly currency: string;
  readonly lines: readonly SubmittedLine[];
  readonly charges: readonly Charge[];
  readonly priceList: PriceListDefined['data'];
  readonly contract: ContractInForce | null;
  readonly itemGroupOf: (item: string) => string | undefined;
};

export type PriceProblem = {
  readonly code: 'PRICE_MISSING' | 'CURRENCY_MISMATCH';
  readonly lineId: string | null;
  readonly detail: string;
};

/** The customer named another price than the one that applies; the order is kept and held. Both in major units. */
export type PriceDifference = { readonly lineId: string; readonly requested: string; readonly applied: string };

export type HoldWanted = {
  readonly type: 'PRICE' | 'CONTRACT_TERMS' | 'MASTER_DATA';
  readonly note: string;
  readonly data: Readonly<Record<string, string>>;
};

export type Pricing = {
  readonly priceListId: string;
  readonly priceListVersion: number;
  readonly lines: readonly PricedLine[];
  readonly totals: Totals;
  /** Minor units: what the order would add to the customer's exposure. */
  readonly creditAmount: string;
  readonly differences: readonly PriceDifference[];
  /** Present when a requested price differs (tolerance 0). */
  readonly hold?: HoldWanted;
};

export type PricingOutcome =
  | { readonly kind: 'priced'; readonly pricing: Pricing }
  | { readonly kind: 'problems'; readonly problems: readonly PriceProblem[] };

const sameDecimal = (a: Decimal, b: Decimal): boolean =>
  a.digits * 10n ** BigInt(b.scale) === b.digits * 10n ** BigInt(a.scale);

/** Unit price after all rates, exact and not rounded: what a partner who states net prices would write. */
export const exactNet = (unitPrice: string, rates: readonly DiscountRate[]): Decimal =>
  rates.reduce<Decimal>((price, rate) => {
    const off = decimal(rate.ratePct);
    const hundred = 100n * 10n ** BigInt(off.scale);
    return { digits: price.digits * (hundred - off.digits), scale: price.scale + off.scale + 2 };
  }, decimal(unitPrice));

/** A requested price agrees when it is exactly the unit price or exactly the unit price after the contract's discounts. */
const agrees = (requested: string, unitPrice: string, rates: readonly DiscountRate[]): boolean =>
  sameDecimal(decimal(requested), decimal(unitPrice)) || sameDecimal(decimal(requested), exactNet(unitPrice, rates));

const contractRates = (input: PricingInput, item: string): readonly DiscountRate[] => {
  const group = input.itemGroupOf(item);
  return (input.contract?.discounts ?? [])
    .filter((discount) => discount.itemGroup === group)
    .map((discount, index) => ({ sequence: index + 1, kind: 'CONTRACT', ratePct: discount.ratePct }));
};

const priceLine = (input: PricingInput, line: SubmittedLine, listPrice: string): PricedLine => {
  const rates = contractRates(input, line.item);
  const amounts = lineAmounts(qty(line.qty), listPrice, rates, input.currency);
  const discounts: readonly LineDiscount[] = rates.map((rate, index) => ({
    ...rate,
    amount: minorText(amounts.discounts[index] ?? 0n),
  }));
  const { contract } = input;
  const agreed =
    rates.length > 0 && contract !== null ? { contractId: contract.contractId, contractVersion: contract.version } : {};
  return {
    lineId: line.lineId,
    unitPrice: listPrice,
    listPrice,
    priceSource: rates.length > 0 ? 'CONTRACT' : 'LIST',
    ...agreed,
    discounts,
    gross: minorText(amounts.gross),
    discount: minorText(amounts.discount),
    net: minorText(amounts.net),
  };
};

/** Document total = sum of lines; nothing is rounded globally (R5). net = gross − discount + charges. */
const orderTotals = (lines: readonly PricedLine[], charges: readonly Charge[]): Totals => {
  const gross = minorSum(lines.map((line) => line.gross));
  const discount = minorSum(lines.map((line) => line.discount));
  const extra = minorSum(charges.map((charge) => charge.amount));
  return {
    gross: minorText(gross),
    discount: minorText(discount),
    charges: minorText(extra),
    net: minorText(gross - discount + extra),
  };
};

const differencesOf = (lines: readonly SubmittedLine[], priced: readonly PricedLine[]): readonly PriceDifference[] =>
  lines.flatMap((line, index) => {
    const found = priced[index];
    if (found === undefined || line.requestedPrice === undefined) return [];
    if (agrees(line.requestedPrice, found.unitPrice, found.discounts)) return [];
    return [{ lineId: line.lineId, requested: line.requestedPrice, applied: found.unitPrice }];
  });

const namedLinesMax = 20;

const priceHold = (differences: readonly PriceDifference[]): HoldWanted | undefined => {
  if (differences.length === 0) return undefined;
  const named = differences.slice(0, namedLinesMax);
  const sentences = named.map((each) => `line ${each.lineId}: requested ${each.requested}, ours ${each.applied}`);
  const more = differences.length > named.length ? [`and ${differences.length - named.length} more lines`] : [];
  return {
    type: 'PRICE',
    note: `The requested price differs from the price that applies: ${[...sentences, ...more].join('; ')}.`,
    data: Object.fromEntries(
      named.flatMap((each) => [
        [`${each.lineId}.requestedPrice`, each.requested],
        [`${each.lineId}.unitPrice`, each.applied],
      ]),
    ),
  };
};

const problemsOf = (input: PricingInput, prices: ReadonlyMap<string, string>): readonly PriceProblem[] => {
  const { priceList, currency } = input;
  const detail = `Price list ${priceList.priceListId} is in ${priceList.currency}, the order in ${currency}.`;
  const mismatch: readonly PriceProblem[] =
    priceList.currency === currency ? [] : [{ code: 'CURRENCY_MISMATCH', lineId: null, detail }];
  const missing = input.lines
    .filter((line) => !prices.has(line.item))
    .map((line) => ({
      code: 'PRICE_MISSING' as const,
      lineId: line.lineId,
      detail: `Price list ${priceList.priceListId} has no price for ${line.item}.`,
    }));
  return [...mismatch, ...missing];
};

/** By item, once per list: a list has thousands of prices, an order a few lines. Lists are never changed in place. */
const pricesByList = new WeakMap<PriceListDefined['data'], ReadonlyMap<string, string>>();

const pricesOf = (list: PriceListDefined['data']): ReadonlyMap<string, string> => {
  const known = pricesByList.get(list);
  if (known !== undefined) return known;
  const prices = new Map(list.prices.map((price) => [price.item, price.unitPrice]));
  pricesByList.set(list, prices);
  return prices;
};

/** Customer-specific price: list price, then the contract's discounts of the item's group, in the order they are listed. */
export const priceOrder = (input: PricingInput): PricingOutcome => {
  const prices = pricesOf(input.priceList);
  const problems = problemsOf(input, prices);
  if (problems.length > 0) return { kind: 'problems', problems };
  const lines = input.lines.map((line) => priceLine(input, line, prices.get(line.item) ?? '0'));
  const totals = orderTotals(lines, input.charges);
  const differences = differencesOf(input.lines, lines);
  const hold = priceHold(differences);
  const { priceListId, version } = input.priceList;
  const pricing = { priceListId, priceListVersion: version, lines, totals, creditAmount: totals.net, differences };
  return { kind: 'priced', pricing: hold === undefined ? pricing : { ...pricing, hold } };
};
