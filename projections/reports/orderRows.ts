import { type RawBuilder, sql } from 'kysely';
import { periodDays } from '../../domain/calendar.ts';
import { allOf, anyOf, equals } from '../readModel.ts';
import type { ReportFilterName, ReportQuestion } from './report.ts';

type Value = RawBuilder<unknown>;

/** Statuses of orders of which something may still have to leave: what an index finds. */
export const unfinished: Value = sql`o.status in ('PENDING', 'ON_HOLD', 'OPEN', 'PARTIALLY_SHIPPED')`;

/** Today, where the business unit `u` is. */
export const today: Value = sql`(clock_timestamp() at time zone (u.content ->> 'timeZone'))::date`;

/** What a part of the line `l` is worth: its share of the line's net, rounded once (R1). */
export const netOf = (quantity: Value): Value => sql`round(l.net * ${quantity} / nullif(l.ordered, 0))`;

/** Of the order `o`: whose it is, and dated within what is asked. */
export const ordersAsked = ({ filter, scope }: ReportQuestion): Value => {
  const month = filter.period === undefined ? undefined : periodDays(filter.period);
  return allOf([
    equals(sql`o.bu`, filter.bu),
    month && sql`o.requested_date between ${month.firstDay} and ${month.lastDay}`,
    filter.from === undefined ? undefined : sql`o.requested_date >= ${filter.from}`,
    filter.to === undefined ? undefined : sql`o.requested_date <= ${filter.to}`,
    filter.validAsOf === undefined ? undefined : sql`o.requested_date <= ${filter.validAsOf}`,
    anyOf(sql`o.bu`, scope?.bus),
    anyOf(sql`o.sold_to`, scope?.soldTo),
  ]);
};

export const orderFilters: readonly ReportFilterName[] = [
  'bu',
  'from',
  'to',
  'currency',
  'channel',
  'customer',
  'item',
];

export const orderDate = 'the date for which the customer asked';
