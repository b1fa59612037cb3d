import { nextPeriod, periodDays } from '../calendar.ts';
import { type Refusal, refuse } from '../decider.ts';
import { minor, minorText } from '../money.ts';
import { qty, qtyText } from '../quantity.ts';
import { type OrderedMap, valueAt, valuesBetween, withEntry, withoutEntry } from '../stock/orderedMap.ts';
import type { PeriodStatus, RecordAccruals } from './commands.ts';
import type { AccrualEvent, AccruedGoods } from './events.ts';

/** What stands accrued by shipment line. */
export type StandingAccruals = OrderedMap<AccruedGoods>;

type OfPeriod = { readonly bu: string; readonly ledger: string; readonly period: string };
type Amounts = Pick<AccruedGoods, 'qty' | 'gross' | 'discount' | 'cost'>;

/** Shipment lines are accrued in the order of this key, which sorts by code units. */
export const accrualKey = ({ shipmentId, shipmentLineId }: Pick<AccruedGoods, 'shipmentId' | 'shipmentLineId'>) =>
  `${shipmentId}/${shipmentLineId}`;

const none: Amounts = { qty: '0', gross: '0', discount: '0', cost: '0' };

const plus = (a: Amounts, b: Amounts, sign: 1n | -1n): Amounts => ({
  qty: qtyText(qty(a.qty) + sign * qty(b.qty)),
  gross: minorText(minor(a.gross) + sign * minor(b.gross)),
  discount: minorText(minor(a.discount) + sign * minor(b.discount)),
  cost: minorText(minor(a.cost) + sign * minor(b.cost)),
});

const isNothing = (amounts: Amounts): boolean =>
  amounts.qty === '0' && amounts.gross === '0' && amounts.discount === '0' && amounts.cost === '0';

/** Goods that are to be accrued, and those of the same stretch that stand accrued and are not any more. */
const wanted = (standing: StandingAccruals, { after, upTo, goods }: RecordAccruals): readonly AccruedGoods[] => {
  const named = new Set(goods.map(accrualKey));
  const gone = [...valuesBetween(standing, after, upTo)].filter((each) => !named.has(accrualKey(each)));
  return [...goods, ...gone.map((each) => ({ ...each, ...none }))];
};

const differences = (standing: StandingAccruals, command: RecordAccruals): readonly AccruedGoods[] =>
  wanted(standing, command)
    .map((goods) => ({ ...goods, ...plus(goods, valueAt(standing, accrualKey(goods)) ?? none, -1n) }))
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
  const sum = plus(valueAt(standing, key) ?? none, goods, 1n);
  return isNothing(sum) ? withoutEntry(standing, key) : withEntry(standing, key, { ...goods, ...sum });
};
