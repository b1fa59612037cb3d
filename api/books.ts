import type { Books } from '../commands/calls/books.ts';
import { isInScope } from './authorise.ts';
import type { ApiDeps } from './deps.ts';
import { inScope } from './principal.ts';
import type { ProblemError } from './problem.ts';
import type { Call } from './route.ts';

/**
 * Books that a query names and that do not exist, and nodes, items and customers that are in none of them. Nothing is said
 * of what is not the caller's: whether there is such a thing or not, there is nothing of it for this caller.
 */
export const unknownBooks = async (
  { query: { bu, ledger, node, item, soldTo } }: { readonly query: Books },
  { principal, scope }: Call,
  deps: ApiDeps,
): Promise<readonly ProblemError[]> => {
  if (!isInScope(principal, { bu })) return [];
  const own = {
    node: node !== undefined && inScope(principal.nodes, node) ? node : undefined,
    soldTo: soldTo !== undefined && inScope(principal.customers, soldTo) ? soldTo : undefined,
  };
  const unknown = await deps.application.contentChecks.books({ bu, ledger, item, ...own }, scope?.bus);
  return unknown.map((violation) => ({ ...violation, pointer: `/query${violation.pointer}` }));
};
