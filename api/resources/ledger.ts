import { z } from 'zod';
import { dated, ledgerOf } from '../asOf/ledger.ts';
import { report } from '../asOf/report.ts';
import { requireScope } from '../authorise.ts';
import { unknownBooks } from '../books.ts';
import { command, type Route } from '../route.ts';
import { anyId } from '../schemas/fields.ts';
import {
  batch,
  batchQuery,
  journal,
  journalList,
  journalQuery,
  sealBatchBody,
  sealedBatch,
  trialBalance,
  trialBalanceQuery,
} from '../schemas/ledger.ts';
import { invalid } from '../violations.ts';

const tag = 'General ledger';

const listJournals = report({
  operation: 'listGlJournals',
  path: '/v1/gl-journals',
  tag,
  summary: 'Staged journals, in the order in which things happened',
  query: journalQuery,
  objections: unknownBooks,
  answer: journalList,
  models: ['gl_staging'],
  datedBy: 'the accounting date of the journal',
  rowCount: ({ items }) => items.length,
  bus: ({ items }) => items.map(({ bu }) => bu),
  handle: ({ query }, call, deps, moment) =>
    deps.reads.listJournals(dated(query, moment), call.scope, ledgerOf(moment)),
});

const readJournal = report({
  operation: 'readGlJournal',
  path: '/v1/gl-journals/{journalId}',
  tag,
  summary: 'One journal with the lineage of each line',
  params: z.strictObject({ journalId: anyId }),
  answer: journal,
  models: ['gl_staging'],
  datedBy: 'the accounting date of the journal',
  rowCount: ({ lines }) => lines.length,
  bus: ({ bu }) => [bu],
  handle: ({ params }, call, deps, moment) =>
    deps.reads.journalById(params.journalId, call.scope, ledgerOf(moment), moment.validAsOf),
});

const readTrialBalance = report({
  operation: 'readTrialBalance',
  path: '/v1/trial-balance',
  tag,
  summary: 'Balances by account; total debit equals total credit',
  query: trialBalanceQuery,
  objections: unknownBooks,
  answer: trialBalance,
  models: ['gl_staging'],
  datedBy: 'the accounting date of the journal',
  rowCount: ({ items }) => items.length,
  bus: (_body, { bu }) => [bu],
  handle: ({ query }, call, deps, moment) =>
    deps.reads.trialBalance(dated(query, moment), call.scope, ledgerOf(moment)),
});

const sealBatch = command({
  operation: 'sealGlBatch',
  path: '/v1/gl-batches',
  tag,
  summary: 'Seal the ready journals of a period; the batch is then exported to the ERP',
  description: 'Who ever published accounts or posting rules of the business unit is refused SOD_VIOLATION.',
  body: sealBatchBody,
  status: 201,
  answer: sealedBatch,
  refusals: [403, 409],
  creates: true,
  ask: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu });
    return deps.application.sealGlBatch(body, call.context);
  },
  tell: ({ controlTotals, ...batch }, receipt, { body: { bu } }) => ({
    body: { ...batch, controlTotals: sealedBatch.shape.controlTotals.parse(controlTotals), receipt },
    etag: receipt.revision,
    location: `/v1/gl-batches/${batch.batchId}?bu=${bu}`,
  }),
});

const readBatch = report({
  operation: 'readGlBatch',
  path: '/v1/gl-batches/{batchId}',
  tag,
  summary: 'One batch with the outcome of each journal',
  params: z.strictObject({ batchId: anyId }),
  query: batchQuery,
  answer: batch,
  models: ['gl_staging'],
  datedBy: 'the day, in UTC, on which the batch was sealed',
  rowCount: ({ journals }) => journals.length,
  bus: ({ bu }) => [bu],
  handle: async ({ params: { batchId }, query }, call, deps, moment) => {
    const found = await deps.reads.batchById(batchId, query.bu, call.scope, ledgerOf(moment), moment.validAsOf);
    if (found === undefined) return undefined;
    const { units, ...one } = found;
    const detail = `${units} business units have a batch ${batchId}; name one.`;
    if (units > 1) throw invalid([{ pointer: '/query/bu', code: 'REQUIRED', detail }]);
    return one;
  },
});

export const ledgerRoutes: readonly Route[] = [listJournals, readJournal, readTrialBalance, sealBatch, readBatch];
