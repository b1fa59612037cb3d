import { journalIdFor } from '../../../commands/calls/journalId.ts';
import { toDomain } from '../../../commands/codec.ts';
import { eventAt } from '../../../commands/deciding/readStream.ts';
import { newUlid } from '../../../commands/eventIds.ts';
import type { StreamName } from '../../../domain/eventLog.ts';
import { projections } from '../../../projections/catalogue.ts';
import { catchUp } from '../../../projections/runner.ts';
import { type ClaimingApi, next, type Prepared, sampleBody, written } from '../claimingApi.ts';
import { orderId, unit } from './requests.ts';
import type { ClaimingRoutes } from './row.ts';

/** `disputeId`: it is disputed. */
const anInvoice = async (api: ClaimingApi, disputeId?: string): Promise<string> => {
  const invoiceId = newUlid();
  await written(api, `invoice-ACME.${invoiceId}`, [
    ['InvoiceDrafted', { invoiceId }],
    ['InvoiceIssued', { invoiceId }],
    ...(disputeId === undefined ? [] : [['InvoiceDisputed', { invoiceId, disputeId }] as const]),
  ]);
  return invoiceId;
};

const issuedInvoice = async (api: ClaimingApi): Promise<Prepared> => {
  const invoiceId = await anInvoice(api);
  return { path: `/v1/invoices/${invoiceId}/voids`, body: sampleBody('voidInvoice') };
};

const heldDeposit = async (api: ClaimingApi): Promise<string> => {
  const orderId = newUlid();
  const depositId = `${orderId}-1`;
  await written(api, `deposit-ACME.${orderId}`, [['DepositReceived', { depositId, orderId }]]);
  return depositId;
};

/** A journal of an invoice that nobody sealed, as the read models know it. */
const stagedJournal = async (api: ClaimingApi): Promise<Prepared> => {
  const invoiceId = newUlid();
  const stream = `invoice-ACME.${invoiceId}` as StreamName;
  await written(api, stream, [['InvoiceIssued', { invoiceId }]]);
  for (const projection of projections.filter(({ name }) => ['gl_staging', 'event_index'].includes(name)))
    await catchUp({ db: api.database.db, feed: api.log, decode: toDomain }, projection);
  const issued = await eventAt(api.log, stream, 0);
  const journalId = journalIdFor(issued?.eventId ?? '', 'T03', 'PRIMARY');
  return { path: `/v1/gl-journals/${journalId}/restagings`, body: sampleBody('restageGlJournal') };
};

/** A business unit whose shadow ledger has found a difference. */
const shadowedUnit = async (api: ClaimingApi): Promise<string> => {
  const bu = await unit(api);
  await written(api, `shadow-${bu}.PRIMARY`, [
    ['ShadowLedgerDefined', { bu }],
    ['ShadowBatchCompared', { bu }],
  ]);
  return bu;
};

/** Opens a period of its own and the one behind it. */
const openPeriods = async (api: ClaimingApi): Promise<string> => {
  const year = 2200 + next();
  for (const month of ['01', '02']) {
    const key = { bu: 'ACME', ledger: 'PRIMARY', period: `${year}${month}` };
    await written(api, `period-ACME.PRIMARY.${year}${month}`, [['PeriodOpened', key]]);
  }
  return `ACME.PRIMARY.${year}01`;
};

const softClose = async (api: ClaimingApi): Promise<Prepared> => ({
  path: `/v1/accounting-periods/${await openPeriods(api)}/soft-closes`,
  body: sampleBody('softCloseAccountingPeriod'),
});

/** Of invoices, money and the ledger. */
export const booksRoutes = {
  recordDeposit: {
    prepare: async (api) => ({
      path: '/v1/deposits',
      body: {
        ...sampleBody('recordDeposit'),
        ...{ orderId: await orderId(api), reference: `BANK-${next()}`, receivedAt: new Date().toISOString() },
      },
    }),
    ...{ events: ['DepositReceived'], reads: 2, keys: 2 },
  },
  recordPayment: {
    prepare: async (api) => ({
      path: '/v1/payments',
      body: {
        ...sampleBody('recordPayment'),
        ...{ invoiceId: await anInvoice(api), reference: `BANK-${next()}`, paidAt: new Date().toISOString() },
      },
    }),
    ...{ events: ['PaymentRecorded'], reads: 1, keys: 2 },
  },
  disputeInvoice: {
    prepare: async (api) => ({
      path: `/v1/invoices/${await anInvoice(api)}/disputes`,
      body: { cause: 'PRICE', reason: 'another price was agreed' },
    }),
    ...{ events: ['InvoiceDisputed'], reads: 1 },
  },
  resolveDispute: {
    prepare: async (api) => {
      const disputeId = newUlid();
      return {
        path: `/v1/invoices/${await anInvoice(api, disputeId)}/disputes/${disputeId}/resolutions`,
        body: sampleBody('resolveDispute'),
      };
    },
    ...{ events: ['DisputeResolved'], reads: 1 },
  },
  requestTaxCheck: {
    prepare: async (api) => ({ path: `/v1/invoices/${await anInvoice(api)}/tax-checks`, body: {} }),
    ...{ events: ['TaxCheckRequested'], reads: 1 },
  },
  refundDeposit: {
    prepare: async (api) => ({
      path: `/v1/deposits/${await heldDeposit(api)}/refunds`,
      body: sampleBody('refundDeposit'),
    }),
    ...{ events: ['DepositRefunded'], reads: 1 },
  },
  voidInvoice: { prepare: issuedInvoice, events: ['InvoiceVoided'], reads: 3 },
  restageGlJournal: { prepare: stagedJournal, events: ['GlRestageRequested'], reads: 2 },
  sealGlBatch: {
    prepare: async ({ seal }) => {
      seal.sequence += 1;
      return { path: '/v1/gl-batches', body: sampleBody('sealGlBatch') };
    },
    ...{ events: ['GlBatchSealed'], reads: 2 },
  },
  openAccountingPeriod: {
    prepare: async () => ({
      path: '/v1/accounting-periods',
      body: { ...sampleBody('openAccountingPeriod'), period: `${2100 + next()}01` },
    }),
    ...{ events: ['PeriodOpened'], reads: 2 },
  },
  softCloseAccountingPeriod: { prepare: softClose, events: ['PeriodSoftClosed'], reads: 2 },
  setCreditLimit: {
    prepare: async () => ({
      path: '/v1/credit-accounts/C-1001/limits',
      body: { ...sampleBody('setCreditLimit'), limit: String(500_000_000 + next()) },
    }),
    ...{ events: ['CreditLimitSet'], reads: 0 },
  },
  runReport: {
    prepare: async (api) => {
      await stagedJournal(api);
      return { path: '/v1/report-runs', body: { report: 'trial-balance', filters: { bu: 'ACME' } } };
    },
    ...{ events: ['ReportRunRecorded'], reads: 1 },
  },
  drawAuditSample: {
    prepare: async (api) => {
      await stagedJournal(api);
      // Nothing is drawn while something cannot be posted, and these histories are made of pieces.
      await api.database.pool.query(`delete from ops.dead_letter where projection = 'gl_staging'`);
      const population = { ledger: 'PRIMARY', from: '2000-01-01', to: '2999-12-31' };
      const knownAsOf = await api.log.head();
      return { path: '/v1/audit/samples', body: { ...sampleBody('drawAuditSample'), population, knownAsOf } };
    },
    ...{ events: ['AuditSampleDrawn'], reads: 1 },
  },
  defineShadowLedger: {
    prepare: async (api) => ({
      path: `/v1/shadow-ledgers/${await unit(api)}`,
      body: sampleBody('defineShadowLedger'),
    }),
    ...{ events: ['ShadowLedgerDefined'], reads: 1 },
  },
  explainShadowDifference: {
    prepare: async (api) => ({
      path: `/v1/shadow-ledgers/${await shadowedUnit(api)}/explanations`,
      body: sampleBody('explainShadowDifference'),
    }),
    ...{ events: ['ShadowDifferenceExplained'], reads: 1 },
  },
} satisfies ClaimingRoutes;
