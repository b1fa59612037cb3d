import { sql } from 'kysely';
import type { Report } from './report.ts';
import { revenueRoles } from './revenue.ts';
import { credited, debited, ofSales, salesKeys, salesRows, salesSources } from './salesRows.ts';

const costRoles = ['COGS', 'COGS_VARIANCE', 'FREIGHT_EXPENSE'] as const;
const waitingRoles = ['DEFERRED_REVENUE', 'DEFERRED_COGS'] as const;

export const marginReport: Report = {
  ...ofSales,
  id: 'R02',
  name: 'margin',
  title: 'Margin',
  meaning:
    'Revenue and what it cost, as both were posted, by line of the invoice; what the carrier will bill and goods whose revenue is not recognised yet are rows of their shipment. Each column adds up to its accounts of the trial balance.',
  columns: {
    ...salesKeys,
    gross: { type: 'money', meaning: 'Quantity times price.' },
    discount: { type: 'money', meaning: 'Discounts of the line and of the order.' },
    freight: { type: 'money', meaning: 'Freight that was charged.' },
    netRevenue: { type: 'money', meaning: 'As in the report on revenue.' },
    cogs: { type: 'money', meaning: 'Cost of the goods.' },
    cogsVariance: {
      type: 'money',
      meaning: 'Cost that came later than the goods were billed; "0" while none does here.',
    },
    freightOut: { type: 'money', meaning: 'What the carrier bills for the shipment.' },
    margin: { type: 'money', meaning: 'Net revenue − COGS − COGS variance − freight out.' },
    marginPercent: {
      type: 'percent',
      meaning: 'Margin out of net revenue, two places; null without revenue.',
      of: ['margin', 'netRevenue'],
    },
    costMethod: {
      type: 'text',
      meaning: 'How the cost was worked out. Null: journals carry the cost and not the method of its day.',
    },
    dropShip: { type: 'flag', meaning: 'The supplier shipped it; false while nothing is drop-shipped here.' },
    recognised: { type: 'money', meaning: 'The part of the margin that is in the result: the margin above.' },
    unrecognised: {
      type: 'money',
      meaning:
        'The part that waits: deferred revenue less deferred cost. Below zero when goods have left, and back to zero when they are billed; adds up to the balance of both.',
    },
    currency: { type: 'text', meaning: 'Currency of the document; amounts are minor units of it.' },
    ...salesSources,
  },
  rows: (question) =>
    sql`select r.*, r.margin as recognised, null::text as "costMethod", false as "dropShip" from (${salesRows(
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
