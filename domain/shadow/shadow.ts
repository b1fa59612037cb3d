import { type Day, periodOf } from '../calendar.ts';
import { type Decider, type Refusal, refuse } from '../decider.ts';
import { sameContent } from '../masterData/sameContent.ts';
import { type ComparedDay, cleanDaysOf, unexplainedOn } from './cleanDays.ts';
import { type ShadowDefinition, shadowViolations } from './definition.ts';
import type { ShadowBatchCompared, ShadowEvent, ShadowLedgerCutOver, ShadowLedgerDefined } from './events.ts';

export type ShadowCommand =
  | {
      readonly type: 'DefineShadow';
      readonly definition: ShadowDefinition;
      readonly contentSha256: string;
      readonly by: string;
    }
  | ({ readonly type: 'RecordComparison' } & ShadowBatchCompared['data'])
  | {
      readonly type: 'ExplainDifference';
      readonly key: string;
      readonly until: Day;
      readonly reason: string;
      readonly by: string;
    }
  | ({
      readonly type: 'CutOver';
      /** Batches that are sealed and were not compared yet. */
      readonly uncompared: readonly string[];
      /** The last period of which a batch is sealed. */
      readonly lastPeriod: string | null;
    } & Pick<ShadowLedgerCutOver['data'], 'from' | 'effectiveDate' | 'approvalId' | 'approvedBy' | 'by' | 'reason'>);

export type ShadowState = {
  readonly defined: ShadowLedgerDefined['data'] | null;
  /** Per period the numbers of the batches that were compared. */
  readonly compared: Readonly<Record<string, readonly number[]>>;
  readonly days: readonly ComparedDay[];
  readonly explained: ReadonlyMap<string, { readonly until: Day; readonly reason: string }>;
  readonly cutOver: ShadowLedgerCutOver['data'] | null;
};

type Outcome = readonly ShadowEvent[] | Refusal;
type CommandOf<T extends ShadowCommand['type']> = Extract<ShadowCommand, { readonly type: T }>;

const noShadow = (): Refusal => refuse('NOT_FOUND', 'This business unit has no shadow ledger.');

const isOver = ({ to, effectiveDate }: ShadowLedgerCutOver['data']): Refusal =>
  refuse('SHADOW_CUT_OVER', `The business unit was cut over to ${to} from ${effectiveDate} on.`, { to, effectiveDate });

const contentOf = (data: ShadowLedgerDefined['data']): ShadowDefinition => {
  const { version: _version, contentSha256: _hash, definedBy: _by, ...content } = data;
  return content;
};

const define = (command: CommandOf<'DefineShadow'>, { defined, cutOver }: ShadowState): Outcome => {
  const { definition, contentSha256, by } = command;
  if (defined !== null && sameContent(contentOf(defined), definition)) return [];
  if (cutOver !== null) return isOver(cutOver);
  const violations = shadowViolations(definition);
  if (violations.length > 0) {
    const detail = `The definition has ${violations.length} ${violations.length === 1 ? 'error' : 'errors'}.`;
    return refuse('MASTER_DATA_INVALID', detail, { violations });
  }
  const version = (defined?.version ?? 0) + 1;
  return [{ type: 'ShadowLedgerDefined', data: { ...definition, version, contentSha256, definedBy: by } }];
};

/** The books that a batch goes to for real; undefined: the business unit was never cut over. */
export const bookkeeperOf = ({ cutOver }: Pick<ShadowState, 'cutOver'>, period: string): string | undefined => {
  if (cutOver === null) return undefined;
  return period >= periodOf(cutOver.effectiveDate) ? cutOver.to : cutOver.from;
};

/** Whether a batch of this number is to be compared: it was not yet, and goes to the ERP that is to be left. */
export const isToCompare = (
  state: Pick<ShadowState, 'defined' | 'cutOver' | 'compared'>,
  { period, sequence }: Pick<ShadowBatchCompared['data'], 'period' | 'sequence'>,
): boolean =>
  state.defined !== null &&
  !(state.compared[period] ?? []).includes(sequence) &&
  (state.cutOver === null || bookkeeperOf(state, period) === state.cutOver.from);

/** A batch is compared once, with the mapping of that time: what was found is not found otherwise later. */
const record = ({ type: _, ...data }: CommandOf<'RecordComparison'>, state: ShadowState): Outcome =>
  isToCompare(state, data) ? [{ type: 'ShadowBatchCompared', data }] : [];

const isKnown = ({ days }: ShadowState, key: string): boolean => days.some(({ keys }) => keys.includes(key));

const explain = (command: CommandOf<'ExplainDifference'>, state: ShadowState): Outcome => {
  const { key, until, reason, by } = command;
  if (state.defined === null) return noShadow();
  if (!isKnown(state, key)) return refuse('NOT_FOUND', 'No batch has such a difference.');
  if (key.startsWith('TOO_MANY')) return refuse('NOT_FOUND', 'What was not told apart is no one difference.');
  const known = state.explained.get(key);
  if (known?.until === until && known.reason === reason) return [];
  const { bu, ledger } = state.defined;
  return [{ type: 'ShadowDifferenceExplained', data: { bu, ledger, key, until, reason, explainedBy: by } }];
};

/** How far the business unit is: clean days by now, and the differences that nobody explained. */
export const standingOf = ({ defined, days, explained }: ShadowState) => {
  const until = (key: string): Day | undefined => explained.get(key)?.until;
  return {
    cleanDays: defined === null ? 0 : cleanDaysOf(days, until, defined),
    needed: defined?.cleanDays ?? 0,
    unexplained: [...new Set(days.flatMap((day) => unexplainedOn(day, until)))],
  };
};

const keysShown = 20;

const cutOver = (command: CommandOf<'CutOver'>, state: ShadowState): Outcome => {
  const { type: _, uncompared, lastPeriod, ...data } = command;
  if (state.defined === null) return noShadow();
  if (state.cutOver !== null) return state.cutOver.effectiveDate === data.effectiveDate ? [] : isOver(state.cutOver);
  const { cleanDays, needed, unexplained } = standingOf(state);
  if (uncompared.length > 0 || cleanDays < needed) {
    const waiting = uncompared.length > 0 ? `, and ${uncompared.length} sealed batches were not compared yet` : '';
    const found = { cleanDays, needed, uncompared, unexplained: unexplained.slice(0, keysShown) };
    return refuse('SHADOW_NOT_CLEAN', `${cleanDays} of ${needed} clean business days${waiting}.`, found);
  }
  if (lastPeriod !== null && lastPeriod >= periodOf(data.effectiveDate)) {
    const detail = `Period ${lastPeriod} has a batch already; books change hands in front of the first batch of a period.`;
    return refuse('PERIOD_OUT_OF_ORDER', detail, { lastPeriod });
  }
  const { bu, ledger, system: to, version } = state.defined;
  return [{ type: 'ShadowLedgerCutOver', data: { bu, ledger, to, version, cleanDays, ...data } }];
};

const decide = (command: ShadowCommand, state: ShadowState): Outcome => {
  switch (command.type) {
    case 'DefineShadow':
      return define(command, state);
    case 'RecordComparison':
      return record(command, state);
    case 'ExplainDifference':
      return explain(command, state);
    case 'CutOver':
      return cutOver(command, state);
  }
};

const withDay = (days: ShadowState['days'], { day, rows }: ShadowBatchCompared['data']): ShadowState['days'] => {
  const found = rows.filter(({ kinds }) => kinds.length > 0).map(({ key }) => key);
  const before = days.find((each) => each.day === day)?.keys ?? [];
  return [...days.filter((each) => each.day !== day), { day, keys: [...new Set([...before, ...found])] }];
};

const evolve = (state: ShadowState, event: ShadowEvent): ShadowState => {
  switch (event.type) {
    case 'ShadowLedgerDefined':
      return { ...state, defined: event.data };
    case 'ShadowBatchCompared': {
      const { period, sequence } = event.data;
      const numbers = [...(state.compared[period] ?? []), sequence];
      return { ...state, compared: { ...state.compared, [period]: numbers }, days: withDay(state.days, event.data) };
    }
    case 'ShadowDifferenceExplained': {
      const { key, until, reason } = event.data;
      return { ...state, explained: new Map([...state.explained, [key, { until, reason }]]) };
    }
    case 'ShadowLedgerCutOver':
      return { ...state, cutOver: event.data };
    default:
      return state;
  }
};

/** Stream `shadow-<bu>.<ledger>`. A comparison never refuses and waits for nobody: what is wrong is a difference. */
export const shadowDecider: Decider<ShadowState, ShadowCommand, ShadowEvent> = {
  category: 'shadow',
  initial: { defined: null, compared: {}, days: [], explained: new Map(), cutOver: null },
  decide,
  evolve,
};
