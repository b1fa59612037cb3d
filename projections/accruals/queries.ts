import { type RawBuilder, sql } from 'kysely';
import { periodDays } from '../../domain/calendar.ts';
import type { AccruedGoods } from '../../domain/ledger/events.ts';
import type { ReadHandle } from '../readModel.ts';
import { unbilledLines, unbilledModels } from './unbilled.ts';

type BooksPeriod = { readonly bu: string; readonly ledger: string; readonly period: string };

/** By currency: what a period has to accrue, and what is recorded for it. */
export type AccrualForecast = {
  readonly currency: string;
  /** Shipment lines. */
  readonly lines: number;
  readonly gross: string;
  readonly discount: string;
  readonly net: string;
  readonly cost: string;
  readonly accruedNet: string;
  readonly accruedCost: string;
};

/**
 * What is due and what stands accrued of it: after a soft close both are the same as soon as the accruals are recorded.
 * `unbilled`: rows of `unbilledLines` through the period's last day; `at`: as known at this position.
 */
export const accrualStatement = (
  { bu, period }: Pick<BooksPeriod, 'bu' | 'period'>,
  unbilled: RawBuilder<unknown>,
  at: string | undefined,
): RawBuilder<AccrualForecast> => {
  const recorded = sql`e.bu = ${bu} and e.period = ${period} and e.kind = 'ACCRUED' ${at === undefined ? sql`` : sql`and e.entry_position <= ${at}`}`;
  return sql`with due as (select u.currency, count(*) as lines, sum(u."dueGross") as gross, sum(u."dueDiscount") as discount,
        sum(u."dueNet") as net, sum(u."dueCost") as cost
      from ${unbilled} u where u.due group by u.currency),
    done as (select e.currency, sum(e.amount) filter (where e.pair = 'UNBILLED_RECEIVABLE') as net,
        -sum(e.amount) filter (where e.pair = 'DEFERRED_COGS') as cost
      from rm.subledger_entry e where ${recorded} and e.pair in ('UNBILLED_RECEIVABLE', 'DEFERRED_COGS') group by e.currency)
    select currency, coalesce(due.lines, 0)::int as lines, coalesce(due.gross, 0)::text as gross,
      coalesce(due.discount, 0)::text as discount, coalesce(due.net, 0)::text as net, coalesce(due.cost, 0)::text as cost,
      coalesce(done.net, 0)::text as "accruedNet", coalesce(done.cost, 0)::text as "accruedCost"
    from due full join done using (currency) order by currency collate "C"`;
};

/** Goods to be accrued, as far as read models know them: who the customer's group is, the catalogue says. */
export type UnbilledGoods = Omit<AccruedGoods, 'customerGroup' | 'itemGroup' | 'region' | 'costs'> & {
  readonly region: string | null;
  readonly itemGroup: string | null;
  readonly costs: AccruedGoods['costs'] | null;
};

export type AccruablePage = {
  /** False: the rules of this ledger name no T07. */
  readonly accrues: boolean;
  /** Up to here the read models know the log; null: not yet. */
  readonly knownThrough: string | null;
  /** Confirmations up to `through` whose goods billing has yet to deal with: nobody knows what of them will be billed. */
  readonly unanswered: number;
  readonly goods: readonly UnbilledGoods[];
};

/** Journals before the soft close whose causes may still be on their way to billing; those before them have long been there. */
const recentJournals = 1_000;

/** Billing answers each confirmation with a step of this name, and keeps the step when it is done. How many of those up to `through` are without. */
export const unanswered = (
  { bu, ledger, period }: BooksPeriod,
  through: string | RawBuilder<unknown>,
) => sql`(select count(*)::int from (
    select o.cause_event_id from ops.outbox o
      where o.done_at is null and o.step = 'afterConfirm' and o.bu = ${bu} and o.cause_position <= ${through}
    union select r.source_event_id::text from (select j.source_event_id, j.template_id from rm.gl_journal j
        where j.bu = ${bu} and j.ledger = ${ledger} and j.period = ${period} and j.source_position <= ${through}
        order by j.source_position desc limit ${recentJournals}) r
      where r.template_id in ('T02', 'T13')
        and not exists (select from ops.outbox o where o.intent_id = r.source_event_id || ':afterConfirm')) u)`;

/**
 * The next shipment lines behind the key `after` that are unbilled at the period's end, in the order of `accrualKey`, with
 * what must be known before they can be trusted; `through`: where in the log the period was soft-closed.
 */
export const accruableGoods = async (
  db: ReadHandle,
  { bu, ledger, period }: BooksPeriod,
  { through, after, limit }: { readonly through: string; readonly after: string; readonly limit: number },
): Promise<AccruablePage> => {
  const unbilled = unbilledLines({ bu, ledger, through: periodDays(period).lastDay });
  const { rows } = await sql<AccruablePage>`select
      coalesce((select c.content -> 'postingRules' -> 'templates' ? 'T07' from rm.posting_context c where c.bu = ${bu}), true) as accrues,
      (select case when bool_and(p.position is not null) then min(p.position) end from rm.projection p
        where p.live and p.name = any(${[...unbilledModels]}::text[])) as "knownThrough",
      ${unanswered({ bu, ledger, period }, through)} as unanswered,
      (select coalesce(json_agg(json_build_object('orderId', g."orderId", 'orderLineId', g."orderLineId", 'shipmentId', g."shipmentId",
            'shipmentLineId', g."shipmentLineId", 'node', g.node, 'channel', g.channel, 'customer', g.customer, 'region', g.region,
            'item', g.item, 'currency', g.currency, 'qty', g."dueQty"::text, 'gross', g."dueGross"::text, 'discount', g."dueDiscount"::text,
            'cost', g."dueCost"::text, 'itemGroup', coalesce(g."dueKits" -> 0 ->> 'itemGroup', (select min(l.dimensions ->> 'itemGroup') from rm.gl_line l
              where l.from_node = 'shipment-line:' || g."shipmentId" || '/' || g."shipmentLineId" and l.role = 'DEFERRED_COGS')),
            'costs', (select jsonb_agg(c) from jsonb_array_elements(g."dueKits") k, jsonb_array_elements(k -> 'costs') c))
          order by g.key collate "C"), '[]'::json)
        from (select u.*, u."shipmentId" || '/' || u."shipmentLineId" as key from (${unbilled}) u
          where u.due and (u."shipmentId" || '/' || u."shipmentLineId") collate "C" > ${after}
          order by (u."shipmentId" || '/' || u."shipmentLineId") collate "C" limit ${limit}) g) as goods`.execute(db);
  return rows[0] ?? { accrues: true, knownThrough: null, unanswered: 0, goods: [] };
};
