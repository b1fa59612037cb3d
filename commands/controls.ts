import type { Paused } from '../domain/pause/events.ts';

export type LaneRetry = { readonly laneKey: string; readonly token: string };

/**
 * What operators want of the workers, as it was a moment ago. One statement per process and half second keeps it, whatever
 * is asked here; while the database is away, or the pauses are read again from the log, the last answer stands.
 */
export type Controls = {
  readonly pauses: () => readonly Paused[];
  /** Lanes of a consumer that are to be tried now, before their time. */
  readonly retries: (consumer: string) => readonly LaneRetry[];
};

export const noControls: Controls = { pauses: () => [], retries: () => [] };

export const isAdapterPaused = ({ pauses }: Controls, adapter: string): boolean =>
  pauses().some(({ group, key }) => group === 'adapter' && key === adapter);
