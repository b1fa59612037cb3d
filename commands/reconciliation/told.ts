import type { Explanation } from '../../domain/reconciliation/events.ts';
import type { BreakCause } from '../../domain/reconciliation/pairs.ts';
import type { StandingBreak } from './ports.ts';

const attemptsMax = 3;

/** Asked or told so often in vain, a partner has nothing that would help. */
export const isTriedEnough = (earlier: StandingBreak | undefined): boolean => (earlier?.attempts ?? 0) >= attemptsMax;

export const told = (
  cause: BreakCause,
  name: Explanation['class'],
  references: readonly string[] = [],
  fix: Explanation['fix'] = null,
): Explanation => ({ class: name, cause, fix, references });

/** What nothing can be done about takes a person from the second look on: the first one may have been too early. */
export const onSecondLook = (
  earlier: StandingBreak | undefined,
  ...explanation: Parameters<typeof told>
): Explanation => (earlier === undefined ? told('NOT_EXPLAINED_YET', 'TIMING') : told(...explanation));
