import type { Moment } from '../asOf/moment.ts';
import { report } from '../asOf/report.ts';
import { unknownBooks } from '../books.ts';
import { type Route, read } from '../route.ts';
import {
  actionList,
  actionParams,
  actionQuery,
  conflictList,
  conflictQuery,
  trailList,
  trailQuery,
} from '../schemas/duties.ts';

const tag = 'Audit';
const datedBy = 'the day, in UTC, on which it was recorded';

const at = ({ knownAsOf, validAsOf }: Moment) => ({
  ...(knownAsOf !== undefined && { knownAsOf }),
  ...(validAsOf !== undefined && { validAsOf }),
});

const listActions = report({
  operation: 'listActorActions',
  path: '/v1/audit/actors/{actorId}/actions',
  tag,
  summary: 'What somebody did, to what and why, newest first',
  description:
    'Of people, partners and credentials. What the service did by its own processes is in `/v1/audit/events`.',
  params: actionParams,
  query: actionQuery,
  objections: unknownBooks,
  answer: actionList,
  models: ['event_index'],
  datedBy,
  rowCount: ({ items }) => items.length,
  bus: ({ items }) => items.map(({ bu }) => bu),
  handle: ({ params, query }, call, deps, moment) =>
    deps.reads.actorActions({ actor: params.actorId, ...query, ...at(moment) }, call.scope),
});

const listConflicts = report({
  operation: 'listDutyConflicts',
  path: '/v1/audit/duties/conflicts',
  tag,
  summary: 'Who did two things to one object that duties keep apart',
  description:
    'From what was recorded, whoever was allowed what: the matrix of duties as far as there are events of both. A service account that does the work of two people is shown too.',
  query: conflictQuery,
  objections: unknownBooks,
  answer: conflictList,
  models: ['event_index', 'orders'],
  datedBy,
  rowCount: ({ items }) => items.length,
  bus: ({ items }) => items.map(({ bu }) => bu),
  handle: ({ query }, call, deps, moment) => deps.reads.conflictsInDuties({ ...query, ...at(moment) }, call.scope),
});

const listTrail = read({
  operation: 'listRequestTrail',
  path: '/v1/audit/requests',
  tag,
  summary: 'Commands that were refused, and who looked at the books, newest first',
  description:
    'What was carried out is an event, with its actor and reason, and is in `/v1/audit/actors/{actorId}/actions`. Here is what the log does not tell: each command that was refused, with the code that says why, and each look of a person at ledger, reports, credit, payments, invoices or audit, with the reason of `X-Access-Reason`. It is there about a second later.',
  query: trailQuery,
  answer: trailList,
  models: ['event_index'],
  handle: ({ query }, call, deps) => deps.reads.requestTrail(query, call.scope),
});

export const dutyRoutes: readonly Route[] = [listActions, listTrail, listConflicts];
