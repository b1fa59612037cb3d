import type {
  BusinessUnitDefined,
  CustomerDefined,
  ItemDefined,
  NodeDefined,
  PriceListDefined,
  TaxCodesPublished,
} from './events.ts';
import type { DefinitionOf } from './violation.ts';

// The demonstration distributor as plain data. The seed feeds it through the same commands as everybody else, in this
// order: business unit, nodes, items, price list, customers, account map, posting rules, tax codes, period, credit
// limits, opening stock.

const bu = 'ACME';

/** The business day is UTC's, so that a figure looked up by today's date is found whatever the hour. */
export const demoBusinessUnit: DefinitionOf<BusinessUnitDefined> = {
  bu,
  name: 'Acme Industrial Supply',
  ledger: 'PRIMARY',
  currency: 'USD',
  timeZone: 'UTC',
  revenuePolicy: 'ON_INVOICE',
  erpGate: true,
  costMethod: 'MOVING_AVERAGE',
  creditMemoLimit: '100000',
  writeOffLimit: '5000',
  costCorrectionLimit: '100000',
  giftLimit: '10000',
  fraudChecks: [
    { payment: 'CARD', whenUnanswered: 'HOLD', answerWithinSeconds: 60 },
    { channel: 'webshop', whenUnanswered: 'ACCEPT', answerWithinSeconds: 60 },
  ],
  crm: {
    owns: ['NAME', 'ACTIVE', 'TERMS', 'CONTACTS'],
    // The choices that Dynamics 365 comes with; 2 is "2 % 10, net 30", and a discount for early payment is not known here.
    terms: [
      { theirs: '1', days: 30 },
      { theirs: '3', days: 45 },
      { theirs: '4', days: 60 },
    ],
    newCustomers: { group: 'INDUSTRIAL', taxCode: 'TAXABLE', priceListId: 'LIST-USD' },
    // The unit that Dynamics 365 comes with, and one that a unit group names by its words.
    quotes: {
      wonFrom: '2020-01-01',
      units: [
        { theirs: 'Primary Unit', ours: 'EA' },
        { theirs: 'Box of 12', ours: 'BX' },
      ],
    },
  },
};

const weekdays = [1, 2, 3, 4, 5];

export const demoNodes: readonly DefinitionOf<NodeDefined>[] = [
  {
    bu,
    node: 'DC-EAST',
    name: 'Distribution centre East, Newark',
    kind: 'DC',
    priority: 1,
    region: 'US-NJ',
    active: true,
    timeZone: 'America/New_York',
    cutOff: '16:00',
    workingDays: weekdays,
    handlingDays: 0,
    transitDays: 2,
    inboundDays: 1,
  },
  {
    bu,
    node: 'DC-WEST',
    name: 'Distribution centre West, Reno',
    kind: 'DC',
    priority: 2,
    region: 'US-NV',
    active: true,
    timeZone: 'America/Los_Angeles',
    cutOff: '15:00',
    workingDays: weekdays,
    handlingDays: 0,
    transitDays: 3,
    inboundDays: 1,
  },
  {
    bu,
    node: '3PL-SOUTH',
    name: 'Contract warehouse South, Atlanta',
    kind: '3PL',
    priority: 3,
    region: 'US-GA',
    active: true,
    timeZone: 'America/New_York',
    cutOff: '13:00',
    workingDays: weekdays,
    handlingDays: 1,
    transitDays: 3,
    inboundDays: 2,
  },
  {
    bu,
    node: 'SUP-NORD',
    name: 'Nord Motors, drop-ship supplier',
    kind: 'SUPPLIER',
    priority: 9,
    region: 'US-MN',
    active: true,
    timeZone: 'America/Chicago',
    cutOff: '12:00',
    workingDays: weekdays,
    handlingDays: 2,
    transitDays: 4,
    inboundDays: 0,
  },
];

const stockItem = (item: string, description: string, group: string): DefinitionOf<ItemDefined> => ({
  bu,
  item,
  description,
  group,
  baseUom: 'EA',
  conversions: [],
  taxCode: 'TPP',
  kind: 'STOCK',
  components: [],
  leadTimeDays: null,
  dropship: null,
  active: true,
});

const boxOf = (num: string) => [{ uom: 'BX', num, den: '1' }];

/** Components come before the kit that is made of them. */
export const demoItems: readonly DefinitionOf<ItemDefined>[] = [
  { ...stockItem('BRG-6204', 'Deep groove ball bearing 6204', 'BEARING'), conversions: boxOf('12') },
  { ...stockItem('BRG-6205', 'Deep groove ball bearing 6205', 'BEARING'), conversions: boxOf('12') },
  stockItem('BELT-A42', 'V-belt A42', 'BELT'),
  {
    ...stockItem('MOTOR-1HP', 'Electric motor 1 HP, single phase', 'MOTOR'),
    leadTimeDays: 21,
    dropship: { supplierNode: 'SUP-NORD', unitCost: '140.00' },
  },
  stockItem('SEAL-RING', 'Shaft seal ring', 'SEAL'),
  stockItem('GREASE-50', 'Bearing grease, 50 g tube', 'LUBRICANT'),
  {
    ...stockItem('KIT-SEAL', 'Seal kit: two rings and grease', 'SEAL'),
    kind: 'KIT',
    components: [
      { item: 'SEAL-RING', qty: '2' },
      { item: 'GREASE-50', qty: '1' },
    ],
  },
];

export const demoPriceList: DefinitionOf<PriceListDefined> = {
  bu,
  priceListId: 'LIST-USD',
  currency: 'USD',
  prices: [
    { item: 'BRG-6204', unitPrice: '12.50' },
    { item: 'BRG-6205', unitPrice: '14.20' },
    { item: 'BELT-A42', unitPrice: '9.99' },
    { item: 'MOTOR-1HP', unitPrice: '189.00' },
    { item: 'KIT-SEAL', unitPrice: '11.50' },
    { item: 'SEAL-RING', unitPrice: '3.25' },
    { item: 'GREASE-50', unitPrice: '6.40' },
  ],
};

/** Santa Clara County is taxed at 8.25 % by one authority in the simulated engine, so the golden example has one tax line. */
export const demoCustomers: readonly DefinitionOf<CustomerDefined>[] = [
  {
    bu,
    customer: 'C-1001',
    name: 'Bay Machine Works',
    group: 'INDUSTRIAL',
    active: true,
    billTo: 'C-1001',
    shipTos: [{ id: 'MAIN', region: 'US-CA-SANTA-CLARA' }],
    taxCode: 'TAXABLE',
    termsDays: 30,
    priceListId: 'LIST-USD',
    contract: { contractId: 'CT-1001', discounts: [{ itemGroup: 'BEARING', ratePct: '8' }] },
  },
  {
    bu,
    customer: 'C-1002',
    name: 'Hill Street Garage',
    group: 'WORKSHOP',
    active: true,
    billTo: 'C-1002',
    shipTos: [{ id: 'MAIN', region: 'US-CA-SANTA-CLARA' }],
    taxCode: 'TAXABLE',
    termsDays: 14,
    priceListId: 'LIST-USD',
    contract: null,
  },
  {
    bu,
    customer: 'C-1003',
    name: 'Old Mill Repairs',
    group: 'WORKSHOP',
    active: false,
    billTo: 'C-1003',
    shipTos: [{ id: 'MAIN', region: 'US-CA-SANTA-CLARA' }],
    taxCode: 'TAXABLE',
    termsDays: 14,
    priceListId: 'LIST-USD',
    contract: null,
  },
];

/** AvaTax system codes: tangible personal property, and freight, which is not taxed. */
export const demoTaxCodes: DefinitionOf<TaxCodesPublished> = {
  bu,
  items: [{ taxCode: 'TPP', engineCode: 'P0000000' }],
  charges: [
    { charge: 'FREIGHT', engineCode: 'FR020100' },
    { charge: 'HANDLING', engineCode: 'OH010000' },
  ],
};
