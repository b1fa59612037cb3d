import type { Receipt } from '../../commands/ports.ts';
import { readinessModels } from '../../projections/periods/readiness.ts';
import { report } from '../asOf/report.ts';
import { requireScope } from '../authorise.ts';
import { unknownBooks } from '../books.ts';
import { command, longCommand, type Route } from '../route.ts';
import {
  accountingPeriod,
  accountingPeriodList,
  periodBody,
  periodClosed,
  periodOpened,
  periodParams,
  periodQuery,
  periodReadiness,
  periodReason,
  periodReopened,
  softClosed,
} from '../schemas/periods.ts';

const tag = 'General ledger';

/** As the schema of the path has it: neither a code nor a ledger has a dot. */
const partsOf = (periodId: string): { readonly bu: string; readonly ledger: string; readonly period: string } => {
  const [bu = '', ledger = '', period = ''] = periodId.split('.');
  return { bu, ledger, period };
};

const told = <T extends { readonly periodId: string }>(value: T, receipt: Receipt) => ({
  body: { ...value, receipt },
  etag: receipt.revision,
  location: `/v1/accounting-periods/${value.periodId}`,
});

const openPeriod = command({
  operation: 'openAccountingPeriod',
  path: '/v1/accounting-periods',
  tag,
  summary: 'Open an accounting period',
  description: 'None is opened in front of one that is closed or being closed (PERIOD_OUT_OF_ORDER).',
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

const readReadiness = report({
  operation: 'readCloseReadiness',
  path: '/v1/accounting-periods/{periodId}/readiness',
  tag,
  summary: 'What keeps a period from being closed, whose it is and what it is worth, with a forecast of the accrual',
  params: periodParams,
  answer: periodReadiness,
  models: readinessModels,
  datedBy: 'the first day of the period',
  rowCount: ({ blockers }) => blockers.length,
  bus: ({ bu }) => [bu],
  handle: ({ params }, call, deps, moment) => deps.reads.closeReadiness(partsOf(params.periodId), call.scope, moment),
});

const softClosePeriod = command({
  operation: 'softCloseAccountingPeriod',
  path: '/v1/accounting-periods/{periodId}/soft-closes',
  tag,
  summary: 'End the ordinary postings of a period; what finance posts itself still lands in it',
  description:
    'Also takes back a close that was begun and not finished. Goods and documents dated in it are from then on posted late, in the first open period. So the next period has to be open before (PERIOD_OUT_OF_ORDER): without one they would all wait.',
  params: periodParams,
  body: periodReason,
  status: 201,
  answer: softClosed,
  ask: async ({ params, body }, call, deps) => {
    const of = partsOf(params.periodId);
    requireScope(call.principal, { bu: of.bu });
    return deps.application.softClosePeriod({ ...of, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const closePeriod = longCommand({
  operation: 'closeAccountingPeriod',
  path: '/v1/accounting-periods/{periodId}/closes',
  tag,
  summary: 'Close a period that was soft-closed, once nothing stands against it',
  description:
    'While the checklist has a MUST, the answer is PERIOD_NOT_READY with the blockers, and nothing is recorded. Otherwise the period takes nothing any more (CLOSING), and the checklist is read again as known at the head of the log: so nothing can come between the look and the close. A close that was cut off there goes on when it is repeated, and is taken back by another soft close. PERIOD_CHANGED: it was taken back meanwhile. Who corrected its books by hand cannot close it (SOD_VIOLATION).',
  params: periodParams,
  body: periodReason,
  status: 201,
  answer: periodClosed,
  refusals: [403, 404, 409],
  ask: async ({ params, body }, call, deps) => {
    const of = partsOf(params.periodId);
    requireScope(call.principal, { bu: of.bu });
    return deps.application.closePeriod({ ...of, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const reopenPeriod = longCommand({
  operation: 'reopenAccountingPeriod',
  path: '/v1/accounting-periods/{periodId}/reopenings',
  tag,
  summary: 'Let the last closed period take postings again, after two others agreed',
  description:
    'The first call is refused APPROVAL_REQUIRED with the id of an approval; once two people besides who asks have agreed there, the same call reopens. A period behind which one is closed stays closed (PERIOD_OUT_OF_ORDER). A soft close is taken back in the same way.',
  params: periodParams,
  body: periodReason,
  status: 201,
  answer: periodReopened,
  refusals: [403, 404, 409],
  ask: async ({ params, body }, call, deps) => {
    const of = partsOf(params.periodId);
    requireScope(call.principal, { bu: of.bu });
    return deps.application.reopenPeriod({ ...of, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

export const periodRoutes: readonly Route[] = [
  openPeriod,
  listPeriods,
  readPeriod,
  readReadiness,
  softClosePeriod,
  closePeriod,
  reopenPeriod,
];
