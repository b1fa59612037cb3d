import { report } from '../asOf/report.ts';
import { requireScope } from '../authorise.ts';
import { unknownBooks } from '../books.ts';
import { command, type Route } from '../route.ts';
import {
  accountingPeriod,
  accountingPeriodList,
  periodBody,
  periodOpened,
  periodParams,
  periodQuery,
  periodReason,
  softClosed,
} from '../schemas/periods.ts';

const tag = 'General ledger';

const openPeriod = command({
  operation: 'openAccountingPeriod',
  path: '/v1/accounting-periods',
  tag,
  summary: 'Open an accounting period',
  body: periodBody,
  status: 201,
  answer: periodOpened,
  refusals: [409],
  ask: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu });
    return deps.application.openPeriod({ ...body, ...call.condition }, call.context);
  },
  tell: ({ period }, receipt) => ({ body: { period, receipt }, etag: receipt.revision }),
});

const listPeriods = report({
  operation: 'listAccountingPeriods',
  path: '/v1/accounting-periods',
  tag,
  summary: 'Accounting periods and how they stand, newest period first',
  query: periodQuery,
  objections: unknownBooks,
  answer: accountingPeriodList,
  models: ['periods', 'event_index'],
  datedBy: 'the first day of the period',
  rowCount: ({ items }) => items.length,
  bus: ({ items }) => items.map(({ bu }) => bu),
  handle: ({ query }, call, deps, moment) => deps.reads.listPeriods(query, call.scope, moment),
});

const readPeriod = report({
  operation: 'readAccountingPeriod',
  path: '/v1/accounting-periods/{periodId}',
  tag,
  summary: 'One accounting period: who opened, closed and reopened it, and what was looked at for the close',
  params: periodParams,
  answer: accountingPeriod,
  models: ['periods', 'event_index'],
  datedBy: 'the first day of the period',
  rowCount: () => 1,
  bus: ({ bu }) => [bu],
  handle: ({ params }, call, deps, moment) => deps.reads.periodById(params.periodId, call.scope, moment),
});

/** As the schema of the path has it: neither a code nor a ledger has a dot. */
const partsOf = (periodId: string): { readonly bu: string; readonly ledger: string; readonly period: string } => {
  const [bu = '', ledger = '', period = ''] = periodId.split('.');
  return { bu, ledger, period };
};

const softClosePeriod = command({
  operation: 'softCloseAccountingPeriod',
  path: '/v1/accounting-periods/{periodId}/soft-closes',
  tag,
  summary: 'End the ordinary postings of a period; what finance posts itself still lands in it',
  description:
    'Goods and documents dated in it are from then on posted late, in the first open period. So the next period has to be open before (PERIOD_OUT_OF_ORDER): without one they would all wait.',
  params: periodParams,
  body: periodReason,
  status: 201,
  answer: softClosed,
  ask: async ({ params, body }, call, deps) => {
    const of = partsOf(params.periodId);
    requireScope(call.principal, { bu: of.bu });
    return deps.application.softClosePeriod({ ...of, ...body, ...call.condition }, call.context);
  },
  tell: (left, receipt) => ({
    body: { ...left, receipt },
    etag: receipt.revision,
    location: `/v1/accounting-periods/${left.periodId}`,
  }),
});

export const periodRoutes: readonly Route[] = [openPeriod, listPeriods, readPeriod, softClosePeriod];
