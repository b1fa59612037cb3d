import { sql } from 'kysely';
import { money, type Report, text } from './report.ts';
import { revenueRoles } from './revenue.ts';
import { credited, debited, ofSales, salesKeys, salesRows, salesSources } from './salesRows.ts';

const costRoles = ['COGS', 'COGS_VARIANCE', 'FREIGHT_EXPENSE'] as const;
const waitingRoles = ['DEFERRED_REVENUE', 'DEFERRED_COGS', 'GOODS_IN_TRANSIT_OUT'] as const;

export const marginReport: Report = {
  ...ofSales,
  id: 'R02',
  name: 'margin',
  title: 'Margin',
  meaning:
    'Revenue and what it cost, as both were posted, by line of the invoice; what the carrier will bill and goods whose revenue is not recognised yet are rows of their shipment. Each column adds up to its accounts of the trial balance.',
  columns: {
    ...salesKeys,
    gross: money('Quantity times price.'),
    discount: money('Discounts of the line and of the order.'),
    freight: money('Freight that was charged.'),
    netRevenue: money('As in the report on revenue.'),
    cogs: money('Cost of the goods.'),
    cogsVariance: money(
      'What goods that were sold turned out to cost more, below zero where it was less: drop-shipments billed at another price than their purchase order, and late costs of goods that had left, in a row of their shipment or, where a receipt was corrected, of their item.',
    ),
    freightOut: money('What the carrier bills for the shipment.'),
    margin: money('Net revenue − COGS − COGS variance − freight out.'),
    marginPercent: {
      type: 'percent',
      meaning: 'Margin out of net revenue, two places; null without revenue.',
      of: ['margin', 'netRevenue'],
    },
    costMethod: text('How the cost was worked out. Null: journals carry the cost and not the method of its day.'),
    dropShip: { type: 'flag', meaning: 'A supplier shipped it: `node` is the supplier.' },
    recognised: money('The part of the margin that is in the result: the margin above.'),
    unrecognised: money(
      'The part that waits: deferred revenue less cost that is deferred or on the way to customers. Below zero when goods have left, and back to zero when their revenue is recognised; adds up to the balance of all three.',
    ),
    currency: text('Currency of the document; amounts are minor units of it.'),
    ...salesSources,
  },
  rows: (question) =>
    sql`select r.*, r.margin as recognised, null::text as "costMethod",
      coalesce((select n.content ->> 'kind' = 'SUPPLIER' from rm.node n where n.bu = r.bu and n.node = r.node), false) as "dropShip" from (${salesRows(
        question,
        [...revenueRoles, ...costRoles, ...waitingRoles],
        {
          gross: credited('REVENUE_PRODUCT'),
          discount: debited('SALES_DISCOUNT'),
          freight: credited('REVENUE_FREIGHT'),
          netRevenue: credited(...revenueRoles),
          cogs: debited('COGS'),
          cogsVariance: debited('COGS_VARIANCE'),
          freightOut: debited('FREIGHT_EXPENSE'),
          margin: credited(...revenueRoles, ...costRoles),
          unrecognised: credited(...waitingRoles),
        },
      )}) r`,
};
