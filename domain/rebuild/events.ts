import type { Event } from '../decider.ts';

type About = {
  readonly bu: string;
  /** Of the read model's. */
  readonly projection: string;
  readonly rebuildId: string;
};

type Builds = { readonly fromVersion: number; readonly toVersion: number };

/** A difference that is wanted. Without `columns` any column of a changed row may differ. */
export type ExpectedChange = {
  readonly table: string;
  readonly kind: 'CHANGED' | 'ONLY_LIVE' | 'ONLY_NEW';
  readonly columns?: readonly string[] | undefined;
};

/** A read model is made anew from the log, beside the one that readers see. */
export type RebuildRequested = Event<
  'RebuildRequested',
  About &
    Builds & {
      readonly reason: string;
      readonly requestedBy: string;
      readonly expectedChanges: readonly ExpectedChange[];
    }
>;

/** Both builds were held against each other at `position`. Counts are text. */
export type RebuildCompared = Event<
  'RebuildCompared',
  About & {
    readonly class: 'identical' | 'expected' | 'unexpected';
    readonly position: string;
    readonly rowsCompared: string;
    readonly rowsDiffering: string;
    /** Of these, in sealed GL batches and closed periods. */
    readonly rowsSealed: string;
    readonly reportSha256: string;
  }
>;

/** `approvalId` null: it took no second person, because nothing differs or all that differs was declared. */
export type RebuildSwapOrdered = Event<
  'RebuildSwapOrdered',
  About & { readonly reason: string; readonly approvalId: string | null }
>;

/** Readers see the new build; they were at `position` when they got it. */
export type ReadModelSwapped = Event<'ReadModelSwapped', About & Builds & { readonly position: string }>;

/** The new build is thrown away; readers never saw it. */
export type RebuildAborted = Event<'RebuildAborted', About & { readonly reason: string }>;

/** The worker could not go on; the build that readers see is untouched. */
export type RebuildFailed = Event<'RebuildFailed', About & { readonly detail: string }>;

/** Readers are to see the build from before the swap again. */
export type RollbackOrdered = Event<'RollbackOrdered', About & { readonly reason: string }>;

/** Readers see the build from before the swap again, brought up to `position`. */
export type ReadModelRolledBack = Event<'ReadModelRolledBack', About & Builds & { readonly position: string }>;

export type RebuildEvent =
  | RebuildRequested
  | RebuildCompared
  | RebuildSwapOrdered
  | ReadModelSwapped
  | RebuildAborted
  | RebuildFailed
  | RollbackOrdered
  | ReadModelRolledBack;
