import type { Event } from '../decider.ts';
import type { ImportKind } from './columns.ts';

// Storage format: see `domain/order/events.ts`.

type About = { readonly bu: string; readonly importId: string };

/** Rows by what became of them, or would have become of them in a dry run. */
export type ImportCounts = {
  readonly rows: number;
  readonly created: number;
  readonly changed: number;
  /** They said what was in force already. */
  readonly unchanged: number;
  readonly refused: number;
};

/** A file came whose rows are definitions. A worker takes them, one after the other. */
export type ImportReceived = Event<
  'ImportReceived',
  About & {
    /** Whose master data; a row that names another one is refused. */
    readonly businessUnit: string;
    readonly kind: ImportKind;
    /** Nothing is defined: it is only said what would be. */
    readonly dryRun: boolean;
    readonly payloadSha256: string;
    readonly bytes: number;
    /** Under which the bytes are kept. */
    readonly uploadId: string;
    readonly requestedBy: string;
  }
>;

/** Every row was taken or refused. */
export type ImportCompleted = Event<'ImportCompleted', About & { readonly counts: ImportCounts }>;

/** Its rows cannot be told apart, or could not be taken for a reason that would be there the next time too. */
export type ImportFailed = Event<'ImportFailed', About & { readonly detail: string }>;

/** Nobody wants the rest of its rows any more. */
export type ImportCancelled = Event<
  'ImportCancelled',
  About & { readonly reason: string; readonly cancelledBy: string }
>;

export type ImportEvent = ImportReceived | ImportCompleted | ImportFailed | ImportCancelled;
