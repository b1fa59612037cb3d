import { anOrderId, aPeriodId } from './given.ts';
import type { Samples } from './sample.ts';

/** Of invoices, money and the ledger. */
export const booksSamples = {
  voidInvoice: { path: `/v1/invoices/${anOrderId}/voids`, body: { reason: 'wrong address' } },
  recordPayment: {
    path: '/v1/payments',
    body: {
      ...{ invoiceId: anOrderId, reference: 'BANK-1', amount: '5000', currency: 'USD' },
      paidAt: '2026-11-23T08:00:00Z',
    },
  },
  writeOffInvoice: {
    path: '/v1/write-offs',
    body: { invoiceId: anOrderId, amount: '100', cause: 'SMALL_BALANCE', reason: 'not worth a reminder' },
  },
  disputeInvoice: {
    path: `/v1/invoices/${anOrderId}/disputes`,
    body: { cause: 'PRICE', reason: 'another price was agreed', invoiceLineIds: ['1'] },
  },
  resolveDispute: {
    path: `/v1/invoices/${anOrderId}/disputes/${anOrderId}/resolutions`,
    body: { outcome: 'REJECTED', reason: 'it is the price of the contract' },
  },
  acceptTaxMismatch: {
    path: `/v1/invoices/${anOrderId}/tax-acceptances`,
    body: { difference: '6', reason: 'rounded by line there' },
  },
  requestTaxCheck: { path: `/v1/invoices/${anOrderId}/tax-checks`, body: { creditMemoId: anOrderId } },
  recordDeposit: {
    path: '/v1/deposits',
    body: {
      ...{ orderId: anOrderId, reference: 'BANK-1', amount: '5000', currency: 'USD' },
      receivedAt: '2026-11-23T08:00:00Z',
    },
  },
  refundDeposit: {
    path: `/v1/deposits/${anOrderId}-1/refunds`,
    body: { amount: '100', reason: 'asked for by phone' },
  },
  creditInvoice: {
    path: '/v1/credit-memos',
    body: {
      ...{ invoiceId: anOrderId, cause: 'RETURN', reason: 'damaged', restockingFee: '100' },
      lines: [{ invoiceLineId: '1', qty: '2' }],
      charges: [{ code: 'FREIGHT', amount: '500' }],
    },
  },
  restageGlJournal: { path: '/v1/gl-journals/J/restagings', body: { reason: 'account was missing' } },
  restageGlJournals: {
    path: '/v1/gl-journals/restagings',
    body: { bu: 'ACME', ledger: 'PRIMARY', period: '202611', role: 'AR_TRADE', reason: 'account was missing' },
  },
  reverseGlJournal: {
    path: '/v1/gl-journals/J/reversals',
    body: { reason: 'posted by mistake', accountingDate: '2026-11-28' },
  },
  repostGlJournal: {
    path: '/v1/gl-journals/J/reposts',
    body: { reason: 'wrong account', accountingDate: '2026-11-28', ruleSetVersion: 1 },
  },
  // One that all who may draw any may draw.
  runReport: { path: '/v1/report-runs', body: { report: 'inventory-valuation', filters: { bu: 'ACME' } } },
  sealGlBatch: { path: '/v1/gl-batches', body: { bu: 'ACME', ledger: 'PRIMARY', period: '202611' } },
  openAccountingPeriod: { path: '/v1/accounting-periods', body: { bu: 'ACME', ledger: 'PRIMARY', period: '202612' } },
  softCloseAccountingPeriod: { path: `/v1/accounting-periods/${aPeriodId}/soft-closes`, body: { reason: 'month end' } },
  closeAccountingPeriod: { path: `/v1/accounting-periods/${aPeriodId}/closes`, body: { reason: 'month end' } },
  reopenAccountingPeriod: { path: `/v1/accounting-periods/${aPeriodId}/reopenings`, body: { reason: 'late bill' } },
  setCreditLimit: {
    path: '/v1/credit-accounts/C-1001/limits',
    body: { bu: 'ACME', limit: '500000000', currency: 'USD' },
  },
} satisfies Samples;
