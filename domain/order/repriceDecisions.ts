import { refuse } from '../decider.ts';
import { type Decimal, decimal, decimalText, quotientDecimal } from '../money.ts';
import { exactNet } from '../pricing/price.ts';
import { valueAt } from '../stock/orderedMap.ts';
import type { OrderSubmitted, PricedLine } from './events.ts';
import { type OrderState, openOf } from './state.ts';
import type { Decision, Of } from './submitDecisions.ts';
import { repriced, withLine } from './totals.ts';

/** How far from the price that applies one person may go, in per cent of it; further, a second one has to agree (S-12). */
const repricePctMax = '10';

const scaled = ({ digits, scale }: Decimal, to: number): bigint => digits * 10n ** BigInt(to - scale);

/** How far a price is from what applies, in per cent of that, rounded to two places; and whether it is too far, exactly. */
const distance = (asked: string, applies: Decimal) => {
  const [price, limit] = [decimal(asked), decimal(repricePctMax)];
  const places = Math.max(price.scale, applies.scale);
  const [is, was] = [scaled(price, places), scaled(applies, places)];
  const away = is > was ? is - was : was - is;
  const isFar = away * 100n * 10n ** BigInt(limit.scale) > limit.digits * was;
  return { isFar, pct: was === 0n ? '100' : decimalText(quotientDecimal(away * 100n, was, 2)) };
};

const isThatPrice = ({ unitPrice, discounts }: PricedLine, asked: string): boolean => {
  const [is, wanted] = [decimal(unitPrice), decimal(asked)];
  const places = Math.max(is.scale, wanted.scale);
  return discounts.length === 0 && scaled(is, places) === scaled(wanted, places);
};

/**
 * The price that was agreed with the customer, without any further discount. Measured against what applies, not against the
 * price before, so several small steps are not smaller than one. An accepted line has one price on all its invoices.
 */
export const repriceLine = (
  command: Of<'RepriceLine'>,
  { orderId, bu, currency }: OrderSubmitted['data'],
  state: OrderState,
): Decision => {
  const { lineId, unitPrice, terms, reason, approvalId } = command;
  if (state.closed) return refuse('ORDER_NOT_OPEN', `Order ${orderId} is closed.`);
  if (state.accepted) return refuse('PRICE_AGREED', `Order ${orderId} is accepted at its prices.`, { lineId });
  const line = valueAt(state.lines, lineId);
  const price = state.pricing?.lines.find((priced) => priced.lineId === lineId);
  if (line === undefined || price === undefined || state.pricing === null)
    return refuse('LINE_UNKNOWN', `Order ${orderId} has no line ${lineId}.`, { lineId });
  if (isThatPrice(price, unitPrice)) return [];
  if (openOf(line) === 0n) return refuse('LINE_CLOSED', `Line ${lineId} has nothing open.`, { lineId });
  if (typeof terms === 'string') return refuse('MASTER_DATA_INVALID', terms, { lineId });
  const { isFar, pct } = distance(unitPrice, exactNet(terms.unitPrice, terms.discounts));
  if (isFar && approvalId === undefined) {
    const detail = `${unitPrice} is ${pct} % from the price that applies; above ${repricePctMax} % a second person has to agree.`;
    return refuse('APPROVAL_REQUIRED', detail, { limit: repricePctMax, asked: pct });
  }
  const bare = { ...price, unitPrice, priceSource: 'OVERRIDE' as const, discounts: [] };
  const { contractId: _contract, contractVersion: _version, ...priced } = repriced(bare, line.ordered, currency);
  const totals = withLine(state.pricing.totals, price, priced);
  const approved = approvalId === undefined ? {} : { approvalId };
  return [
    {
      type: 'OrderLineRepriced',
      data: { orderId, bu, lineId, reason, differencePct: pct, priced, totals, ...approved },
    },
  ];
};
