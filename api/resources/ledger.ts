import { z } from 'zod';
import { requireScope } from '../authorise.ts';
import { settled } from '../outcome.ts';
import { command, type Route, read } from '../route.ts';
import { anyId } from '../schemas/fields.ts';
import {
  batch,
  batchQuery,
  journal,
  journalList,
  journalQuery,
  periodAnswer,
  periodBody,
  sealBatchBody,
  sealedBatch,
  tieOutQuery,
  tieOuts,
  trialBalance,
  trialBalanceQuery,
} from '../schemas/ledger.ts';

const tag = 'General ledger';

const listJournals = read({
  operation: 'listGlJournals',
  path: '/v1/gl-journals',
  tag,
  summary: 'Staged journals, in the order in which things happened',
  query: journalQuery,
  answer: journalList,
  models: ['gl_staging'],
  handle: ({ query }, call, deps) => deps.reads.listJournals(query, call.scope),
});

const readJournal = read({
  operation: 'readGlJournal',
  path: '/v1/gl-journals/{journalId}',
  tag,
  summary: 'One journal with the lineage of each line',
  params: z.strictObject({ journalId: anyId }),
  answer: journal,
  models: ['gl_staging'],
  handle: (input, call, deps) => deps.reads.journalById(input.params.journalId, call.scope),
});

const readTrialBalance = read({
  operation: 'readTrialBalance',
  path: '/v1/trial-balance',
  tag,
  summary: 'Balances by account; total debit equals total credit',
  query: trialBalanceQuery,
  answer: trialBalance,
  models: ['gl_staging'],
  handle: ({ query }, call, deps) => deps.reads.trialBalance(query, call.scope),
});

const readTieOuts = read({
  operation: 'readTieOuts',
  path: '/v1/tie-outs',
  tag,
  summary: 'Subledgers against the general ledger',
  query: tieOutQuery,
  answer: tieOuts,
  models: ['gl_staging', 'subledgers'],
  handle: async ({ query }, call, deps) => ({ items: await deps.reads.tieOuts(query, call.scope), nextCursor: null }),
});

const sealBatch = command({
  operation: 'sealGlBatch',
  path: '/v1/gl-batches',
  tag,
  summary: 'Seal the ready journals of a period; the batch is then exported to the ERP',
  body: sealBatchBody,
  status: 201,
  answer: sealedBatch,
  refusals: [409],
  creates: true,
  handle: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu });
    const { value, receipt } = settled(await deps.application.sealGlBatch(body, call.context));
    const { batchId, state, journalCount, sha256 } = value;
    const controlTotals = sealedBatch.shape.controlTotals.parse(value.controlTotals);
    const location = `/v1/gl-batches/${batchId}`;
    return {
      body: { batchId, state, journalCount, controlTotals, sha256, receipt },
      etag: receipt.revision,
      location,
      position: receipt.position,
    };
  },
});

const readBatch = read({
  operation: 'readGlBatch',
  path: '/v1/gl-batches/{batchId}',
  tag,
  summary: 'One batch with the outcome of each journal',
  params: z.strictObject({ batchId: anyId }),
  query: batchQuery,
  answer: batch,
  models: ['gl_staging'],
  handle: (input, call, deps) => deps.reads.batchById(input.params.batchId, input.query.bu, call.scope),
});

const openPeriod = command({
  operation: 'openAccountingPeriod',
  path: '/v1/accounting-periods',
  tag,
  summary: 'Open an accounting period',
  body: periodBody,
  status: 201,
  answer: periodAnswer,
  refusals: [409],
  handle: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu });
    const { value, receipt } = settled(await deps.application.openPeriod({ ...body, ...call.condition }, call.context));
    return { body: { period: value.period, receipt }, etag: receipt.revision, position: receipt.position };
  },
});

export const ledgerRoutes: readonly Route[] = [
  listJournals,
  readJournal,
  readTrialBalance,
  readTieOuts,
  sealBatch,
  readBatch,
  openPeriod,
];
