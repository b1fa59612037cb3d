import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { ReconciliationEvent } from '../../domain/reconciliation/events.ts';
import { buOf, defineProjection, reflecting, required, type Sets } from '../projection.ts';
import { type BreakRow, type ReconciliationRows, type RunRow, reconciliationTables } from './rows.ts';
import { ofNode, snapshotTold } from './snapshots.ts';

type ReconciliationSets = Sets<ReconciliationRows>;
type Recorded = Extract<RecordedDomainEvent, { type: ReconciliationEvent['type'] }>;
type OfBreak = Extract<Recorded, { data: { readonly breakId: string } }>;

const nothingYet = { compared: 0, found: 0, healed: 0, standing: 0 };

const started = (event: RecordedOf<'ReconciliationStarted'>, { runs }: ReconciliationSets): void => {
  const { runId, pair, system, requestedBy } = event.data;
  runs.put({
    ...{ run_id: runId, pair, system, state: 'RUNNING', reason: null, requested_by: requestedBy },
    ...{ started_at: event.recordedAt, ended_at: null, cut: null, ...nothingYet },
    ...{ revision: event.revision, created_position: event.position, bu: buOf(event) },
    ...reflecting(event),
  });
};

const changeRun = (event: Recorded, { runs }: ReconciliationSets, change: Partial<RunRow>): void => {
  const row = required(runs.get(event.data.runId), `reconciliation ${event.data.runId}`);
  runs.put({ ...row, ...change, revision: event.revision, ...reflecting(event) });
};

const foundFirst = ({ data, ...event }: RecordedOf<'ReconciliationBreakFound'>) => ({
  ...({ break_id: data.breakId, pair: data.pair, class: 'UNKNOWN', cause: null, fix: null, refs: [] } as const),
  ...{ attempts: 0, looks: 0, object_kind: data.object.kind, object_id: data.object.id },
  ...{ node: data.node, item: data.item, order_id: data.orderId, found_run: data.runId, found_at: event.recordedAt },
  ...{ created_position: event.position, healed_at: null, healed_position: null },
});

/** Found again, its figures are others; when it began stays. */
const found = (event: RecordedOf<'ReconciliationBreakFound'>, rows: ReconciliationSets): void => {
  const { breakId, ours, theirs, difference, moneyAtRisk, runId } = event.data;
  const figures = {
    ours,
    theirs,
    difference,
    amount: moneyAtRisk?.amount ?? null,
    currency: moneyAtRisk?.currency ?? null,
  };
  const known = rows.breaks.get(breakId) ?? foundFirst(event);
  rows.breaks.put({ ...known, ...figures, state: 'OPEN', last_run: runId, bu: buOf(event), ...reflecting(event) });
  changeRun(event, rows, { found: (rows.runs.get(runId)?.found ?? 0) + 1 });
};

const changeBreak = (event: OfBreak, rows: ReconciliationSets, change: (row: BreakRow) => Partial<BreakRow>): void => {
  const { breakId, runId } = event.data;
  const row = required(rows.breaks.get(breakId), `break ${breakId}`);
  rows.breaks.put({ ...row, ...change(row), last_run: runId, ...reflecting(event) });
};

const explained = (event: RecordedOf<'ReconciliationBreakExplained'>, rows: ReconciliationSets): void => {
  const { class: name, cause, fix, references } = event.data;
  changeBreak(event, rows, (row) => ({
    ...{ class: name, cause, fix, refs: references, state: name === 'TIMING' || fix !== null ? 'HEALING' : 'OPEN' },
    attempts: fix === null ? row.attempts : row.attempts + 1,
    looks: row.looks + 1,
  }));
  changeRun(event, rows, {});
};

const healed = (event: RecordedOf<'ReconciliationBreakHealed'>, rows: ReconciliationSets): void => {
  changeBreak(event, rows, () => ({
    state: 'HEALED',
    healed_at: event.recordedAt,
    healed_position: event.position,
  }));
  changeRun(event, rows, { healed: (rows.runs.get(event.data.runId)?.healed ?? 0) + 1 });
};

const completed = (event: RecordedOf<'ReconciliationCompleted'>, rows: ReconciliationSets): void => {
  const { outcome, reason, cut, counts } = event.data;
  changeRun(event, rows, { state: outcome, reason, cut, ...counts, ended_at: event.recordedAt });
};

const ofRun = (event: RecordedDomainEvent): readonly string[] =>
  event.type === 'StockSnapshotTold' ? [] : [(event as Recorded).data.runId];
const ofBreak = (event: RecordedDomainEvent): readonly string[] => {
  const { breakId } = event.data as { readonly breakId?: string };
  return breakId === undefined ? [] : [breakId];
};

/** What was compared with partners, what differed, and what became of it; and what warehouses say that they have. */
export const reconciliations = defineProjection<ReconciliationRows>({
  name: 'reconciliations',
  version: 2,
  tables: reconciliationTables,
  needs: { runs: ofRun, breaks: ofBreak, feeds: ofNode, told: ofNode },
  // A break outlives the run that found it, and later runs speak of it.
  laneOf: (event) =>
    event.type === 'StockSnapshotTold'
      ? `snapshot:${ofNode(event).join('')}`
      : `recon:${buOf(event)}.${(event as Recorded).data.pair}`,
  on: {
    ReconciliationStarted: started,
    ReconciliationBreakFound: found,
    ReconciliationBreakExplained: explained,
    ReconciliationBreakHealed: healed,
    ReconciliationCompleted: completed,
    StockSnapshotTold: snapshotTold,
  },
});
