import type { Actor } from '../../domain/eventLog.ts';

/** REFUSED: a command that was not carried out. READ: a person looked at the books. */
export const trailKinds = ['REFUSED', 'READ'] as const;
export type TrailKind = (typeof trailKinds)[number];

/** A request that the log does not tell of. */
export type TrailEntry = {
  readonly at: string;
  readonly kind: TrailKind;
  readonly operation: string;
  readonly actor: string;
  readonly actorKind: Actor['kind'];
  readonly roles: readonly string[];
  /** The business units that the credentials are limited to; null: all. */
  readonly bus: readonly string[] | null;
  /** Its path, without the query. */
  readonly resource: string;
  readonly status: number;
  readonly code: string | null;
  readonly commandId: string | null;
  readonly correlationId: string;
  /** What the caller said why; of a refused command the code says why. */
  readonly reason: string | null;
};

export type RequestTrail = {
  /** Remembers an entry without waiting for the database. */
  readonly note: (entry: TrailEntry) => void;
};

export type OldRequests = {
  /** Removes of the `limit` oldest entries those from before an instant, and answers with how many. Throws `LogUnavailable`. */
  readonly removeBefore: (before: string, limit: number) => Promise<number>;
};
