import type { Explanation } from '../../domain/reconciliation/events.ts';
import type { BreakCause } from '../../domain/reconciliation/pairs.ts';
import type { StandingBreak } from './ports.ts';

const attemptsMax = 3;

/** Asked or told so often in vain, a partner has nothing that would help. */
export const isTriedEnough = (earlier: StandingBreak | undefined): boolean => (earlier?.attempts ?? 0) >= attemptsMax;

const shownMax = 5;

/** Enough to see what it is about: a partner may have thousands of what is thought to be one, and events keep it for ever. */
export const firstOf = (texts: readonly string[], what: string, separator = ', '): string => {
  const more = texts.length > shownMax ? [`${texts.length - shownMax} more ${what}`] : [];
  return [...texts.slice(0, shownMax), ...more].join(separator);
};

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
