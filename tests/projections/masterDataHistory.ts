import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';
const currency = 'USD';
const node = 'DC-EAST';
const item = 'BRG-6204';

const account = (number: string, name: string) => ({ account: number, name, activeFrom: '2020-01-01', activeTo: null });

const accounts: readonly (readonly [role: string, account: string])[] = [
  ['AR_TRADE', '120000'],
  ['SALES_DISCOUNT', '410000'],
  ['COGS', '500000'],
  ['REVENUE_PRODUCT', '400100'],
  ['REVENUE_FREIGHT', '400200'],
  ['REVENUE_OTHER', '400300'],
  ['TAX_PAYABLE', '220000'],
  ['TAX_VARIANCE', '701000'],
  ['DEFERRED_COGS', '135000'],
  ['INVENTORY', '130000'],
  ['INVENTORY_IN_TRANSIT', '131000'],
  ['FREIGHT_EXPENSE', '610000'],
  ['FREIGHT_ACCRUAL', '210000'],
  ['SHRINKAGE', '620000'],
  ['UNBILLED_RECEIVABLE', '121000'],
  ['SALES_RETURNS', '420000'],
  ['CASH_CLEARING', '101000'],
  ['CUSTOMER_DEPOSIT', '210500'],
  ['BAD_DEBT', '630000'],
  ['DROPSHIP_ACCRUAL', '211000'],
  ['COGS_VARIANCE', '510000'],
  ['AP_CLEARING', '212000'],
];

export const publishAccounts = (
  log: MemoryLog,
  roles: readonly string[] = accounts.map(([role]) => role),
  version = 1,
  suffix = '',
): void => {
  const used = accounts.filter(([role]) => roles.includes(role));
  log.append('policy-ACME.accounts', 'AccountMapPublished', {
    bu,
    version,
    ledger: 'PRIMARY',
    accounts: used.map(([role, number]) => account(number + suffix, role)),
    rules: used.map(([role, number]) => ({ role, account: number + suffix, match: {} })),
    contentSha256: 'a',
  });
};

/** Every role on another account, which ends in 9; those from before stay in the chart. */
export const publishOtherAccounts = (log: MemoryLog): void => {
  const other = accounts.map(([role, number]) => [role, `${number}9`] as const);
  log.append('policy-ACME.accounts', 'AccountMapPublished', {
    bu,
    version: 2,
    ledger: 'PRIMARY',
    accounts: [...accounts, ...other].map(([role, number]) => account(number, role)),
    rules: other.map(([role, number]) => ({ role, account: number, match: {} })),
    contentSha256: 'b',
  });
};

export const openPeriod = (log: MemoryLog, period = '202611'): void => {
  log.append(`period-ACME.PRIMARY.${period}`, 'PeriodOpened', {
    bu,
    ledger: 'PRIMARY',
    period,
    firstDay: '2026-11-01',
    lastDay: '2026-11-30',
  });
};

/** Business unit, item, node and credit limit, but neither accounts nor periods. */
export const defineMasterData = (log: MemoryLog): void => {
  log.append('bu-ACME.profile', 'BusinessUnitDefined', {
    bu,
    version: 1,
    name: 'Acme',
    ledger: 'PRIMARY',
    currency,
    timeZone: 'UTC',
    revenuePolicy: 'ON_INVOICE',
    erpGate: false,
    costMethod: 'MOVING_AVERAGE',
  });
  log.append('item-ACME.BRG-6204', 'ItemDefined', {
    bu,
    version: 1,
    item,
    description: 'Bearing',
    group: 'BEARING',
    baseUom: 'EA',
    conversions: [{ uom: 'BX', num: '12', den: '1' }],
    taxCode: 'TPP',
    kind: 'STOCK',
    components: [],
    leadTimeDays: null,
    dropship: null,
    active: true,
  });
  log.append('node-ACME.DC-EAST', 'NodeDefined', {
    bu,
    version: 1,
    node,
    name: 'East',
    kind: 'DC',
    priority: 1,
    region: 'US-EAST',
    timeZone: 'UTC',
    cutOff: '15:00',
    workingDays: [1, 2, 3, 4, 5],
    handlingDays: 0,
    transitDays: 2,
    inboundDays: 1,
    active: true,
  });
  log.append('policy-ACME.posting', 'PostingRulesPublished', {
    bu,
    version: 9,
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
      'T17',
      'T22',
      'T23',
    ],
    contentSha256: 'r',
  });
  log.append('credit-ACME.C-1001', 'CreditLimitSet', { bu, customer: 'C-1001', currency, limit: '500000000' });
};

/** What selling to a partner needs besides; its prices change once. */
export const defineTrade = (log: MemoryLog): void => {
  const them = { qualifier: '01', id: '123456789', application: 'NORDBUY' };
  const us = { qualifier: 'ZZ', id: 'ACMESUPPLY', application: 'ACMESUPPLY' };
  ['12.50', '12.75'].forEach((unitPrice, index) => {
    const data = { bu, version: index + 1, priceListId: 'LIST', currency, prices: [{ item, unitPrice }] };
    log.append('pricelist-ACME.LIST', 'PriceListDefined', data);
  });
  log.append('partner-ACME.NORDBUY', 'PartnerDefined', {
    ...{ bu, version: 1, partner: 'NORDBUY', soldTo: 'C-1001', active: true, them, us },
    ...{ usage: 'P', x12Version: '004010', sends: ['855'], acknowledges: true },
    orders: { channel: 'edi', shipTo: 'MAIN', leadDays: 3, pricesCount: true },
  });
  const entries = [{ theirs: '4711', ours: item }];
  const reference = { bu, version: 1, partner: 'NORDBUY', kind: 'ITEM', entries } as const;
  log.append('xref-ACME.NORDBUY.ITEM', 'CrossReferenceDefined', reference);
  log.append('policy-ACME.taxcodes', 'TaxCodesPublished', {
    ...{ bu, version: 1, items: [{ taxCode: 'TPP', engineCode: 'P0000000' }], charges: [], contentSha256: 't' },
  });
  log.append('policy-ACME.latesupply', 'LateSupplyPublished', {
    ...{ bu, version: 1, cushionDays: 0, pastDueSupplyDays: 14, lateSlipDays: 1, toleranceDays: 2 },
    ...{ lateLines: 'WAIT', tell: 'DELAYS', contentSha256: 'l' },
  });
  log.append('policy-ACME.intercompany', 'IntercompanyPublished', {
    ...{ bu, version: 1, nodes: [], contentSha256: 'i' },
    owners: [{ owner: 'OTHER', prices: [{ from: '2026-01-01', markupPct: '10' }] }],
  });
};

/** What every history begins with: master data, an account for each role, and a period that is open. */
export const openBooks = (log: MemoryLog): void => {
  defineMasterData(log);
  publishAccounts(log);
  openPeriod(log);
};
