import type { Actor } from '../domain/eventLog.ts';
import type { Role } from './permissions.ts';

/** `'all'`, or the ids that these credentials are limited to. */
export type Scope = 'all' | readonly string[];

/** Who calls. Comes from the credential alone, never from the body (spec decision 10). */
export type Principal = {
  readonly tenant: string;
  /** Stable id of the authenticated client: part of the idempotency scope and of the envelope's actor. */
  readonly id: string;
  readonly kind: Actor['kind'];
  readonly roles: readonly Role[];
  readonly businessUnits: Scope;
  /** Customers (sold-to) of a partner or portal user. */
  readonly customers: Scope;
  /** Nodes of an outsourced warehouse. */
  readonly nodes: Scope;
  /** The one system that an agent stands in front of. */
  readonly system?: string;
};

export const inScope = (scope: Scope, id: string): boolean => scope === 'all' || scope.includes(id);

/** Our cost is nobody's business who only sells. */
export const maySeeCost = (principal: Principal): boolean => principal.roles.some((role) => role !== 'channel');

export const actorOf = (principal: Principal): Actor => ({
  kind: principal.kind,
  id: principal.id,
  roles: principal.roles,
});
