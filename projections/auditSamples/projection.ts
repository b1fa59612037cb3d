import type { AuditSample } from '../../domain/auditSample/auditSample.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { buOf, defineProjection, type Reflects, reflecting, reflects } from '../projection.ts';

type SampleRow = Reflects & {
  readonly sample_id: string;
  readonly ledger: string;
  readonly period: string | null;
  readonly method: AuditSample['method'];
  readonly seed: string;
  readonly known_as_of: string;
  readonly currency: string;
  readonly population: AuditSample['population'];
  readonly strata: AuditSample['strata'];
  readonly line_count: number;
  readonly lines: AuditSample['lines'];
  readonly reason: string;
  readonly drawn_by: string;
  readonly drawn_at: string;
};

type SampleRows = { readonly samples: SampleRow };

const drawn = (event: RecordedOf<'AuditSampleDrawn'>): SampleRow => {
  const { sampleId, method, seed, position, currency, population, strata, lines, reason, drawnBy } = event.data;
  return {
    ...{ sample_id: sampleId, ledger: population.ledger, period: population.period ?? null, method, seed },
    ...{ known_as_of: position, currency, population, strata, line_count: lines.length, lines },
    ...{ reason, drawn_by: drawnBy, drawn_at: event.recordedAt },
    bu: buOf(event),
    ...reflecting(event),
  };
};

const sampleOf = (event: RecordedDomainEvent): string => (event.data as AuditSample).sampleId;

/** What auditors drew; a sample never changes. */
export const auditSamples = defineProjection<SampleRows>({
  name: 'audit_samples',
  version: 1,
  tables: {
    samples: {
      name: 'audit_sample',
      columns: [
        ...(['sample_id', 'ledger', 'period', 'method', 'seed', 'known_as_of', 'currency', 'population'] as const),
        ...(['strata', 'line_count', 'lines', 'reason', 'drawn_by', 'drawn_at'] as const),
        ...reflects,
      ],
      key: ['sample_id'],
      group: 'sample_id',
    },
  },
  needs: { samples: (event) => [sampleOf(event)] },
  laneOf: (event) => `sample:${sampleOf(event)}`,
  on: { AuditSampleDrawn: (event, { samples }) => samples.put(drawn(event)) },
});
