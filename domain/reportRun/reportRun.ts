import type { Decider } from '../decider.ts';
import type { ReportRunRecorded } from './events.ts';

export type ReportRun = ReportRunRecorded['data'];
export type ReportRunCommand = { readonly type: 'RecordReportRun' } & ReportRun;

/** Null: nothing was drawn under this id. */
export type ReportRunState = { readonly run: ReportRun | null };

/** Stream `reportrun-operations.<runId>`. What was drawn first under an id stays: a retry draws nothing anew. */
export const reportRunDecider: Decider<ReportRunState, ReportRunCommand, ReportRunRecorded> = {
  category: 'reportrun',
  initial: { run: null },
  decide: ({ type: _, ...data }, { run }) => (run === null ? [{ type: 'ReportRunRecorded', data }] : []),
  evolve: (_state, { data }) => ({ run: data }),
};
