import type { Decimal } from '../money.ts';
import { decimal, decimalText, quotientDecimal } from '../money.ts';
import type { UnitCostSet } from './costEvents.ts';
import type { Place } from './place.ts';
import type { StockCost, StockState } from './state.ts';
import { onHandOf } from './state.ts';

export const costPlaces = 6;

export const scaled = (value: Decimal, scale: number): bigint => value.digits * 10n ** BigInt(scale - value.scale);

const sameValue = (a: string, b: string): boolean => decimalText(decimal(a)) === decimalText(decimal(b));

/**
 * Moving average (R9): (on hand × old cost + incoming × its cost) / (on hand + incoming), 6 decimals, half away from
 * zero. On hand is everything that is physically there, whatever its condition. Without stock, or after an issue that
 * the books did not cover, there is nothing to average with and the incoming cost stands.
 */
export const movingAverage = (onHand: bigint, oldCost: string, incoming: bigint, incomingCost: string): string => {
  const [old, added] = [decimal(oldCost), decimal(incomingCost)];
  const scale = Math.max(old.scale, added.scale);
  if (onHand <= 0n) return decimalText(quotientDecimal(scaled(added, scale), 10n ** BigInt(scale), costPlaces), 2);
  const value = onHand * scaled(old, scale) + incoming * scaled(added, scale);
  return decimalText(quotientDecimal(value, (onHand + incoming) * 10n ** BigInt(scale), costPlaces), 2);
};

const unitCostSet = (place: Place, cost: StockCost, source: string): UnitCostSet => ({
  type: 'UnitCostSet',
  data: { ...place, ...cost, source },
});

/** Records a cost unless the position already stands at it. */
export const costTo = (
  { bu, node, item }: Place,
  state: StockState,
  next: StockCost,
  source: string,
): readonly UnitCostSet[] => {
  const now = state.cost;
  const same =
    now !== null &&
    now.method === next.method &&
    now.currency === next.currency &&
    sameValue(now.unitCost, next.unitCost);
  return same ? [] : [unitCostSet({ bu, node, item }, next, source)];
};

/** What goods that come in at `unitCost` do to the position's cost. STANDARD stands unless there is none yet. */
export const costAfterIncoming = (
  place: Place,
  state: StockState,
  incoming: { readonly qty: bigint; readonly unitCost: string; readonly currency: string },
  method: 'STANDARD' | 'MOVING_AVERAGE',
  source: string,
): readonly UnitCostSet[] => {
  const { currency } = incoming;
  if (state.cost === null) return costTo(place, state, { unitCost: incoming.unitCost, currency, method }, source);
  if (method === 'STANDARD') return [];
  const unitCost = movingAverage(onHandOf(state), state.cost.unitCost, incoming.qty, incoming.unitCost);
  return costTo(place, state, { unitCost, currency, method }, source);
};
