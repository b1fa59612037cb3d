import type { Request, Response } from 'express';
import type { ApiDeps } from '../deps.ts';
import type { Principal } from '../principal.ts';
import type { Route } from '../route.ts';
import { accessReasonOf } from './requestHeaders.ts';
import { contextOf, instanceOf } from './respond.ts';

/** What is under these heads are the books, or is made of them. */
const financeTags: ReadonlySet<string> = new Set([
  ...['General ledger', 'Reports', 'Credit', 'Payments', 'Invoices', 'Audit'],
]);

export const isFinanceRead = ({ kind, tag }: Pick<Route, 'kind' | 'tag'>): boolean =>
  kind !== 'command' && financeTags.has(tag);

/**
 * Keeps what the log does not tell: commands that were refused, and which person looked at the books (O-31). What was
 * carried out is an event with its actor and reason. Noted when the answer is over, so nobody waits for it.
 */
export const noteWhenOver = (
  request: Request,
  response: Response,
  route: Route,
  principal: Principal,
  { requestTrail, clock }: Pick<ApiDeps, 'requestTrail' | 'clock'>,
): void => {
  const isCommand = route.kind === 'command';
  if (!isCommand && !(principal.kind === 'USER' && isFinanceRead(route))) return;
  response.once('close', () => {
    const { statusCode: status } = response;
    if (isCommand && status < 400) return;
    const { correlationId, commandId, code } = contextOf(request);
    const { id: actor, kind: actorKind, roles, businessUnits } = principal;
    requestTrail.note({
      ...{ at: clock(), kind: isCommand ? 'REFUSED' : 'READ', operation: route.operation, actor, actorKind, roles },
      ...{ bus: businessUnits === 'all' ? null : businessUnits, resource: instanceOf(request), status },
      ...{ code: code ?? null, commandId: commandId ?? null, correlationId },
      reason: isCommand ? null : (accessReasonOf(request) ?? null),
    });
  });
};
