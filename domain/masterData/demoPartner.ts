import type { CustomerDefined } from './events.ts';
import type { CrossReferenceDefined, PartnerDefined } from './partnerEvents.ts';
import type { DefinitionOf } from './violation.ts';

// A customer of the demonstration that orders in X12 only, so that what the others do costs no documents. `docs/edi/850.edi`
// is an order of theirs.

const [bu, customer, partner] = ['ACME', 'C-2001', 'LAKESHORE'] as const;

export const demoEdiCustomer: DefinitionOf<CustomerDefined> = {
  ...{ bu, customer, name: 'Lakeshore Tool Supply', group: 'INDUSTRIAL', active: true, billTo: customer },
  shipTos: [{ id: 'MAIN', region: 'US-CA-SANTA-CLARA' }],
  ...{ taxCode: 'TAXABLE', termsDays: 30, priceListId: 'LIST-USD', contract: null },
};

/** Minor units of USD: 250,000.00. */
export const demoEdiCreditLimit = { bu, customer, limit: '25000000', currency: 'USD' } as const;

export const demoPartner: DefinitionOf<PartnerDefined> = {
  ...{ bu, partner, soldTo: customer, active: true },
  them: { qualifier: 'ZZ', id: 'LAKESHORE', application: 'LAKESHORE' },
  us: { qualifier: 'ZZ', id: 'ACMESUPPLY', application: 'ACMESUPPLY' },
  ...{
    usage: 'P',
    x12Version: '004010',
    sends: ['855', '865', '856', '810'],
    acknowledges: true,
    acknowledgeWithinHours: 24,
  },
  orders: { channel: 'edi', shipTo: null, leadDays: 5, pricesCount: true, quantityChanges: 'TOTAL' },
};

export const demoCrossReferences: readonly DefinitionOf<CrossReferenceDefined>[] = [
  {
    ...{ bu, partner, kind: 'ITEM' },
    entries: [
      { theirs: 'LS-6205', ours: 'BRG-6205' },
      { theirs: 'LS-A42', ours: 'BELT-A42' },
      { theirs: 'LS-SEAL', ours: 'KIT-SEAL' },
    ],
  },
  { ...{ bu, partner, kind: 'SHIP_TO' }, entries: [{ theirs: 'DOCK7', ours: 'MAIN' }] },
  { ...{ bu, partner, kind: 'UOM' }, entries: [{ theirs: 'CA', ours: 'BX' }] },
  { ...{ bu, partner, kind: 'CHARGE' }, entries: [{ theirs: 'D240', ours: 'FREIGHT' }] },
];
