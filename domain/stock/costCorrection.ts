import { type Refusal, refuse } from '../decider.ts';
import {
  currencyExponent,
  decimal,
  decimalText,
  divideRounded,
  type Minor,
  minor,
  minorText,
  quotientDecimal,
  spread,
} from '../money.ts';
import { maxQty, minQty, qty, qtyText } from '../quantity.ts';
import { costPlaces, scaled } from './cost.ts';
import type { CorrectedGoods, CostCorrected } from './costEvents.ts';
import { aboutKey } from './keys.ts';
import type { Of } from './movementDecisions.ts';
import { placeOf } from './place.ts';
import { recall, remember } from './recent.ts';
import { soldCostNoted } from './soldCosts.ts';
import { onHandOf, type ReceivedGoods, type StockState } from './state.ts';

// What goods turn out to have cost after they came in. What has left keeps the cost it left with, so its part of the
// difference is a variance; the rest is what the goods that are still there are worth more.

type Command = Of<'CorrectCost'>;

const bounded = (value: bigint, a: bigint, b: bigint): bigint => {
  const [low, high] = a < b ? [a, b] : [b, a];
  return maxQty(low, minQty(high, value));
};

/**
 * How many goods of a receipt are still there: what leaves, leaves from the oldest, so as many as are on hand beyond what
 * was received later. Goods that came back or were found count as never gone.
 */
export const stillThere = ({ qty: received, upTo }: ReceivedGoods, state: StockState): bigint =>
  bounded(onHandOf(state) - (state.received - upTo), 0n, received);

/**
 * Of `amount`, what belongs to those of a receipt that have left (R6): f(all corrections) − Σ earlier variances, where f adds
 * up amount × gone ÷ received before it rounds. So many corrections come to what one of their sum would have come to.
 */
const goneOf = (amount: Minor, goods: ReceivedGoods, there: bigint): Minor => {
  const before = divideRounded(goods.gone, goods.qty);
  const after = divideRounded(goods.gone + amount * (goods.qty - there), goods.qty);
  return bounded(after - before, 0n, amount);
};

/** The goods that are there cannot be worth less than nothing: what they cannot bear is a variance, too. */
export const borne = (state: StockState, inStock: Minor, currency: string): Minor => {
  const onHand = onHandOf(state);
  if (onHand <= 0n) return 0n;
  const cost = decimal(state.cost?.unitCost ?? '0');
  const worth = (onHand * cost.digits * 10n ** BigInt(currencyExponent(currency))) / 10n ** BigInt(cost.scale);
  return maxQty(-worth, inStock);
};

/** (stock × cost + what it is worth more) ÷ stock, 6 decimals, half away from zero (R9). */
export const raised = (state: StockState, inStock: Minor, currency: string): string => {
  const old = decimal(state.cost?.unitCost ?? '0');
  const onHand = onHandOf(state);
  const places = currencyExponent(currency);
  const scale = Math.max(old.scale, places);
  const value = onHand * scaled(old, scale) + inStock * 10n ** BigInt(scale - places);
  return decimalText(quotientDecimal(value, onHand * 10n ** BigInt(scale), costPlaces), 2);
};

/** Goods of a shipment are gone, unless it was voided in this moment. */
const shareOf = (command: Command, amount: Minor, goods: ReceivedGoods | undefined, state: StockState): Minor => {
  const { about, currency } = command;
  if ((state.cost?.method ?? command.costMethod) === 'STANDARD') return 0n;
  if (about.kind === 'SHIPMENT')
    return recall(state.reinstated, about.shipmentId) === undefined ? 0n : borne(state, amount, currency);
  if (goods === undefined) return 0n;
  return borne(state, amount - goneOf(amount, goods, stillThere(goods, state)), currency);
};

const nothing: ReceivedGoods = { qty: 0n, upTo: 0n, gone: 0n };

const goodsOf = (
  { about }: Command,
  variance: Minor,
  goods: ReceivedGoods = nothing,
  state: StockState,
): CorrectedGoods => {
  if (about.kind === 'RECEIPT') return { ...about, qty: qtyText(goods.qty), there: qtyText(stillThere(goods, state)) };
  const { lines, ...of } = about;
  const parts = spread(
    variance,
    lines.map((line) => qty(line.qty)),
  );
  const priced = lines.map(({ lineId, shipmentLineId }, index) => ({
    ...{ lineId, shipmentLineId },
    amount: minorText(parts[index] ?? 0n),
  }));
  return { ...of, lines: priced };
};

const size = (amount: Minor): Minor => (amount < 0n ? -amount : amount);

/** In all, because several small corrections of the same goods are a large one. */
const aboveLimit = ({ limit, about, approvalId }: Command, amount: Minor, state: StockState): Refusal | undefined => {
  const asked = (recall(state.corrected, aboutKey(about)) ?? 0n) + size(amount);
  if (approvalId !== undefined || asked <= minor(limit)) return undefined;
  const detail = 'So much of the cost of these goods takes a second person to correct.';
  return refuse('APPROVAL_REQUIRED', detail, { limit, asked: minorText(asked) });
};

/**
 * Once for ever for its reference. STANDARD cost stands, so all of it is a variance; of a moving average the goods of the
 * receipt that are still there take their part, spread over all that is on hand, and what one unit is worth moves with it.
 */
export const correctCost = (command: Command, state: StockState): readonly CostCorrected[] | Refusal => {
  const { about, reference, currency, cause, itemGroup, approvalId, by } = command;
  const amount = minor(command.amount);
  if (amount === 0n || recall(state.corrections, reference) !== undefined) return [];
  const goods = about.kind === 'RECEIPT' ? recall(state.receipts, about.reference) : undefined;
  if (about.kind === 'RECEIPT' && goods === undefined) {
    const detail = `Nothing was received here under ${about.reference}, or very much since then.`;
    return refuse('RECEIPT_UNKNOWN', detail, { reference: about.reference });
  }
  const above = aboveLimit(command, amount, state);
  if (above !== undefined) return above;
  const inStock = shareOf(command, amount, goods, state);
  const method = state.cost?.method ?? command.costMethod;
  const corrected: CostCorrected = {
    type: 'CostCorrected',
    data: {
      ...placeOf(command),
      ...{ reference, amount: minorText(amount), inStock: minorText(inStock), variance: minorText(amount - inStock) },
      ...{ currency, cause, about: goodsOf(command, amount - inStock, goods, state), method },
      ...(inStock === 0n ? {} : { unitCost: raised(state, inStock, currency) }),
      ...(itemGroup === undefined ? {} : { itemGroup }),
      correctedBy: by,
      ...(approvalId === undefined ? {} : { approvalId }),
    },
  };
  return [corrected];
};

/** What a correction leaves to be rounded with the next one of its receipt: nothing where it was not split by quantity. */
const goneAfter = (goods: ReceivedGoods, { amount, variance, about }: CostCorrected['data']): bigint => {
  if (about.kind !== 'RECEIPT') return goods.gone;
  const recorded = divideRounded(goods.gone, goods.qty) + minor(variance);
  const exact = goods.gone + minor(amount) * (goods.qty - qty(about.there));
  return divideRounded(exact, goods.qty) === recorded ? exact : recorded * goods.qty;
};

export const costCorrected = (state: StockState, data: CostCorrected['data']): StockState => {
  const { about, amount, inStock, variance, currency, method, unitCost, reference } = data;
  const key = aboutKey(about);
  const goods = about.kind === 'RECEIPT' ? recall(state.receipts, about.reference) : undefined;
  return {
    ...soldCostNoted(state, data),
    corrections: remember(state.corrections, reference, { amount, inStock, variance }),
    corrected: remember(state.corrected, key, (recall(state.corrected, key) ?? 0n) + size(minor(amount))),
    ...(unitCost === undefined ? {} : { cost: { unitCost, currency, method } }),
    ...(about.kind === 'RECEIPT' && goods !== undefined
      ? { receipts: remember(state.receipts, about.reference, { ...goods, gone: goneAfter(goods, data) }) }
      : {}),
  };
};
