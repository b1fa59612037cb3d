import { type RawBuilder, sql } from 'kysely';
import { ordersAsked, today } from './orderRows.ts';
import type { ReportQuestion } from './report.ts';

type Value = RawBuilder<unknown>;

/** The models that hold how lines were served. */
export const servedModels = ['orders', 'master_data'] as const;

/** When goods left, as a day where the business unit is: what was promised is such a day. */
const dayOf = (instant: Value): Value => sql`(${instant} at time zone (u.content ->> 'timeZone'))::date`;

const lastDay = sql`(select max(${dayOf(sql`(d ->> 'last')::timestamptz`)}) from jsonb_array_elements(l.sourcing #> '{served,departures}') d)`;

/**
 * One row for each line of an accepted order that wants goods. `wanted`: what was wanted when the first of it left, so that
 * what is cancelled before spares nobody a lost sale and what is cancelled after hides no shortage. `known` is false of a line
 * that began before its departures were kept (`ServiceRecord`); all else is null or means nothing then.
 */
export const servedLines = (
  question: ReportQuestion,
): Value => sql`select w.*, least(coalesce(w.sent, 0), w.wanted) as "atFirst",
      coalesce(w.sent >= w.wanted, false) as complete, round(w.net * w.wanted / w.ordered) as "wantedValue",
      round(w.net * least(coalesce(w.sent, 0), w.wanted) / w.ordered) as "atFirstValue",
      w.known and (w.sent is not null or w."requestedDate" < w.today) as counts
    from (select o.order_id, o.created_position as place, o.bu, o.channel, o.sold_to as customer, o.customer_po as "customerPo",
        o.currency, o.requested_date as "requestedDate", l.line_id, l.item, l.ordered, l.net, l.shipped, l.promised_date as "lastPromise",
        l.unsourced + l.backordered + l.reserved + l.allocated + l.dropship as open, ${today} as today,
        l.sourcing is null or l.sourcing ? 'served' as known, l.sourcing #>> '{served,departures,0,node}' as node,
        (l.sourcing #>> '{served,departures,0,qty}')::bigint as sent,
        coalesce((l.sourcing #>> '{served,departures,0,wanted}')::bigint, l.ordered - l.cancelled) as wanted,
        (l.sourcing #>> '{served,promised}')::date as "firstPromise", ${lastDay} as "lastDay"
      from rm.orders o join rm.order_line l on l.order_id = o.order_id join rm.business_unit u on u.bu = o.bu
      where o.accepted and ${ordersAsked(question)}) w
    where w.wanted > 0`;
