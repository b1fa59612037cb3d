import type { EventType, RecordedDomainEvent } from '../events.ts';
import { defineProcess, type Issue, type Reaction, type Remembering } from './process.ts';

const eventTypes = [
  'GlBatchSealed',
  'GlBatchExported',
  'GlBatchAcknowledged',
  'GlEntriesRejected',
] as const satisfies readonly EventType[];

type Heard = Extract<RecordedDomainEvent, { type: (typeof eventTypes)[number] }>;

/** The ERP works on a batch for a while before it is worth asking. */
const outcomesDelayMs = 1_000;
const journalsPerStep = 200;

const keyOf = ({ data }: Heard): string => `${data.bu}:${data.batchId}`;

const postings = (event: Extract<Heard, { type: 'GlBatchAcknowledged' | 'GlEntriesRejected' }>): readonly Issue[] => {
  const { bu, batchId, journals } = event.data;
  const outcome = event.type === 'GlBatchAcknowledged' ? 'ACKNOWLEDGED' : 'REJECTED';
  const intents: Issue[] = [];
  for (let from = 0; from < journals.length; from += journalsPerStep) {
    const to = Math.min(from + journalsPerStep, journals.length);
    const payload = { bu, batchId, outcome, outcomeRevision: event.revision, from, to } as const;
    intents.push({ step: 'recordPosting', lane: `glbatch:${bu}:${batchId}`, part: String(from), payload });
  }
  return intents;
};

const react = (_state: Remembering, event: Heard): Reaction<Record<string, never>> => {
  const { bu, batchId } = event.data;
  const lane = `glbatch:${bu}:${batchId}:erp`;
  const payload = { bu, batchId };
  switch (event.type) {
    case 'GlBatchSealed':
      // In a lane of the shadow alone: whatever it waits for, the ERP of record has its batch.
      return {
        intents: [
          { step: 'exportBatch', lane, payload },
          { step: 'simulateBatch', lane: `shadow:${bu}`, payload },
        ],
        memory: {},
      };
    case 'GlBatchExported':
      return { intents: [{ step: 'collectOutcomes', lane, delayMs: outcomesDelayMs, payload }], memory: {} };
    case 'GlBatchAcknowledged':
    case 'GlEntriesRejected':
      return { intents: postings(event), memory: {} };
  }
};

/** A sealed batch goes to the ERP and is held against a second one, its outcomes are fetched, and each invoice learns what became of its journal. One instance per batch. */
export const glExport = defineProcess({
  name: 'glexport',
  categories: ['glbatch'],
  eventTypes,
  initial: { lastCausePosition: '' } as Remembering,
  keyOf,
  react,
  remember: (state) => state,
});
