import { type RawBuilder, sql } from 'kysely';
import { periodDays } from '../../domain/calendar.ts';
import { allOf, anyOf, equals } from '../readModel.ts';
import { countsIn, ledgerOf, upToTheEnd } from './ledgerRows.ts';
import { type Column, money, quantity, type Report, type ReportQuestion, text, untotalled } from './report.ts';
import { perUnit } from './worth.ts';

type Value = RawBuilder<unknown>;

/** The same day for both sides: a journal may be dated in a later period than its goods moved. */
const lastDay = ({ filter }: ReportQuestion): Value | undefined =>
  filter.period === undefined ? undefined : sql`e.day <= ${periodDays(filter.period).lastDay}`;

const entries = (question: ReportQuestion): Value => {
  const { filter, scope, at } = question;
  return sql`select e.bu, e.node, e.item, e.currency, e.kind, e.qty, e.amount, ${allOf([
    equals(sql`e.period`, filter.period),
    filter.from === undefined ? undefined : sql`e.day >= ${filter.from}`,
  ])} as moved from rm.stock_value_entry e where ${allOf([
    equals(sql`e.bu`, filter.bu),
    at === undefined ? undefined : sql`e.entry_position <= ${at}`,
    lastDay(question),
    filter.to === undefined ? undefined : sql`e.day <= ${filter.to}`,
    filter.validAsOf === undefined ? undefined : sql`e.day <= ${filter.validAsOf}`,
    anyOf(sql`e.bu`, scope?.bus),
  ])}`;
};

/** Goods on their way to a node, and what they cost. */
const between = ({ filter, scope, at }: ReportQuestion, lastDayOf: Value | undefined): Value =>
  sql`select e.bu, e.node, e.item, e.currency, e.pair, e.qty, e.amount, true from rm.subledger_entry e where ${allOf([
    sql`e.pair = 'INVENTORY_IN_TRANSIT'`,
    equals(sql`e.bu`, filter.bu),
    at === undefined ? undefined : sql`e.entry_position <= ${at}`,
    lastDayOf,
    filter.to === undefined ? undefined : sql`e.day <= ${filter.to}`,
    filter.validAsOf === undefined ? undefined : sql`e.day <= ${filter.validAsOf}`,
    anyOf(sql`e.bu`, scope?.bus),
  ])}`;

/** Goods that left and whose revenue is not recognised yet, from the ledger itself. */
const deferred = (question: ReportQuestion): Value => {
  const { lines, journals } = ledgerOf(question);
  return sql`select j.bu, coalesce(l.dimensions ->> 'node', ''), coalesce(l.dimensions ->> 'item', ''), l.currency, 'DEFERRED_COGS', 0, l.debit - l.credit, true
    from ${lines} l join ${journals} j on j.journal_id = l.journal_id
    where l.role in ('DEFERRED_COGS', 'GOODS_IN_TRANSIT_OUT') and ${allOf([...upToTheEnd(question), countsIn(question)])}`;
};

const movements = {
  received: 'RECEIPT',
  shipped: 'ISSUE',
  returned: 'RETURN',
  reinstated: 'REINSTATEMENT',
  adjusted: 'ADJUSTMENT',
  transferred: 'TRANSFER',
  lateCost: 'LATE_COST',
  costVariance: 'COST_VARIANCE',
  revalued: 'REVALUATION',
} as const;

const goods = sql`m.kind not in ('DEFERRED_COGS', 'INVENTORY_IN_TRANSIT')`;

/** Null as soon as one of the movements does not say how much it was: half a sum would be none. */
const quantityOf = (condition: Value): Value =>
  sql`case when bool_or(m.qty is null and ${condition}) then null else coalesce(sum(m.qty) filter (where ${condition}), 0) end`;

const amountOf = (condition: Value): Value => sql`coalesce(sum(m.amount) filter (where ${condition}), 0)`;

const both = (name: string, condition: Value): Value =>
  sql`${quantityOf(condition)} as ${sql.id(`${name}Qty`)}, ${amountOf(condition)} as ${sql.id(`${name}Value`)}`;

const rows = (question: ReportQuestion): Value => {
  const each = Object.entries(movements).map(([name, kind]) => both(name, sql`m.moved and m.kind = ${sql.lit(kind)}`));
  return sql`select v.*, ${perUnit(sql`v."closingValue"`, sql`v."closingQty"`, sql`v.currency`)} as "unitCost",
      null as "allocatedValue" from (
    select m.bu, m.node, m.item, m.currency, ${both('opening', sql`not m.moved and ${goods}`)}, ${sql.join(each)},
      ${both('closing', goods)}, ${amountOf(sql`m.kind = 'DEFERRED_COGS'`)} as "deferredCogs",
      ${both('inTransit', sql`m.kind = 'INVENTORY_IN_TRANSIT'`)}
    from (${entries(question)} union all ${deferred(question)} union all ${between(question, lastDay(question))}) m(bu, node, item, currency, kind, qty, amount, moved)
    group by m.bu, m.node, m.item, m.currency) v`;
};

const pair = (name: string, what: string): Readonly<Record<string, Column>> => ({
  [`${name}Qty`]: quantity(
    `${what}: how much. Null while a movement from before quantities were kept is in it; a rebuild of the inventory fills it.`,
  ),
  [`${name}Value`]: money(`${what}: what it is worth.`),
});

export const inventoryValuationReport: Report = {
  id: 'R15',
  name: 'inventory-valuation',
  title: 'Inventory valuation and movements',
  meaning:
    'What was there, what came, went and changed, and what is there, by node and item: opening + received + shipped + returned + reinstated + adjusted + transferred + late cost + cost variance + revalued = closing. Movements are signed. The closing value is the subledger that the tie-out INVENTORY compares with the ledger.',
  columns: {
    bu: text('Business unit.'),
    node: text('Node.'),
    item: text('Item; quantities are its base units.'),
    currency: text('Currency of the cost; amounts are minor units of it.'),
    ...pair('opening', 'Before the period or `from`'),
    ...pair('received', 'Goods receipts'),
    ...pair('shipped', 'Issued to shipments'),
    ...pair('returned', 'Sent back by customers, at the cost it left with; below zero where it was thrown away later'),
    ...pair('reinstated', 'Came back because a shipment was voided'),
    ...pair('adjusted', 'Adjustments, also of what was scrapped'),
    ...pair('transferred', 'Went to another node, or came from one, at the cost it left with'),
    lateCostValue: money(
      'What goods turned out to cost more, or less, after they had come in: all that suppliers and carriers billed.',
    ),
    costVarianceValue: money(
      'The part of it that belongs to goods that had left, which is a variance of cost (T21) and no value of stock.',
    ),
    revaluedValue: money('Moved by a new unit cost, or by rounding stock × cost.'),
    ...pair('closing', 'At the end'),
    unitCost: {
      type: 'price',
      meaning: 'Closing value ÷ closing quantity, to 6 places; null where nothing is there.',
    },
    allocatedValue: untotalled(
      'With the warehouses: known as it is now only (`/v1/inventory-positions`), so null here.',
    ),
    inTransitQty: quantity(
      'On its way to this node from others: left there, and neither came nor was written off. Below zero: it came, and is not known to have left.',
    ),
    inTransitValue: money(
      'What that left with: the subledger that the tie-out INVENTORY_IN_TRANSIT compares with the ledger.',
    ),
    deferredCogs: money(
      'Cost of what left and is not recognised yet: the balance of DEFERRED_COGS and GOODS_IN_TRANSIT_OUT for this node and item.',
    ),
  },
  key: { bu: 'text', node: 'text', item: 'text', currency: 'text' },
  filters: ['bu', 'period', 'from', 'to', 'currency', 'node', 'item'],
  readers: ['finance', 'auditor', 'ops', 'admin'],
  models: ['inventory', 'subledgers', 'gl_staging'],
  datedBy: 'the day of the movement, where its business unit is; of deferred cost the accounting date of the journal',
  knowsThePast: true,
  rows,
};
