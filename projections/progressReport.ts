import type { Build } from './build.ts';
import type { Filling } from './filling/fill.ts';

/** What happened, for metrics and logs. The runner itself writes nothing anywhere else. */
export type ProjectionReport =
  | {
      readonly kind: 'advanced';
      readonly projection: string;
      readonly events: number;
      readonly tookMs: number;
      readonly lagMs: number;
      readonly blockedLanes: number;
    }
  | { readonly kind: 'failed'; readonly projection: string; readonly error: unknown };

export type Report = (report: ProjectionReport) => void;

/** Tells of each advance since the one before. `events` of what it is told count from the beginning. */
export const teller = (report: Report | undefined, { projection: { name } }: Build) => {
  let toldAt = performance.now();
  let told = 0;
  return ({ checkpoint: { blockedLanes }, events, last }: Pick<Filling, 'checkpoint' | 'events' | 'last'>): void => {
    const now = performance.now();
    const lagMs = last === undefined ? 0 : Math.max(0, Date.now() - Date.parse(last.recordedAt));
    report?.({
      kind: 'advanced',
      projection: name,
      events: events - told,
      tookMs: now - toldAt,
      lagMs,
      blockedLanes,
    });
    [toldAt, told] = [now, events];
  };
};
