import { command, type Route, read } from '../route.ts';
import {
  approval,
  approvalDecided,
  approvalDecisionBody,
  approvalList,
  approvalParams,
  approvalQuery,
} from '../schemas/approvals.ts';

const tag = 'Governance';

const listApprovals = read({
  operation: 'listApprovals',
  path: '/v1/approvals',
  tag,
  summary: 'What needs, or needed, a second person',
  query: approvalQuery,
  answer: approvalList,
  models: ['approvals'],
  handle: ({ query }, call, deps) => deps.reads.listApprovals(query, call.scope),
});

const readApproval = read({
  operation: 'readApproval',
  path: '/v1/approvals/{approvalId}',
  tag,
  summary: 'One approval, with what would be different',
  params: approvalParams,
  answer: approval,
  models: ['approvals'],
  handle: ({ params }, call, deps) => deps.reads.approvalById(params.approvalId, call.scope),
});

const decideApproval = command({
  operation: 'decideApproval',
  path: '/v1/approvals/{approvalId}/decisions',
  tag,
  summary: 'Agree or refuse, as the second person',
  description: 'Whoever asked, or had a hand in it, cannot agree (SOD_VIOLATION).',
  params: approvalParams,
  body: approvalDecisionBody,
  status: 201,
  answer: approvalDecided,
  refusals: [403, 404, 409],
  ask: ({ params, body }, call, deps) =>
    deps.application.decideApproval(
      { ...params, ...body, ...(call.scope !== undefined && { bus: call.scope.bus }), ...call.condition },
      call.context,
    ),
  tell: (value, receipt) => ({
    body: { ...value, receipt },
    etag: receipt.revision,
    location: `/v1/approvals/${value.approvalId}`,
  }),
});

export const approvalRoutes: readonly Route[] = [listApprovals, readApproval, decideApproval];
