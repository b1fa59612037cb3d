import { type RawBuilder, sql } from 'kysely';
import { allOf, anyOf, equals } from '../readModel.ts';
import { leavingTemplates, stands, type UnbilledQuestion } from './unbilled.ts';

type Sql = RawBuilder<unknown>;

/**
 * Goods beyond what was ordered that had left by a day and whose cost was deferred then, because nobody had decided about them: a
 * row for each shipment line, with the columns of `unbilledLines`. Nobody is to be billed for them, so their amounts are zero.
 * What somebody decided to bill is unbilled goods like others from then on; what was given away counts until T19 is dated, and what
 * was lost until T20.
 */
export const overshippedLines = ({ bu, ledger, through, at, scope }: UnbilledQuestion): Sql => {
  const isBy = (day: Sql): Sql => (through === undefined ? sql`${day} is not null` : sql`${day} <= ${through}::date`);
  const isKnown = (position: Sql): Sql => (at === undefined ? sql`${position} is not null` : sql`${position} <= ${at}`);
  const dayOf = (
    templates: readonly string[],
    source: Sql,
  ): Sql => sql`(select min(j.accounting_date) from rm.gl_journal j
      where j.template_id in (${sql.join(templates.map((each) => sql.lit(each)))}) and ${allOf([source, stands(at), at === undefined ? undefined : sql`j.position <= ${at}`])})`;
  const localDay = (instant: Sql): Sql => sql`(${instant} at time zone (b.content ->> 'timeZone'))::date`;
  const resolvedAt = sql`(e ->> 'resolvedAt')::timestamptz`;
  return sql`select s.bu, b.content ->> 'ledger' as ledger, s.order_id as "orderId", e ->> 'lineId' as "orderLineId",
      s.shipment_id as "shipmentId", p ->> 'shipmentLineId' as "shipmentLineId", s.node, e ->> 'channel' as channel, s.sold_to as customer,
      s.ship_to ->> 'region' as region, e ->> 'item' as item, s.currency, min(c.at) as "shippedAt", min(d.day) as "shippedOn",
      sum((p ->> 'qty')::numeric) as qty, 0::numeric as gross, 0::numeric as discount, 0::numeric as net,
      sum((p ->> 'cost')::numeric) as cost
    from rm.shipment s join rm.business_unit b on b.bu = s.bu
      cross join lateral jsonb_array_elements(s.overshipments) e cross join lateral jsonb_array_elements(e -> 'parts') p
      cross join lateral (select (x ->> 'shippedAt')::timestamptz as at, x ->> 'position' as position
        from jsonb_array_elements(s.confirmations) x where x ->> 'confirmationId' = e ->> 'confirmationId' limit 1) c
      cross join lateral (select coalesce(${dayOf(leavingTemplates, sql`j.source_position = c.position`)}, ${localDay(sql`c.at`)}) as day) d
      cross join lateral (select case when e ->> 'outcome' in ('GIFT', 'LOST') then
        coalesce(${dayOf(['T19', 'T20'], sql`j.source_position = e ->> 'resolvedPosition'`)}, ${localDay(resolvedAt)}) end as day) g
      cross join lateral (select ${dayOf(['T12'], sql`j.shipment_id = s.shipment_id`)} as day) r
    where s.overshipments is not null and ${allOf([
      equals(sql`s.bu`, bu),
      equals(sql`b.content ->> 'ledger'`, ledger),
      anyOf(sql`s.bu`, scope?.bus),
    ])}
      and ${isKnown(sql`e ->> 'position'`)} and ${isBy(sql`d.day`)} and ${isBy(sql`r.day`)} is not true
      and (e ->> 'outcome' is null or ${isKnown(sql`e ->> 'resolvedPosition'`)} is not true
        or (e ->> 'outcome' in ('GIFT', 'LOST') and ${isBy(sql`g.day`)} is not true))
    group by s.bu, b.content, s.order_id, e ->> 'lineId', s.shipment_id, p ->> 'shipmentLineId', s.node, e ->> 'channel', s.sold_to,
      s.ship_to, e ->> 'item', s.currency`;
};
