import { nextPeriod, periodDays } from '../calendar.ts';
import { type Refusal, refuse } from '../decider.ts';
import { minor, minorText } from '../money.ts';
import { qty, qtyText } from '../quantity.ts';
import { type OrderedMap, valueAt, valuesBetween, withEntry, withoutEntry } from '../stock/orderedMap.ts';
import type { PeriodStatus, RecordAccruals } from './commands.ts';
import type { AccrualEvent, AccruedGoods, GoodsCost } from './events.ts';

/** What stands accrued by shipment line. */
export type StandingAccruals = OrderedMap<AccruedGoods>;

type OfPeriod = { readonly bu: string; readonly ledger: string; readonly period: string };
type Amounts = Pick<AccruedGoods, 'qty' | 'gross' | 'discount' | 'cost'>;

/** Shipment lines are accrued in the order of this key, which sorts by code units. */
export const accrualKey = ({ shipmentId, shipmentLineId }: Pick<AccruedGoods, 'shipmentId' | 'shipmentLineId'>) =>
  `${shipmentId}/${shipmentLineId}`;

const none: Amounts = { qty: '0', gross: '0', discount: '0', cost: '0' };

const without = ({ costs: _, ...goods }: AccruedGoods): AccruedGoods => goods;

/** What is at no component is at the goods themselves. */
const costsOf = ({ item, itemGroup, cost, costs = [] }: AccruedGoods): readonly GoodsCost[] => {
  const rest = costs.reduce((left, part) => left - minor(part.cost), minor(cost));
  return [...costs, { item, itemGroup, cost: minorText(rest) }];
};

/** By item and group, those that come to nothing left out. */
const summed = (costs: readonly (readonly [GoodsCost, 1n | -1n])[]): readonly GoodsCost[] => {
  const sums = new Map<string, { readonly of: GoodsCost; readonly sum: bigint }>();
  for (const [of, sign] of costs) {
    const key = JSON.stringify([of.item, of.itemGroup]);
    sums.set(key, { of, sum: (sums.get(key)?.sum ?? 0n) + sign * minor(of.cost) });
  }
  return [...sums.values()].flatMap(({ of, sum }) => (sum === 0n ? [] : [{ ...of, cost: minorText(sum) }]));
};

/** `a` with the amounts of both, each cost where it was. */
const plus = (a: AccruedGoods, b: AccruedGoods | undefined, sign: 1n | -1n): AccruedGoods => {
  const other = b ?? { ...without(a), ...none };
  const costs = summed([
    ...costsOf(a).map((cost) => [cost, 1n] as const),
    ...costsOf(other).map((cost) => [cost, sign] as const),
  ]);
  const isOwn = costs.every(({ item, itemGroup }) => item === a.item && itemGroup === a.itemGroup);
  return {
    ...without(a),
    qty: qtyText(qty(a.qty) + sign * qty(other.qty)),
    gross: minorText(minor(a.gross) + sign * minor(other.gross)),
    discount: minorText(minor(a.discount) + sign * minor(other.discount)),
    cost: minorText(minor(a.cost) + sign * minor(other.cost)),
    ...(isOwn ? {} : { costs }),
  };
};

const isNothing = ({ qty, gross, discount, cost, costs }: AccruedGoods): boolean =>
  qty === '0' && gross === '0' && discount === '0' && cost === '0' && costs === undefined;

/** Goods that are to be accrued, and those of the same stretch that stand accrued and are not any more. */
const wanted = (standing: StandingAccruals, { after, upTo, goods }: RecordAccruals): readonly AccruedGoods[] => {
  const named = new Set(goods.map(accrualKey));
  const gone = [...valuesBetween(standing, after, upTo)].filter((each) => !named.has(accrualKey(each)));
  return [...goods, ...gone.map((each) => ({ ...without(each), ...none }))];
};

const differences = (standing: StandingAccruals, command: RecordAccruals): readonly AccruedGoods[] =>
  wanted(standing, command)
    .map((goods) => plus(goods, valueAt(standing, accrualKey(goods)), -1n))
    .filter((difference) => !isNothing(difference));

/**
 * Accrual and reversal of whatever differs from what stands, so the same again is no event, and a second soft close records
 * the difference alone. A period that was reopened meanwhile is accrued by its next soft close.
 */
export const recordAccruals = (
  { bu, ledger, period, ...command }: OfPeriod & RecordAccruals,
  status: PeriodStatus,
  standing: StandingAccruals,
): readonly AccrualEvent[] | Refusal => {
  const due = status === 'OPEN' ? [] : differences(standing, command);
  if (due.length === 0) return [];
  if (status !== 'SOFT_CLOSED')
    return refuse('PERIOD_CLOSED', `Period ${period} is ${status}; it takes no accrual any more.`);
  const of = { bu, ledger, period };
  const day = periodDays(period).lastDay;
  const reversalDay = periodDays(nextPeriod(period)).firstDay;
  return due.flatMap((goods, index): readonly AccrualEvent[] => [
    { type: 'AccrualRecorded', data: { ...of, ...goods, day } },
    {
      type: 'AccrualReversed',
      data: { ...of, ...goods, day: reversalDay, accrualEventId: command.eventIdAt(2 * index) },
    },
  ]);
};

export const standingAfter = (standing: StandingAccruals, event: AccrualEvent): StandingAccruals => {
  // What is reversed in the next period still stands in this one.
  if (event.type === 'AccrualReversed') return standing;
  const { bu: _bu, ledger: _ledger, period: _period, day: _day, ...goods } = event.data;
  const key = accrualKey(goods);
  const sum = plus(goods, valueAt(standing, key), 1n);
  return isNothing(sum) ? withoutEntry(standing, key) : withEntry(standing, key, sum);
};
