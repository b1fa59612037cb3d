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
    | 'CHECKPOINT_MISSING'
    | 'NOTE_INVALID';
  readonly detail: string;
  /** The first position that differs, where one can be named. */
  readonly position: string | null;
};

/**
 * `AGREES_WITH_ITSELF`: nothing is wrong, but no key was given, and no copy lies outside of the database: whoever can write
 * there can make all of it agree. `NOT_SEALED`: nothing vouches for any of it.
 */
export type LogState = 'VERIFIED' | 'AGREES_WITH_ITSELF' | 'NOT_SEALED' | 'NOT_VERIFIED';

export type LogVerdict = {
  readonly state: LogState;
  /** Of the four, the first. */
  readonly verified: boolean;
  readonly events: number;
  readonly root: string;
  readonly checkpointsInside: number;
  readonly checkpointsOutside: number;
  /** Checkpoints of the database of which no copy lies outside. */
  readonly withoutCopy: number;
  /** Base64: those that counted. */
  readonly keys: readonly string[];
  readonly findings: readonly LogFinding[];
  /** Events behind the last signed checkpoint: nothing vouches for them yet. */
  readonly unsealed: { readonly events: number; readonly firstPosition: string | null };
};
