import { type Decider, type Refusal, refuse } from '../decider.ts';
import type { LaneOutcome, ReplayEvent, ReplayPreviewed, ReplayRequested } from './events.ts';

export type ReplayCommand =
  | ({ readonly type: 'PreviewReplay' } & ReplayPreviewed['data'])
  | ({ readonly type: 'RequestReplay' } & ReplayRequested['data'])
  | { readonly type: 'FinishReplay'; readonly lanes: readonly LaneOutcome[] };

/** Said of a lane that was not replayed to its end, whoever works it off. */
export const laneIsPaused = 'Stopped: the lane is paused.';

export type ReplayState = {
  readonly status: 'NONE' | 'PREVIEWED' | 'REQUESTED' | 'FINISHED';
  readonly asked: ReplayPreviewed['data'] | ReplayRequested['data'] | null;
};

const finish = (lanes: readonly LaneOutcome[], { status, asked }: ReplayState): readonly ReplayEvent[] | Refusal => {
  if (status === 'FINISHED') return [];
  if (status !== 'REQUESTED' || asked === null) return refuse('NOT_FOUND', 'This replay was not asked for.');
  const { replayId, bu, reason } = asked;
  return [{ type: 'ReplayFinished', data: { replayId, bu, reason, lanes } }];
};

/** An id is used once: either for a preview or for a replay. */
const decide = (command: ReplayCommand, state: ReplayState): readonly ReplayEvent[] | Refusal => {
  if (command.type === 'FinishReplay') return finish(command.lanes, state);
  if (state.status !== 'NONE') return [];
  if (command.type === 'PreviewReplay') {
    const { type: _, ...data } = command;
    return [{ type: 'ReplayPreviewed', data }];
  }
  const { type: _, ...data } = command;
  return [{ type: 'ReplayRequested', data }];
};

const evolve = (state: ReplayState, event: ReplayEvent): ReplayState => {
  switch (event.type) {
    case 'ReplayPreviewed':
      return { status: 'PREVIEWED', asked: event.data };
    case 'ReplayRequested':
      return { status: 'REQUESTED', asked: event.data };
    case 'ReplayFinished':
      return { ...state, status: 'FINISHED' };
  }
};

/** Stream `replay-operations.<replayId>`: who replayed what and why, and what came of it (O-07). */
export const replayDecider: Decider<ReplayState, ReplayCommand, ReplayEvent> = {
  category: 'replay',
  initial: { status: 'NONE', asked: null },
  decide,
  evolve,
};
