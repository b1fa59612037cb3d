import type { Event } from '../decider.ts';

/**
 * What can be held: steps of a business unit, channel or node, everything for an adapter, one lane of steps, or what a process
 * manager answers to a business unit (`process:<manager>.<bu>`). Captures and facts are never held; what they lead to
 * waits, in its order.
 */
export type PauseGroup = 'bu' | 'channel' | 'node' | 'adapter' | 'lane' | 'process';

export type Paused = { readonly group: PauseGroup; readonly key: string };

type OfPause = Paused & { readonly bu: string; readonly reason: string };

/** Steps of this group are held until somebody resumes them. */
export type WorkPaused = Event<
  'WorkPaused',
  OfPause & {
    readonly pausedBy: string /** By the service itself, because too much of the group failed. */;
    readonly automatic: boolean;
  }
>;
/** Steps of this group go on, in their order. */
export type WorkResumed = Event<'WorkResumed', OfPause & { readonly resumedBy: string }>;

export type PauseEvent = WorkPaused | WorkResumed;
