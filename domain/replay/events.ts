import type { Event } from '../decider.ts';

/** A lane of one consumer: a projection, `process:<name>`, `outbox` or `warehouse-inbox:<system>`. */
export type LaneRef = { readonly consumer: string; readonly laneKey: string };

/** Counts are text, as every figure in the log. `error`: why the first thing that still waits could not go on. */
export type LaneOutcome = LaneRef & {
  readonly replayed: string;
  readonly stillBlocked: string;
  readonly error: string | null;
};

type OfReplay = { readonly replayId: string; readonly bu: string; readonly reason: string };

/** Somebody looked at what a replay would do. Nothing was changed. */
export type ReplayPreviewed = Event<
  'ReplayPreviewed',
  OfReplay & { readonly lanes: readonly LaneRef[]; readonly messages: string; readonly previewSha256: string }
>;

/** What waits in these lanes is tried again now. */
export type ReplayRequested = Event<
  'ReplayRequested',
  OfReplay & {
    readonly lanes: readonly LaneRef[];
    /** What waited in these lanes when it was asked for. */
    readonly messages: string;
    /** The second person's, when it took one. */
    readonly approvalId: string | null;
  }
>;

/** What came of each lane: how much went on, and what still stops it. */
export type ReplayFinished = Event<'ReplayFinished', OfReplay & { readonly lanes: readonly LaneOutcome[] }>;

export type ReplayEvent = ReplayPreviewed | ReplayRequested | ReplayFinished;
