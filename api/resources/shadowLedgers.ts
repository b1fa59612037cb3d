import { ledgerOf } from '../asOf/ledger.ts';
import { report } from '../asOf/report.ts';
import { requireScope } from '../authorise.ts';
import { command, longCommand, type Route } from '../route.ts';
import {
  cancelCutOverBody,
  comparisonList,
  comparisonQuery,
  cutOverBody,
  cutOverCancelled,
  cutOverRecorded,
  explanationBody,
  explanationRecorded,
  shadowBatchList,
  shadowBatchQuery,
  shadowBody,
  shadowDefined,
  shadowLedger,
  unitParams,
} from '../schemas/shadowLedgers.ts';
import { catchUp } from '../waitForPosition.ts';

const tag = 'General ledger';
const datedBy = 'the day on which the batch was sealed';

const define = command({
  operation: 'defineShadowLedger',
  method: 'put',
  path: '/v1/shadow-ledgers/{bu}',
  tag,
  summary: 'Say how a second ERP would post the journals of a business unit, and what its postings are to come to',
  description:
    'From then on every batch that is sealed is held against it; the ERP of record gets its batches as before and never waits for that. A full replacement: batches that were compared stay as they were found. Once a cut-over took effect, the definition of another ERP begins the next move; what was found of the one before it is told as of a position before that.',
  params: unitParams,
  body: shadowBody,
  status: 200,
  answer: shadowDefined,
  refusals: [409],
  ask: async ({ params, body }, call, deps) => {
    requireScope(call.principal, params);
    return deps.operations.defineShadowLedger({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: ({ version }, receipt) => ({ body: { version, receipt }, etag: receipt.revision }),
});

const readOne = report({
  operation: 'readShadowLedger',
  path: '/v1/shadow-ledgers/{bu}',
  tag,
  summary:
    'How a second ERP is mapped, how many clean days there are, and what keeps the business unit from its cut-over',
  params: unitParams,
  answer: shadowLedger,
  models: ['shadow_ledgers', 'gl_staging'],
  datedBy,
  rowCount: () => 1,
  bus: ({ bu }) => [bu],
  handle: ({ params }, call, deps, moment) => deps.reads.shadowLedger(params.bu, call.scope, moment, ledgerOf(moment)),
});

const comparison = report({
  operation: 'readShadowComparison',
  path: '/v1/shadow-ledgers/{bu}/comparison',
  tag,
  summary:
    'By account, cost centre, tax code and period: what the second ERP would have posted, and where that differs',
  description:
    '`show=UNEXPLAINED` leaves what stands against a cut-over. All lines of a batch that are behind a difference are at `/v1/gl-lines?batchId=&account=`, and each leads to its order line.',
  params: unitParams,
  query: comparisonQuery,
  answer: comparisonList,
  models: ['shadow_ledgers'],
  datedBy,
  rowCount: ({ items }) => items.length,
  bus: () => [],
  handle: ({ params, query }, call, deps, moment) =>
    deps.reads.shadowComparison({ ...params, ...query }, call.scope, moment),
});

const batches = report({
  operation: 'listShadowBatches',
  path: '/v1/shadow-ledgers/{bu}/batches',
  tag,
  summary: 'Batches that were compared, newest first, and whether what was compared is what was sealed',
  params: unitParams,
  query: shadowBatchQuery,
  answer: shadowBatchList,
  models: ['shadow_ledgers', 'gl_staging'],
  datedBy,
  rowCount: ({ items }) => items.length,
  bus: ({ items }) => items.map(({ bu }) => bu),
  handle: ({ params, query }, call, deps, moment) =>
    deps.reads.listShadowBatches({ ...params, ...query }, call.scope, moment),
});

const explain = command({
  operation: 'explainShadowDifference',
  path: '/v1/shadow-ledgers/{bu}/explanations',
  tag,
  summary: 'Record why a difference is as it is to be, and up to which day',
  description:
    'It is unexplained again in batches that are sealed later. A later explanation takes the place of an earlier one.',
  params: unitParams,
  body: explanationBody,
  status: 201,
  answer: explanationRecorded,
  refusals: [404],
  ask: async ({ params, body }, call, deps) => {
    requireScope(call.principal, params);
    return deps.operations.explainShadowDifference({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: ({ key, until }, receipt) => ({ body: { key, until, receipt }, etag: receipt.revision }),
});

const cutOver = longCommand({
  operation: 'cutOverShadowLedger',
  path: '/v1/shadow-ledgers/{bu}/cut-overs',
  tag,
  summary: 'Hand the books of a business unit to its second ERP from a period on, after somebody else agreed',
  description:
    'Refused SHADOW_NOT_CLEAN until the shadow was clean for as many business days as it takes and every sealed batch was compared; then APPROVAL_REQUIRED with the id of an approval, and once a second person agreed there, the same call cuts over. Batches of earlier periods stay with the ERP that has the business unit today.',
  params: unitParams,
  body: cutOverBody,
  status: 201,
  answer: cutOverRecorded,
  refusals: [403, 404, 409],
  ask: async ({ params, body }, call, deps) => {
    requireScope(call.principal, params);
    // Both must know of every batch that is sealed by now.
    await catchUp(deps, ['shadow_ledgers', 'gl_staging']);
    const known = await deps.reads.shadowReadiness(params.bu);
    return deps.operations.cutOverShadowLedger({ ...params, ...body, ...known, ...call.condition }, call.context);
  },
  tell: (value, receipt, { params }) => ({
    body: { ...value, receipt },
    etag: receipt.revision,
    location: `/v1/shadow-ledgers/${params.bu}`,
  }),
});

const cancel = longCommand({
  operation: 'cancelCutOver',
  path: '/v1/shadow-ledgers/{bu}/cut-overs/cancellations',
  tag,
  summary: 'Cancel a cut-over before it takes effect',
  description:
    'The books stay where they are, and the shadow goes on with the clean days that it has. Refused SHADOW_CUT_OVER from the day on which the cut-over takes effect, and PERIOD_OUT_OF_ORDER where a batch went by it: then the books move back by a shadow of the other ERP.',
  params: unitParams,
  body: cancelCutOverBody,
  status: 201,
  answer: cutOverCancelled,
  refusals: [404, 409],
  ask: async ({ params, body }, call, deps) => {
    requireScope(call.principal, params);
    await catchUp(deps, ['shadow_ledgers', 'gl_staging']);
    const { lastPeriod } = await deps.reads.shadowReadiness(params.bu);
    return deps.operations.cancelCutOver({ ...params, ...body, lastPeriod, ...call.condition }, call.context);
  },
  tell: (value, receipt, { params }) => ({
    body: { ...value, receipt },
    etag: receipt.revision,
    location: `/v1/shadow-ledgers/${params.bu}`,
  }),
});

export const shadowLedgerRoutes: readonly Route[] = [define, readOne, comparison, batches, explain, cutOver, cancel];
