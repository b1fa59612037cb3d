import { isInScope } from './authorise.ts';
import type { ApiDeps } from './deps.ts';
import type { ProblemError } from './problem.ts';
import type { Call } from './route.ts';

type Named = { readonly bu?: string; readonly ledger?: string };

/**
 * Books that a query names and that do not exist. Nothing is said of a business unit that is not the caller's: whether
 * there is one or not, there is nothing in it for this caller.
 */
export const unknownBooks = async (
  { query: { bu, ledger } }: { readonly query: Named },
  { principal, scope }: Call,
  deps: ApiDeps,
): Promise<readonly ProblemError[]> => {
  if (!isInScope(principal, { bu })) return [];
  const unknown = await deps.application.contentChecks.books({ bu, ledger }, scope?.bus);
  return unknown.map((violation) => ({ ...violation, pointer: `/query${violation.pointer}` }));
};
