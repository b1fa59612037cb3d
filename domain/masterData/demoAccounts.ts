import type { Role } from '../ledger/roles.ts';
import type { AccountMapPublished, PostingRulesPublished } from './events.ts';
import type { DefinitionOf } from './violation.ts';

/** One account per role: number and name as in a small distributor's chart. */
const chart: readonly (readonly [Role, string, string])[] = [
  ['CASH_CLEARING', '1010', 'Cash clearing'],
  ['AR_TRADE', '1100', 'Trade receivables'],
  ['UNBILLED_RECEIVABLE', '1110', 'Shipped, not invoiced'],
  ['CARRIER_CLAIM', '1150', 'Claims against carriers'],
  ['INTERCOMPANY_AR', '1190', 'Intercompany receivables'],
  ['INVENTORY', '1200', 'Merchandise inventory'],
  ['INVENTORY_IN_TRANSIT', '1210', 'Inventory in transit between nodes'],
  ['INVENTORY_RETURNS', '1220', 'Returned goods under inspection'],
  ['GOODS_IN_TRANSIT_OUT', '1230', 'Goods on the way to customers'],
  ['DEFERRED_COGS', '1250', 'Cost of goods shipped, not invoiced'],
  ['AP_CLEARING', '2000', 'Supplier bills clearing'],
  ['GRNI', '2010', 'Goods received, not invoiced'],
  ['DROPSHIP_ACCRUAL', '2020', 'Drop-ship bills expected'],
  ['FREIGHT_ACCRUAL', '2030', 'Carrier bills expected'],
  ['CUSTOMER_DEPOSIT', '2100', 'Customer deposits'],
  ['REFUND_PAYABLE', '2110', 'Refunds payable'],
  ['DEFERRED_REVENUE', '2120', 'Deferred revenue'],
  ['INTERCOMPANY_AP', '2190', 'Intercompany payables'],
  ['TAX_PAYABLE', '2200', 'Sales tax payable'],
  ['REVENUE_PRODUCT', '4000', 'Product sales'],
  ['REVENUE_FREIGHT', '4010', 'Freight charged to customers'],
  ['REVENUE_OTHER', '4020', 'Other charges to customers'],
  ['INTERCOMPANY_REVENUE', '4190', 'Intercompany sales'],
  ['RESTOCKING_FEE', '4030', 'Restocking fees'],
  ['SALES_DISCOUNT', '4100', 'Sales discounts'],
  ['SETTLEMENT_DISCOUNT', '4110', 'Settlement discounts'],
  ['SALES_RETURNS', '4120', 'Sales returns'],
  ['SALES_ALLOWANCE', '4130', 'Sales allowances'],
  ['COGS', '5000', 'Cost of goods sold'],
  ['INTERCOMPANY_COGS', '5190', 'Cost of intercompany sales'],
  ['COGS_VARIANCE', '5010', 'Cost variances'],
  ['SHRINKAGE', '5100', 'Inventory shrinkage'],
  ['SCRAP', '5110', 'Scrapped goods'],
  ['LOSS_IN_TRANSIT', '5120', 'Losses in transit'],
  ['FREIGHT_EXPENSE', '5200', 'Outbound freight'],
  ['GOODWILL', '6100', 'Goodwill to customers'],
  ['BAD_DEBT', '6200', 'Bad debt'],
  ['SMALL_BALANCE', '6210', 'Small balances written off'],
  ['FX_REALISED', '7000', 'Realised exchange differences'],
  ['TAX_VARIANCE', '7010', 'Tax differences'],
  ['ROUNDING_DIFFERENCE', '7020', 'Rounding differences'],
];

const activeFrom = '2000-01-01';

/** Damaged goods are booked with scrap rather than with unexplained shrinkage: the one rule that looks at more than the role. */
export const demoAccountMap: DefinitionOf<AccountMapPublished> = {
  bu: 'ACME',
  ledger: 'PRIMARY',
  accounts: chart.map(([, account, name]) => ({ account, name, activeFrom, activeTo: null })),
  rules: [
    ...chart.map(([role, account]) => ({ role, account, match: {} })),
    { role: 'SHRINKAGE', account: '5110', match: { reason: 'DAMAGE' } },
  ],
};

export const demoPostingRules: DefinitionOf<PostingRulesPublished> = {
  bu: 'ACME',
  ledger: 'PRIMARY',
  revenuePolicy: 'ON_INVOICE',
  templates: [
    'T01',
    'T02',
    'T03',
    'T05',
    'T07',
    'T07R',
    'T08',
    'T09',
    'T09Q',
    'T09S',
    'T09V',
    'T10',
    'T11',
    'T12',
    'T13',
    'T13M',
    'T14',
    'T15',
    'T16',
    'T17',
    'T19',
    'T20',
    'T21',
    'T22',
    'T23',
  ],
};
