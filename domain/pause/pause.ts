import { type Decider, type Refusal, refuse } from '../decider.ts';
import { operationsUnit } from '../operations.ts';
import type { Paused, PauseEvent } from './events.ts';

export type PauseCommand = Paused & { readonly reason: string; readonly by: string } & (
    | { readonly type: 'PauseWork'; readonly automatic: boolean }
    | { readonly type: 'ResumeWork' }
  );

/** `wasPaused`: at any time. */
export type PauseState = { readonly isPaused: boolean; readonly wasPaused: boolean };

/** Paused already, or running again already: nothing more happens. What was never held cannot be let go. */
const decide = (command: PauseCommand, { isPaused, wasPaused }: PauseState): readonly PauseEvent[] | Refusal => {
  const { group, key, reason, by } = command;
  const about = { bu: operationsUnit, group, key, reason };
  if (command.type === 'PauseWork') {
    return isPaused ? [] : [{ type: 'WorkPaused', data: { ...about, pausedBy: by, automatic: command.automatic } }];
  }
  if (!wasPaused) return refuse('NOT_FOUND', `${group}:${key} was never paused.`);
  return isPaused ? [{ type: 'WorkResumed', data: { ...about, resumedBy: by } }] : [];
};

/** Stream `pause-operations.<group>.<key>`: who held what and why. */
export const pauseDecider: Decider<PauseState, PauseCommand, PauseEvent> = {
  category: 'pause',
  initial: { isPaused: false, wasPaused: false },
  decide,
  evolve: (_state, event) => ({ isPaused: event.type === 'WorkPaused', wasPaused: true }),
};
