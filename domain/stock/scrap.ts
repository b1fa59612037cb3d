import { type Refusal, refuse } from '../decider.ts';
import { cumulativePart, decimal, extend, minorText } from '../money.ts';
import { maxQty, qty, qtyText } from '../quantity.ts';
import { adjustmentOf } from './adjustment.ts';
import { costAfterIncoming } from './cost.ts';
import type { StockAdjusted, StockEvent } from './events.ts';
import { adjustmentKey } from './keys.ts';
import { adjust, type Of, scrapReason } from './movementDecisions.ts';
import { recall, remember } from './recent.ts';
import type { ScrappedGoods, StockState } from './state.ts';

type Events = readonly StockEvent[];

const tooFew = (
  { item, node }: Of<'ScrapGoods'> | Of<'TakeBackScrap'>,
  status: string,
  there: bigint,
  detail: string,
): Refusal => refuse('QTY_EXCEEDS_STATUS', detail, { item, node, status, onHand: qtyText(there) });

/** A booking, like every change of status: of goods that are known to be there. What they were worth is lost. */
export const scrapGoods = (command: Of<'ScrapGoods'>, state: StockState): Events | Refusal => {
  const { status, item, node, reference } = command;
  if (recall(state.seen, adjustmentKey(reference)) !== undefined) return [];
  const there = maxQty(0n, state.onHand[status]);
  const amount = qty(command.qty);
  if (amount > there)
    return tooFew(
      command,
      status,
      there,
      `${there} of ${item} at ${node} are ${status}; ${amount} cannot be scrapped.`,
    );
  return adjust({ ...command, type: 'RecordAdjustment', qty: qtyText(-amount), reason: scrapReason }, state);
};

/**
 * Goods were not thrown away after all. They come back at what they left with, by the cumulative method (R6): all that is
 * taken back of a scrapping comes to what was posted for it, in however many parts. A moving average takes them in like a receipt.
 */
export const takeBackScrap = (command: Of<'TakeBackScrap'>, state: StockState): Events | Refusal => {
  const { reference, takesBack, takesBackPosition, status, itemGroup, item } = command;
  const amount = qty(command.qty);
  if (amount <= 0n || recall(state.seen, adjustmentKey(reference)) !== undefined) return [];
  const goods = recall(state.scrapped, takesBack);
  const left = goods === undefined ? 0n : goods.qty - goods.takenBack;
  if (goods === undefined || amount > left)
    return tooFew(
      command,
      'SCRAPPED',
      left,
      `${left} of ${item} are scrapped under ${takesBack}; ${amount} cannot come back.`,
    );
  const { unitCost, currency, takenBack } = goods;
  const costOf = (many: bigint) => extend(many, decimal(unitCost), currency);
  const scrap = { takesBack, ...(takesBackPosition !== undefined && { takesBackPosition }) };
  const about = { reference, status, reason: scrapReason, itemGroup, scrap };
  const adjusted = adjustmentOf(command, amount, about, { unitCost, currency });
  const cost = minorText(cumulativePart(costOf, takenBack, amount));
  const incoming = { qty: amount, unitCost, currency };
  const method = state.cost?.method ?? 'STANDARD';
  return [
    { ...adjusted, data: { ...adjusted.data, cost } },
    ...costAfterIncoming(command, state, incoming, method, `scrap ${takesBack} taken back`),
  ];
};

const withScrap = (state: StockState, reference: string, goods: ScrappedGoods): StockState => ({
  ...state,
  scrapped: remember(state.scrapped, reference, goods),
});

/** Keeps what was thrown away, for those who hear that it was not. */
export const scrapNoted = (state: StockState, data: StockAdjusted['data']): StockState => {
  const { scrap, reference, unitCost, currency } = data;
  const amount = qty(data.qty);
  if (scrap === undefined) return state;
  if (scrap.takesBack === undefined)
    return amount < 0n ? withScrap(state, reference, { qty: -amount, unitCost, currency, takenBack: 0n }) : state;
  const goods = recall(state.scrapped, scrap.takesBack);
  if (goods === undefined) return state;
  return withScrap(state, scrap.takesBack, { ...goods, takenBack: goods.takenBack + amount });
};
