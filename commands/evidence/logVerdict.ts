export type LogFinding = {
  readonly code:
    | 'EVENT_EDITED'
    | 'EVENT_UNREADABLE'
    | 'EVENT_DELETED'
    | 'EVENT_INSERTED'
    | 'EVENTS_REORDERED'
    | 'EVENT_REPLACED'
    | 'LOG_TRUNCATED'
    | 'ROOT_DIFFERS'
    | 'CHECKPOINT_EDITED'
    | 'NOTE_INVALID';
  readonly detail: string;
  /** The first position that differs, where one can be named. */
  readonly position: string | null;
};

export type LogVerdict = {
  readonly verified: boolean;
  readonly events: number;
  readonly root: string;
  readonly checkpointsInside: number;
  readonly checkpointsOutside: number;
  /** Checkpoints of the database of which no copy lies outside. */
  readonly withoutCopy: number;
  readonly findings: readonly LogFinding[];
  /** Events behind the last signed checkpoint: nothing vouches for them yet. */
  readonly unsealed: { readonly events: number; readonly firstPosition: string | null };
};
