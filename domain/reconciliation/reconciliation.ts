import { type Decider, type Refusal, refuse } from '../decider.ts';
import type {
  ReconciliationBreakExplained,
  ReconciliationBreakFound,
  ReconciliationCompleted,
  ReconciliationEvent,
  ReconciliationStarted,
} from './events.ts';
import type { ReconciliationPair } from './pairs.ts';

export type ReconciliationRun = { readonly bu: string; readonly pair: ReconciliationPair; readonly runId: string };

type WithoutRun<T> = Omit<T, keyof ReconciliationRun>;
export type FoundBreak = WithoutRun<ReconciliationBreakFound['data']>;
export type ExplainedBreak = WithoutRun<ReconciliationBreakExplained['data']>;

export type ReconciliationCommand = ReconciliationRun &
  (
    | ({ readonly type: 'StartReconciliation' } & WithoutRun<ReconciliationStarted['data']>)
    | {
        readonly type: 'ReportBreaks';
        readonly found: readonly FoundBreak[];
        readonly explained: readonly ExplainedBreak[];
        /** Ids of breaks that are over. */
        readonly healed: readonly string[];
      }
    | ({
        readonly type: 'CompleteReconciliation';
        readonly compared: number;
        readonly standing: number;
      } & Pick<ReconciliationCompleted['data'], 'outcome' | 'reason' | 'cut'>)
  );

export type ReconciliationState = {
  readonly standing: 'RUNNING' | 'OVER' | null;
  readonly found: ReadonlySet<string>;
  readonly explained: ReadonlySet<string>;
  readonly healed: ReadonlySet<string>;
};

const initial: ReconciliationState = { standing: null, found: new Set(), explained: new Set(), healed: new Set() };

type Report = Extract<ReconciliationCommand, { type: 'ReportBreaks' }>;

/** A run that was cut off begins again and says the same things: only what it had not said yet is news. */
const reported = (
  run: ReconciliationRun,
  { found, explained, healed }: Report,
  state: ReconciliationState,
): readonly ReconciliationEvent[] => [
  ...found
    .filter(({ breakId }) => !state.found.has(breakId))
    .map((one) => ({ type: 'ReconciliationBreakFound', data: { ...run, ...one } }) as const),
  ...explained
    .filter(({ breakId }) => !state.explained.has(breakId))
    .map((one) => ({ type: 'ReconciliationBreakExplained', data: { ...run, ...one } }) as const),
  ...healed
    .filter((breakId) => !state.healed.has(breakId))
    .map((breakId) => ({ type: 'ReconciliationBreakHealed', data: { ...run, breakId } }) as const),
];

const decide = (
  command: ReconciliationCommand,
  state: ReconciliationState,
): readonly ReconciliationEvent[] | Refusal => {
  const { bu, pair, runId } = command;
  const run = { bu, pair, runId };
  if (command.type === 'StartReconciliation') {
    const { system, requestedBy } = command;
    return state.standing === null ? [{ type: 'ReconciliationStarted', data: { ...run, system, requestedBy } }] : [];
  }
  if (state.standing === null) return refuse('NOT_FOUND', `There is no reconciliation ${runId}.`);
  // Whoever was slower than another that ended the run has nothing to add to it.
  if (state.standing === 'OVER') return [];
  if (command.type === 'ReportBreaks') return reported(run, command, state);
  const { outcome, reason, cut, compared, standing } = command;
  const counts = { compared, found: state.found.size, healed: state.healed.size, standing };
  return [{ type: 'ReconciliationCompleted', data: { ...run, outcome, reason, cut, counts } }];
};

const evolve = (state: ReconciliationState, event: ReconciliationEvent): ReconciliationState => {
  switch (event.type) {
    case 'ReconciliationStarted':
      return { ...state, standing: 'RUNNING' };
    case 'ReconciliationBreakFound':
      return { ...state, found: new Set(state.found).add(event.data.breakId) };
    case 'ReconciliationBreakExplained':
      return { ...state, explained: new Set(state.explained).add(event.data.breakId) };
    case 'ReconciliationBreakHealed':
      return { ...state, healed: new Set(state.healed).add(event.data.breakId) };
    case 'ReconciliationCompleted':
      return { ...state, standing: 'OVER' };
  }
};

/** Stream `recon-<bu>.<pair>.<runId>`: one look at both sides, what differed, and what was done about it. */
export const reconciliationDecider: Decider<ReconciliationState, ReconciliationCommand, ReconciliationEvent> = {
  category: 'recon',
  initial,
  decide,
  evolve,
};
