import type { Decider } from '../decider.ts';
import type { AuditSampleDrawn } from './events.ts';

export type AuditSample = AuditSampleDrawn['data'];
export type AuditSampleCommand = { readonly type: 'RecordAuditSample' } & AuditSample;

/** Null: nothing was drawn under this id. */
export type AuditSampleState = { readonly sample: AuditSample | null };

/** Stream `sample-<bu>.<sampleId>`. What was drawn first under an id stays: a retry draws nothing anew. */
export const auditSampleDecider: Decider<AuditSampleState, AuditSampleCommand, AuditSampleDrawn> = {
  category: 'sample',
  initial: { sample: null },
  decide: ({ type: _, ...data }, { sample }) => (sample === null ? [{ type: 'AuditSampleDrawn', data }] : []),
  evolve: (_state, { data }) => ({ sample: data }),
};
