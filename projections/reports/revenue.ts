import { sql } from 'kysely';
import { money, type Report, text } from './report.ts';
import { credited, debited, functionallyCredited, ofSales, salesKeys, salesRows, salesSources } from './salesRows.ts';

/** Whose balances make up net revenue. */
export const revenueRoles = [
  ...(['REVENUE_PRODUCT', 'SALES_DISCOUNT', 'REVENUE_FREIGHT', 'REVENUE_OTHER'] as const),
  ...(['SALES_RETURNS', 'SALES_ALLOWANCE'] as const),
] as const;

export const revenueReport: Report = {
  ...ofSales,
  id: 'R01',
  name: 'revenue',
  title: 'Revenue',
  meaning:
    'Revenue as it was posted, by line of the invoice: what was taken back is a row below zero in the period in which it was. Net revenue adds up to the revenue accounts of the trial balance.',
  columns: {
    ...salesKeys,
    gross: money('Quantity times price.'),
    lineDiscount: money('Discounts of the line.'),
    headerDiscount: money('Share of discounts of the whole order; "0": there are none here.'),
    net: money('Gross less discounts.'),
    freight: money('Freight that was charged.'),
    other: money('Other charges.'),
    tax: money('Tax on it, which is no revenue.'),
    returns: money('Credited for returned goods, at the price they were billed at.'),
    allowances: money('Credited on the price without goods. Goodwill is a cost and no part of revenue.'),
    netRevenue: money('Net + freight + other − returns − allowances.'),
    currency: text('Currency of the document; amounts are minor units of it.'),
    functionalAmount: money('Net revenue in the currency of the ledger.'),
    functionalCurrency: text('Currency of the ledger.'),
    ...salesSources,
  },
  rows: (question) =>
    sql`select r.*, r.gross - r."lineDiscount" as net, 0::numeric as "headerDiscount" from (${salesRows(
      question,
      [...revenueRoles, 'TAX_PAYABLE'],
      {
        gross: credited('REVENUE_PRODUCT'),
        lineDiscount: debited('SALES_DISCOUNT'),
        freight: credited('REVENUE_FREIGHT'),
        other: credited('REVENUE_OTHER'),
        tax: credited('TAX_PAYABLE'),
        returns: debited('SALES_RETURNS'),
        allowances: debited('SALES_ALLOWANCE'),
        netRevenue: credited(...revenueRoles),
        functionalAmount: functionallyCredited(...revenueRoles),
      },
    )}) r`,
};
