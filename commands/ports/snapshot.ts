import type { StreamName } from '../../domain/eventLog.ts';

/** `body` is what `keepSnapshots` makes of a state; the place tells whether the log still holds what it was made of. */
export type Snapshot = { readonly revision: number; readonly position: string; readonly body: Uint8Array };

/** States of long streams, so that a process that starts need not read a stock position from its first day. */
export type SnapshotStore = {
  /** The newest one that this very code made. Throws `LogUnavailable`. */
  readonly latest: (stream: StreamName) => Promise<Snapshot | undefined>;
  /** Older ones of the stream may be forgotten. An older one than is there changes nothing. Throws `LogUnavailable`. */
  readonly save: (stream: StreamName, snapshot: Snapshot) => Promise<void>;
};
