import type { LaneRef } from '../../domain/replay/events.ts';

/** A row of a read model as text, column by column. `before` null: it is new; `after` null: it is gone. */
export type PreviewedRow = {
  readonly table: string;
  readonly key: Readonly<Record<string, string | null>>;
  readonly before: Readonly<Record<string, string | null>> | null;
  readonly after: Readonly<Record<string, string | null>> | null;
};

/** Something that would be done because of the replay: a step of a process, in most cases a call of a partner. */
export type PreviewedMessage = {
  readonly id: string;
  readonly step: string;
  /** Null: it stays inside. */
  readonly partner: string | null;
  readonly payload: unknown;
  /** Whether the partner has it already, as the partner says; what is UNKNOWN is sent under the same id and has one effect. */
  readonly produced: 'YES' | 'NO' | 'UNKNOWN';
  /** The partner's name for what it holds. */
  readonly document: string | null;
  /** What else is known of it, or why nothing is. */
  readonly detail: string | null;
};

/** What would become of one message from outside. NOTHING_NEW: all it tells is known. */
export type PreviewedDecision = {
  readonly id: string;
  readonly outcome: 'TAKEN' | 'NOTHING_NEW' | 'REFUSED';
  /** Why it would be refused. */
  readonly error: { readonly class: string; readonly detail: string } | null;
  /** What would be appended, in order. */
  readonly events: readonly { readonly stream: string; readonly type: string; readonly data: unknown }[];
};

/** What a replay of one lane would do now. */
export type LanePreview = LaneRef & {
  /** 0: the lane is free. */
  readonly waitingCount: number;
  readonly waiting: readonly { readonly id: string; readonly what: string; readonly position: string | null }[];
  /** How many of them would go through. */
  readonly applied: number;
  /** Why the first one that would not. */
  readonly error: { readonly class: string; readonly detail: string } | null;
  readonly rowCount: number;
  /** At most `previewRowsMax`. */
  readonly rows: readonly PreviewedRow[];
  readonly messages: readonly PreviewedMessage[];
  /** One for each message of an inbox that was looked at; elsewhere none. */
  readonly decisions: readonly PreviewedDecision[];
};

export const previewRowsMax = 1_000;
export const previewWaitingMax = 100;

export type LaneRun = {
  readonly replayId: string;
  /** Waits until `events` more may be replayed. */
  readonly pace: (events: number) => Promise<void>;
  /** Operators pause a lane to stop its replay; what is done by then stays done. */
  readonly isStopped: (laneKey: string) => boolean;
};

/** How one kind of consumer is replayed. Both throw `LogUnavailable` when what they need is away. */
export type LaneRepair = {
  readonly preview: (laneKey: string) => Promise<LanePreview>;
  /** Goes on with the lane, in order, until it is free or something still cannot go through. Counts on the board as it goes. Safe to run again after a kill, and twice at once. */
  readonly replay: (
    laneKey: string,
    run: LaneRun,
  ) => Promise<{ readonly stillBlocked: number; readonly error: string | null }>;
};

/** Undefined: there is no such consumer. */
export type RepairOf = (consumer: string) => LaneRepair | undefined;

export type ReplayRecord = {
  readonly replayId: string;
  readonly dryRun: boolean;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly approvalId: string | null;
  readonly messages: number;
  readonly lanes: readonly LaneRef[];
};

export type CountedLane = LaneRef & { readonly replayed: number };

/** Where operators follow replays. Who asked for what, and what came of it, is in the log; this is the work in between. */
export type ReplayBoard = {
  /** Open already: nothing. */
  readonly open: (replay: ReplayRecord) => Promise<void>;
  readonly previewed: (replayId: string, previews: readonly LanePreview[], at: string) => Promise<void>;
  readonly count: (replayId: string, lane: LaneRef, replayed: number) => Promise<void>;
  readonly laneDone: (
    replayId: string,
    lane: LaneRef,
    outcome: { readonly stillBlocked: number; readonly error: string | null },
  ) => Promise<void>;
  readonly counted: (replayId: string) => Promise<readonly CountedLane[]>;
  readonly finished: (replayId: string, at: string) => Promise<void>;
};
