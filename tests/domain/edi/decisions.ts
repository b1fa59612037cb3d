import type { Decider, Event } from '../../../domain/decider.ts';

/** What the last of these commands comes to after the others; none of them is refused. */
export const decisionOf = <S, C, E extends Event>(decider: Decider<S, C, E>, commands: readonly C[]): readonly E[] => {
  let state = decider.initial;
  let decided: readonly E[] = [];
  for (const command of commands) {
    const events = decider.decide(command, state);
    if ('refused' in events) throw new Error(events.detail);
    decided = events;
    state = events.reduce(decider.evolve, state);
  }
  return decided;
};
