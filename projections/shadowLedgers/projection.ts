import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { ShadowEvent, ShadowRow } from '../../domain/shadow/events.ts';
import { buOf, defineProjection, type Reflects, reflecting, reflects, type Sets } from '../projection.ts';

type DefinitionRow = Reflects & {
  readonly ledger: string;
  readonly version: number;
  readonly system: string;
  readonly content: object;
  readonly defined_by: string;
  readonly revision: number;
};

type BatchRow = Reflects & {
  readonly batch_id: string;
  readonly ledger: string;
  readonly version: number;
  readonly system: string;
  readonly period: string;
  readonly sequence: number;
  readonly day: string;
  readonly journal_count: number;
  readonly line_count: number;
  /** Of the differences in it, each once. */
  readonly keys: readonly string[];
};

type ComparedRow = Reflects & {
  readonly batch_id: string;
  readonly row_no: number;
  readonly period: string;
  readonly day: string;
  readonly difference_key: string;
  readonly kinds: ShadowRow['kinds'];
  readonly currency: string;
  readonly account: string;
  readonly simulated: ShadowRow['simulated'];
  readonly expected: ShadowRow['expected'];
  readonly debit: string;
  readonly credit: string;
  readonly line_count: number;
  readonly lines: ShadowRow['lines'];
};

type ExplanationRow = Reflects & {
  readonly ledger: string;
  readonly difference_key: string;
  readonly until_day: string;
  readonly reason: string;
  readonly explained_by: string;
};

type CutOverRow = Reflects & {
  readonly ledger: string;
  readonly from_system: string;
  readonly to_system: string;
  readonly version: number;
  readonly effective_date: string;
  readonly clean_days: number;
  readonly approval_id: string;
  readonly approved_by: string;
  readonly cut_over_by: string;
  readonly reason: string;
};

type CancellationRow = Reflects & {
  readonly ledger: string;
  readonly to_system: string;
  readonly effective_date: string;
  readonly cancelled_by: string;
  readonly reason: string;
};

type ShadowRows = {
  readonly definitions: DefinitionRow;
  readonly batches: BatchRow;
  readonly rows: ComparedRow;
  readonly explanations: ExplanationRow;
  readonly cutOvers: CutOverRow;
  readonly cancellations: CancellationRow;
};

const of = (event: RecordedDomainEvent) => ({ bu: buOf(event), ...reflecting(event) });

const defined = (event: RecordedOf<'ShadowLedgerDefined'>, { definitions }: Sets<ShadowRows>): void => {
  const { bu: _bu, version, contentSha256: _hash, definedBy, ...content } = event.data;
  const { ledger, system } = content;
  const head = { ledger, version, system, defined_by: definedBy, revision: event.revision };
  definitions.put({ ...head, content, ...of(event) });
};

const compared = (event: RecordedOf<'ShadowBatchCompared'>, { batches, rows }: Sets<ShadowRows>): void => {
  const { ledger, version, system, batchId, period, sequence, day, journals } = event.data;
  const differing = event.data.rows.filter(({ kinds }) => kinds.length > 0);
  batches.put({
    ...{ batch_id: batchId, ledger, version, system, period, sequence, day, journal_count: journals },
    line_count: event.data.rows.reduce((sum, { count }) => sum + count, 0),
    keys: [...new Set(differing.map(({ key }) => key))],
    ...of(event),
  });
  for (const [index, row] of event.data.rows.entries()) {
    const { key, kinds, currency, account, simulated, expected, debit, credit, count, lines } = row;
    rows.put({
      ...{ batch_id: batchId, row_no: index + 1, period, day, difference_key: key, kinds, currency, account },
      ...{ simulated, expected, debit, credit, line_count: count, lines },
      ...of(event),
    });
  }
};

const explained = (event: RecordedOf<'ShadowDifferenceExplained'>, { explanations }: Sets<ShadowRows>): void => {
  const { ledger, key, until, reason, explainedBy } = event.data;
  const row = { ledger, difference_key: key, until_day: until, reason, explained_by: explainedBy };
  explanations.put({ ...row, ...of(event) });
};

const cutOver = (event: RecordedOf<'ShadowLedgerCutOver'>, { cutOvers }: Sets<ShadowRows>): void => {
  const { ledger, from, to, version, effectiveDate, cleanDays, approvalId, approvedBy, by, reason } = event.data;
  cutOvers.put({
    ...{ ledger, from_system: from, to_system: to, version, effective_date: effectiveDate, clean_days: cleanDays },
    ...{ approval_id: approvalId, approved_by: approvedBy, cut_over_by: by, reason },
    ...of(event),
  });
};

const cancelled = (event: RecordedOf<'ShadowCutOverCancelled'>, { cancellations }: Sets<ShadowRows>): void => {
  const { ledger, to, effectiveDate, by, reason } = event.data;
  const row = { ledger, to_system: to, effective_date: effectiveDate, cancelled_by: by, reason };
  cancellations.put({ ...row, ...of(event) });
};

/** What a second ERP would have made of the sealed batches. Rows are only ever added. */
export const shadowLedgers = defineProjection<ShadowRows>({
  name: 'shadow_ledgers',
  version: 1,
  tables: {
    definitions: {
      name: 'shadow_definition',
      columns: ['ledger', 'version', 'system', 'content', 'defined_by', 'revision', ...reflects],
      key: ['bu', 'version'],
    },
    batches: {
      name: 'shadow_batch',
      columns: [
        ...(['batch_id', 'ledger', 'version', 'system', 'period', 'sequence', 'day'] as const),
        ...(['journal_count', 'line_count', 'keys'] as const),
        ...reflects,
      ],
      key: ['bu', 'batch_id'],
    },
    rows: {
      name: 'shadow_row',
      columns: [
        ...(['batch_id', 'row_no', 'period', 'day', 'difference_key', 'kinds', 'currency', 'account'] as const),
        ...(['simulated', 'expected', 'debit', 'credit', 'line_count', 'lines'] as const),
        ...reflects,
      ],
      key: ['bu', 'batch_id', 'row_no'],
    },
    explanations: {
      name: 'shadow_explanation',
      columns: ['ledger', 'difference_key', 'until_day', 'reason', 'explained_by', ...reflects],
      key: ['bu', 'difference_key', 'position'],
    },
    cutOvers: {
      name: 'shadow_cut_over',
      columns: [
        ...(['ledger', 'from_system', 'to_system', 'version', 'effective_date', 'clean_days'] as const),
        ...(['approval_id', 'approved_by', 'cut_over_by', 'reason'] as const),
        ...reflects,
      ],
      key: ['bu', 'position'],
    },
    cancellations: {
      name: 'shadow_cancellation',
      columns: ['ledger', 'to_system', 'effective_date', 'cancelled_by', 'reason', ...reflects],
      key: ['bu', 'position'],
    },
  },
  needs: {},
  laneOf: (event) => {
    const { bu, ledger } = event.data as ShadowEvent['data'];
    return `shadow:${bu}.${ledger}`;
  },
  on: {
    ShadowLedgerDefined: defined,
    ShadowBatchCompared: compared,
    ShadowDifferenceExplained: explained,
    ShadowLedgerCutOver: cutOver,
    ShadowCutOverCancelled: cancelled,
  },
  money: [{ table: 'shadow_row', by: ['bu', 'period', 'account', 'currency'], sums: ['debit', 'credit'] }],
});
