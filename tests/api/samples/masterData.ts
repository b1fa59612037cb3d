import { artefactOf, objectOf } from '../../support/otherEnvironment.ts';
import { anOrderId, aPromotionId, inForce } from './given.ts';
import type { Samples } from './sample.ts';

/** As small as a purchase order gets. */
const aPurchaseOrder = [
  'ISA*00*          *00*          *01*123456789      *ZZ*ACMESUPPLY     *261123*0800*U*00401*000000017*0*P*>~',
  'GS*PO*NORDBUY*ACMESUPPLY*20261123*0800*17*X*004010~',
  'ST*850*0001~',
  'BEG*00*SA*PO-7001**20261123~',
  'PO1*1*10*EA*12.5**VP*BRG-6204~',
  'SE*4*0001~',
  'GE*1*17~',
  'IEA*1*000000017~',
].join('\n');
const accountMap = {
  ledger: 'PRIMARY',
  accounts: [{ account: '1200', name: 'Receivables', ...inForce }],
  rules: [{ role: 'AR_TRADE', account: '1200', match: { customerGroup: 'INDUSTRY' } }],
};
const postingRules = { ledger: 'PRIMARY', revenuePolicy: 'ON_INVOICE', templates: ['T02', 'T03'] };
const taxCodes = {
  items: [{ taxCode: 'TPP', engineCode: 'P0000000' }],
  charges: [{ charge: 'FREIGHT', engineCode: 'FR020100' }],
};
const lateSupply = {
  ...{ cushionDays: 2, pastDueSupplyDays: 14, lateSlipDays: 1, toleranceDays: 0 },
  ...{ lateLines: 'USE_SAFETY_STOCK', tell: 'DELAYS' },
};
const intercompany = { owners: [], nodes: [] };
/** As another environment exports it. */
const anArtefact = artefactOf('ACME', [objectOf({ kind: 'tax-codes', definition: { bu: 'ACME', ...taxCodes } })]);

/** Of what is defined, published and promoted. */
export const masterDataSamples = {
  defineItem: {
    path: '/v1/items/ACME/BRG-6204',
    body: {
      description: 'Bearing 6204',
      group: 'BEARING',
      baseUom: 'EA',
      conversions: [{ uom: 'BX', num: '12', den: '1' }],
      taxCode: 'TPP',
      kind: 'STOCK',
      components: [],
      leadTimeDays: null,
      dropship: { supplierNode: 'SUP-NORD', unitCost: '140.00' },
      active: true,
    },
  },
  defineCustomer: {
    path: '/v1/customers/ACME/C-1001',
    body: {
      name: 'Nord Bearings',
      group: 'INDUSTRY',
      active: true,
      billTo: 'C-1001',
      shipTos: [{ id: 'MAIN', region: 'TX' }],
      taxCode: 'BUSINESS',
      termsDays: 30,
      priceListId: 'LIST',
      contract: { contractId: 'K-1', discounts: [{ itemGroup: 'BEARING', ratePct: '8' }] },
    },
  },
  defineNode: {
    path: '/v1/nodes/ACME/DC-EAST',
    body: {
      name: 'East',
      kind: 'DC',
      priority: 1,
      region: 'EAST',
      timeZone: 'America/New_York',
      cutOff: '16:00',
      workingDays: [1, 2, 3, 4, 5],
      handlingDays: 0,
      transitDays: 1,
      inboundDays: 1,
      active: true,
    },
  },
  definePriceList: {
    path: '/v1/price-lists/ACME/LIST',
    body: { currency: 'USD', prices: [{ item: 'BRG-6204', unitPrice: '12.50' }] },
  },
  receiveDocument: { path: '/v1/inbound-documents', body: { content: Buffer.from(aPurchaseOrder).toString('base64') } },
  resendPartnerDocument: { path: `/v1/partner-documents/${anOrderId}/resends`, body: { reason: 'it never arrived' } },
  definePartner: {
    path: '/v1/partners/ACME/NORDBUY',
    body: {
      soldTo: 'C-1001',
      active: true,
      them: { qualifier: '01', id: '123456789', application: 'NORDBUY' },
      us: { qualifier: 'ZZ', id: 'ACMESUPPLY', application: 'ACMESUPPLY' },
      ...{ usage: 'P', x12Version: '004010', sends: ['855', '856', '810'], acknowledges: true },
      orders: { channel: 'edi', shipTo: 'MAIN', leadDays: 3, pricesCount: true },
    },
  },
  defineCrossReference: {
    path: '/v1/cross-references/ACME/NORDBUY/ITEM',
    body: { entries: [{ theirs: '4711', ours: 'BRG-6204' }] },
  },
  defineBusinessUnit: {
    path: '/v1/business-units/ACME',
    body: {
      name: 'Acme',
      ledger: 'PRIMARY',
      currency: 'USD',
      timeZone: 'America/New_York',
      revenuePolicy: 'ON_INVOICE',
      erpGate: true,
      costMethod: 'MOVING_AVERAGE',
    },
  },
  publishAccountMap: { path: '/v1/policies/ACME/accounts', body: accountMap },
  dryRunAccountMap: { path: '/v1/policies/ACME/accounts/dry-runs', body: accountMap },
  publishPostingRules: { path: '/v1/policies/ACME/posting', body: postingRules },
  dryRunPostingRules: { path: '/v1/policies/ACME/posting/dry-runs', body: postingRules },
  previewPromotion: {
    path: '/v1/policies/ACME/promotions/dry-runs',
    body: { artefact: anArtefact, over: ['tax-codes:ACME'] },
  },
  proposePromotion: {
    path: '/v1/policies/ACME/promotions',
    body: { artefact: anArtefact, over: ['tax-codes:ACME'], reason: 'release 2026.12' },
  },
  applyPromotion: {
    path: `/v1/policies/ACME/promotions/${aPromotionId}/applications`,
    body: { artefactSha256: anArtefact.sha256 },
  },
  publishTaxCodes: { path: '/v1/policies/ACME/tax-codes', body: taxCodes },
  dryRunTaxCodes: { path: '/v1/policies/ACME/tax-codes/dry-runs', body: taxCodes },
  publishLateSupply: { path: '/v1/policies/ACME/late-supply', body: lateSupply },
  dryRunLateSupply: { path: '/v1/policies/ACME/late-supply/dry-runs', body: lateSupply },
  publishIntercompany: { path: '/v1/policies/ACME/intercompany', body: intercompany },
  dryRunIntercompany: { path: '/v1/policies/ACME/intercompany/dry-runs', body: intercompany },
} satisfies Samples;
