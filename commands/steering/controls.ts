import type { Paused } from '../../domain/pause/events.ts';
import type { LimitGroup } from '../../domain/rateLimit/events.ts';
import type { MessageDiscard } from '../ports/stuck.ts';

/** Steps of a group that may be taken in a second, of all processes together. */
export type GroupRate = { readonly group: LimitGroup; readonly key: string; readonly perSecond: number };

export type LaneRetry = { readonly laneKey: string; readonly token: string };

/**
 * What operators want of the workers, as it was a moment ago. One statement per process and half second keeps it, whatever
 * is asked here; while the database is away, or the pauses are read again from the log, the last answer stands.
 */
export type Controls = {
  readonly pauses: () => readonly Paused[];
  readonly rates: () => readonly GroupRate[];
  /** Lanes of a consumer that are to be tried now, before their time. */
  readonly retries: (consumer: string) => readonly LaneRetry[];
  /** Kept messages of a consumer that are to be let go of. */
  readonly discards: (consumer: string) => readonly MessageDiscard[];
};

export const noControls: Controls = { pauses: () => [], rates: () => [], retries: () => [], discards: () => [] };

export const isAdapterPaused = ({ pauses }: Pick<Controls, 'pauses'>, adapter: string): boolean =>
  pauses().some(({ group, key }) => group === 'adapter' && key === adapter);
