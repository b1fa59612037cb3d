import type { Request } from 'express';
import type { Scope } from '../projections/readModel.ts';
import type { ApiDeps } from './deps.ts';
import { isOpenTo } from './partnerBounds.ts';
import { mayDo, type Operation } from './permissions.ts';
import { inScope, type Principal } from './principal.ts';
import { HttpProblem } from './problem.ts';
import { bearerOf } from './request/requestHeaders.ts';
import { contextOf } from './request/respond.ts';
import type { Route } from './route.ts';

const unauthenticated = (): HttpProblem =>
  new HttpProblem('UNAUTHENTICATED', 'Send Authorization: Bearer with a key or token that is valid here.', {
    headers: { 'WWW-Authenticate': 'Bearer realm="throughline"' },
    retain: false,
  });

/** Who calls. Throws `HttpProblem` 401. */
export const identify = async (request: Request, deps: ApiDeps): Promise<Principal> => {
  const token = bearerOf(request);
  const principal = token === undefined ? undefined : await deps.authenticate(token);
  if (principal === undefined) throw unauthenticated();
  contextOf(request).client = principal.id;
  return principal;
};

/** Whether credentials that are limited to some customers or nodes may use an operation at all. */
const isWithinLimits = (operation: Operation, { customers, nodes }: Principal): boolean =>
  (customers === 'all' || isOpenTo(operation, 'customers')) && (nodes === 'all' || isOpenTo(operation, 'nodes'));

/** Whether an operation is the caller's duty, as `requireDuty` asks it. */
export const hasDuty = (operation: Operation, principal: Principal): boolean =>
  mayDo(operation, principal.roles) && isWithinLimits(operation, principal);

/** Throws `HttpProblem` 403 when the route is not the caller's duty. */
export const requireDuty = (route: Route, principal: Principal): void => {
  if (!mayDo(route.operation, principal.roles)) {
    throw new HttpProblem(
      'FORBIDDEN',
      `${route.operation} is not among the duties of ${principal.roles.join(', ') || 'these credentials'}.`,
      {
        retain: false,
      },
    );
  }
  if (!isWithinLimits(route.operation, principal)) throw outside();
};

const outside = (): HttpProblem =>
  new HttpProblem('PARTNER_SCOPE', 'These credentials are for other business units, customers or nodes.', {
    retain: false,
  });

/** What the queries may show. Scopes of the credential become conditions of the query, so nothing else is ever read. */
export const scopeOfPrincipal = (principal: Principal): Scope | undefined => {
  // Credentials limited to customers always name their business units: see `principalOfClaims`.
  if (principal.businessUnits === 'all') return undefined;
  return { bus: principal.businessUnits, ...(principal.customers !== 'all' && { soldTo: principal.customers }) };
};

type Named = {
  readonly bu?: string | undefined;
  readonly customer?: string | undefined;
  readonly node?: string | undefined;
};

/** Whether all that a body names is the caller's. */
export const isInScope = (principal: Principal, { bu, customer, node }: Named): boolean =>
  (bu === undefined || inScope(principal.businessUnits, bu)) &&
  (customer === undefined || inScope(principal.customers, customer)) &&
  (node === undefined || inScope(principal.nodes, node));

/** For commands that name what they touch. Throws `HttpProblem` 403. */
export const requireScope = (principal: Principal, named: Named): void => {
  if (!isInScope(principal, named)) throw outside();
};
