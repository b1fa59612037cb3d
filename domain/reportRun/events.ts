import type { Event } from '../decider.ts';

/** A report as somebody drew it: what was asked, at which position of the log, and the hash of the answer. */
export type ReportRunRecorded = Event<
  'ReportRunRecorded',
  {
    readonly runId: string;
    readonly bu: string;
    /** The name of the report. */
    readonly report: string;
    /** The question at its position: asked again, it has the same answer. */
    readonly href: string;
    /** The business units that the answer was limited to; null: to none. */
    readonly bus: readonly string[] | null;
    readonly position: string;
    /** All of them, and not only those of the page that is hashed. */
    readonly rows: number;
    readonly sha256: string;
    readonly runBy: string;
  }
>;
