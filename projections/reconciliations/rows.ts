import type { CommonCut } from '../../domain/reconciliation/events.ts';
import type {
  BreakCause,
  BreakClass,
  BreakFix,
  IncompleteReason,
  ReconciliationOutcome,
  ReconciliationPair,
} from '../../domain/reconciliation/pairs.ts';
import { type Reflects, reflects } from '../projection.ts';
import type { Table } from '../table.ts';
import { type SnapshotRows, snapshotTables } from './snapshotRows.ts';

export type RunRow = Reflects & {
  readonly run_id: string;
  readonly pair: ReconciliationPair;
  readonly system: string;
  readonly state: 'RUNNING' | ReconciliationOutcome;
  readonly reason: IncompleteReason | null;
  /** Null: the schedule. */
  readonly requested_by: string | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly cut: CommonCut | null;
  readonly compared: number;
  readonly found: number;
  readonly healed: number;
  readonly standing: number;
  readonly revision: number;
  readonly created_position: string;
};

/** HEALING: nobody has to act, what is under way or was repeated should cure it. OPEN: it takes a person. HEALED: it is over. */
export const breakStates = ['OPEN', 'HEALING', 'HEALED'] as const;
export type BreakState = (typeof breakStates)[number];

export type BreakRow = Reflects & {
  readonly break_id: string;
  readonly pair: ReconciliationPair;
  readonly state: BreakState;
  readonly class: BreakClass;
  readonly cause: BreakCause | null;
  readonly fix: BreakFix | null;
  readonly refs: readonly string[];
  /** How often something was repeated for it. */
  readonly attempts: number;
  /** How many runs have said something of it. */
  readonly looks: number;
  readonly object_kind: string;
  readonly object_id: string;
  readonly node: string | null;
  readonly item: string | null;
  readonly order_id: string | null;
  readonly ours: string | null;
  readonly theirs: string | null;
  readonly difference: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly found_run: string;
  readonly last_run: string;
  readonly found_at: string;
  readonly healed_at: string | null;
  readonly created_position: string;
  readonly healed_position: string | null;
};

export type ReconciliationRows = SnapshotRows & { readonly runs: RunRow; readonly breaks: BreakRow };

export const reconciliationTables: { readonly [Name in keyof ReconciliationRows]: Table<ReconciliationRows[Name]> } = {
  runs: {
    name: 'recon_run',
    columns: [
      ...(['run_id', 'pair', 'system', 'state', 'reason', 'requested_by', 'started_at', 'ended_at', 'cut'] as const),
      ...(['compared', 'found', 'healed', 'standing', 'revision', 'created_position'] as const),
      ...reflects,
    ],
    key: ['run_id'],
    group: 'run_id',
  },
  breaks: {
    name: 'recon_break',
    columns: [
      ...(['break_id', 'pair', 'state', 'class', 'cause', 'fix', 'refs', 'attempts', 'looks'] as const),
      ...(['object_kind', 'object_id', 'node', 'item', 'order_id', 'ours', 'theirs', 'difference'] as const),
      ...(['amount', 'currency', 'found_run', 'last_run', 'found_at', 'healed_at'] as const),
      ...(['created_position', 'healed_position'] as const),
      ...reflects,
    ],
    key: ['break_id'],
    group: 'break_id',
  },
  ...snapshotTables,
};
