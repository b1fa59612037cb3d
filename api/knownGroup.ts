import type { MissingGroup } from '../commands/workers/knownGroups.ts';
import type { Paused } from '../domain/pause/events.ts';
import type { ApiDeps } from './deps.ts';
import { HttpProblem } from './problem.ts';
import type { Call } from './route.ts';

const knownMax = 100;
const namedMax = 20;

const missing = (key: string, { what, known }: MissingGroup): HttpProblem => {
  const more = known.length > namedMax ? ` and ${known.length - namedMax} more` : '';
  const there = known.length === 0 ? 'There are none.' : `There are: ${known.slice(0, namedMax).join(', ')}${more}.`;
  // It may be defined by the time that the same request comes again.
  return new HttpProblem('NOT_FOUND', `There is no ${what} ${key}. ${there}`, {
    data: { known: known.slice(0, knownMax) },
    retain: false,
  });
};

/**
 * Throws `HttpProblem` 404 for a group that there is not: a name that was mistyped would look held while all goes on. What
 * was held before is let go whatever it is called.
 */
export const requireGroup = async (of: Paused, call: Call, deps: ApiDeps): Promise<void> => {
  const unknown = await deps.operations.missingGroup(of, call.scope?.bus);
  if (unknown !== undefined) throw missing(of.key, unknown);
};

/** The adapter of this name. Throws `HttpProblem` 404 where `known` has none. */
export const requireAdapter = (
  name: string,
  known: readonly string[],
): { readonly group: 'adapter'; readonly key: string } => {
  if (known.includes(name)) return { group: 'adapter', key: name };
  throw missing(name, { what: 'adapter', known });
};
