import { type Day, periodOf } from '../calendar.ts';
import { type Decider, type Refusal, refuse } from '../decider.ts';
import { sameContent } from '../masterData/sameContent.ts';
import type { Violation } from '../masterData/violation.ts';
import { type ComparedDay, cleanDaysOf, unexplainedOn } from './cleanDays.ts';
import { type ShadowDefinition, shadowViolations } from './definition.ts';
import type { ShadowBatchCompared, ShadowEvent, ShadowLedgerCutOver, ShadowLedgerDefined } from './events.ts';

export type ShadowCommand =
  | {
      readonly type: 'DefineShadow';
      readonly definition: ShadowDefinition;
      readonly contentSha256: string;
      readonly by: string;
      /** In the time zone of the business unit. */
      readonly today: Day;
      /** Who has its books as long as they were never cut over. */
      readonly routed: string;
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
    } & Pick<ShadowLedgerCutOver['data'], 'from' | 'effectiveDate' | 'approvalId' | 'approvedBy' | 'by' | 'reason'>)
  | {
      readonly type: 'CancelCutOver';
      readonly today: Day;
      /** The last period of which a batch is sealed. */
      readonly lastPeriod: string | null;
      readonly reason: string;
      readonly by: string;
    };

type CutOver = ShadowLedgerCutOver['data'];

/** Of the move that is under way or was the last one, but for `past` and `cancelled`. */
export type ShadowState = {
  readonly defined: ShadowLedgerDefined['data'] | null;
  /** Per period the numbers of the batches that were compared. */
  readonly compared: Readonly<Record<string, readonly number[]>>;
  readonly days: readonly ComparedDay[];
  readonly explained: ReadonlyMap<string, { readonly until: Day; readonly reason: string }>;
  readonly cutOver: CutOver | null;
  /** Cut-overs of earlier moves, in order. */
  readonly past: readonly CutOver[];
  /** How many cut-overs were given up. */
  readonly cancelled: number;
};

type Outcome = readonly ShadowEvent[] | Refusal;
type CommandOf<T extends ShadowCommand['type']> = Extract<ShadowCommand, { readonly type: T }>;

const noShadow = (): Refusal => refuse('NOT_FOUND', 'This business unit has no shadow ledger.');

const isOver = ({ to, effectiveDate }: CutOver): Refusal =>
  refuse('SHADOW_CUT_OVER', `The business unit was cut over to ${to} from ${effectiveDate} on.`, { to, effectiveDate });

const contentOf = (data: ShadowLedgerDefined['data']): ShadowDefinition => {
  const { version: _version, contentSha256: _hash, definedBy: _by, ...content } = data;
  return content;
};

/** The books that a batch goes to for real; undefined: the business unit was never cut over. */
export const bookkeeperOf = (
  { past, cutOver }: Pick<ShadowState, 'past' | 'cutOver'>,
  period: string,
): string | undefined => {
  const all = cutOver === null ? past : [...past, cutOver];
  return all.findLast(({ effectiveDate }) => period >= periodOf(effectiveDate))?.to ?? all[0]?.from;
};

/** Until it takes effect a cut-over can only be cancelled; from then on the books move on by the shadow of another ERP. */
const isStanding = (cutOver: CutOver, { definition, today }: CommandOf<'DefineShadow'>): boolean =>
  today < cutOver.effectiveDate || definition.system === cutOver.to;

const violationsOf = (
  { definition, today, routed }: CommandOf<'DefineShadow'>,
  state: ShadowState,
): readonly Violation[] => {
  const keeper = bookkeeperOf(state, periodOf(today)) ?? routed;
  const own: Violation = {
    pointer: '/system',
    code: 'VALUE_INVALID',
    detail: `${keeper} has the books of ${definition.bu} already.`,
  };
  return [...shadowViolations(definition), ...(definition.system === keeper ? [own] : [])];
};

const define = (command: CommandOf<'DefineShadow'>, state: ShadowState): Outcome => {
  const { defined, cutOver } = state;
  const { definition, contentSha256, by } = command;
  if (defined !== null && sameContent(contentOf(defined), definition)) return [];
  if (cutOver !== null && isStanding(cutOver, command)) return isOver(cutOver);
  const violations = violationsOf(command, state);
  if (violations.length > 0) {
    const detail = `The definition has ${violations.length} ${violations.length === 1 ? 'error' : 'errors'}.`;
    return refuse('MASTER_DATA_INVALID', detail, { violations });
  }
  const version = (defined?.version ?? 0) + 1;
  return [{ type: 'ShadowLedgerDefined', data: { ...definition, version, contentSha256, definedBy: by } }];
};

/** Whether a batch of this number is to be compared: it was not yet, and goes to the ERP that is to be left. */
export const isToCompare = (
  { defined, compared, past, cutOver }: Pick<ShadowState, 'defined' | 'cutOver' | 'compared' | 'past'>,
  { period, sequence }: Pick<ShadowBatchCompared['data'], 'period' | 'sequence'>,
): boolean => {
  const last = past.at(-1);
  const isOfFormer = last !== undefined && period < periodOf(last.effectiveDate);
  const isOfNext = cutOver !== null && period >= periodOf(cutOver.effectiveDate);
  return defined !== null && !isOfFormer && !isOfNext && !(compared[period] ?? []).includes(sequence);
};

/**
 * A batch is compared once, with the mapping of that time: what was found is not found otherwise later. What was found of
 * another ERP than is meant by now is no comparison.
 */
const record = ({ type: _, ...data }: CommandOf<'RecordComparison'>, state: ShadowState): Outcome =>
  isToCompare(state, data) && data.system === state.defined?.system ? [{ type: 'ShadowBatchCompared', data }] : [];

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

/** As long as nothing went by it: nothing has to be brought back then, and nobody has to agree to what stays as it is. */
const cancelCutOver = (command: CommandOf<'CancelCutOver'>, { cutOver }: ShadowState): Outcome => {
  if (cutOver === null) return refuse('NOT_FOUND', 'There is no cut-over that could be cancelled.');
  const { today, lastPeriod, by, reason } = command;
  const { bu, ledger, to, effectiveDate } = cutOver;
  if (today >= effectiveDate) return isOver(cutOver);
  if (lastPeriod !== null && lastPeriod >= periodOf(effectiveDate)) {
    const detail = `A batch of period ${lastPeriod} went to ${to} already.`;
    return refuse('PERIOD_OUT_OF_ORDER', detail, { lastPeriod });
  }
  return [{ type: 'ShadowCutOverCancelled', data: { bu, ledger, to, effectiveDate, by, reason } }];
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
    case 'CancelCutOver':
      return cancelCutOver(command, state);
  }
};

const withDay = (days: ShadowState['days'], { day, rows }: ShadowBatchCompared['data']): ShadowState['days'] => {
  const found = rows.filter(({ kinds }) => kinds.length > 0).map(({ key }) => key);
  const before = days.find((each) => each.day === day)?.keys ?? [];
  return [...days.filter((each) => each.day !== day), { day, keys: [...new Set([...before, ...found])] }];
};

const initial: ShadowState = {
  ...{ defined: null, compared: {}, days: [], explained: new Map(), cutOver: null },
  ...{ past: [], cancelled: 0 },
};

/** Another ERP is another move: how long the one before was clean says nothing of it. */
const definedAnew = (state: ShadowState, defined: ShadowLedgerDefined['data']): ShadowState => {
  const { past, cutOver, cancelled } = state;
  if (state.defined === null || state.defined.system === defined.system) return { ...state, defined };
  return { ...initial, defined, past: cutOver === null ? past : [...past, cutOver], cancelled };
};

const evolve = (state: ShadowState, event: ShadowEvent): ShadowState => {
  switch (event.type) {
    case 'ShadowLedgerDefined':
      return definedAnew(state, event.data);
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
    case 'ShadowCutOverCancelled':
      return { ...state, cutOver: null, cancelled: state.cancelled + 1 };
    default:
      return state;
  }
};

/** Stream `shadow-<bu>.<ledger>`. A comparison never refuses and waits for nobody: what is wrong is a difference. */
export const shadowDecider: Decider<ShadowState, ShadowCommand, ShadowEvent> = {
  category: 'shadow',
  initial,
  decide,
  evolve,
};
