import type { Decider } from '../decider.ts';
import { operationsUnit } from '../operations.ts';
import type { Paused, PauseEvent } from './events.ts';

export type PauseCommand = Paused & { readonly reason: string; readonly by: string } & (
    | { readonly type: 'PauseWork'; readonly automatic: boolean }
    | { readonly type: 'ResumeWork' }
  );

export type PauseState = { readonly isPaused: boolean };

/** Paused already, or running already: nothing more happens. */
const decide = (command: PauseCommand, { isPaused }: PauseState): readonly PauseEvent[] => {
  const { group, key, reason, by } = command;
  const about = { bu: operationsUnit, group, key, reason };
  if (command.type === 'PauseWork') {
    return isPaused ? [] : [{ type: 'WorkPaused', data: { ...about, pausedBy: by, automatic: command.automatic } }];
  }
  return isPaused ? [{ type: 'WorkResumed', data: { ...about, resumedBy: by } }] : [];
};

/** Stream `pause-operations.<group>.<key>`: who held what and why. */
export const pauseDecider: Decider<PauseState, PauseCommand, PauseEvent> = {
  category: 'pause',
  initial: { isPaused: false },
  decide,
  evolve: (_state, event) => ({ isPaused: event.type === 'WorkPaused' }),
};
