import { isPeriod, periodDays } from '../calendar.ts';
import { type Decider, type Refusal, refuse } from '../decider.ts';
import { recordAccruals, type StandingAccruals, standingAfter } from './accruals.ts';
import type { PeriodCommand, PeriodStatus } from './commands.ts';
import type { PeriodClosed, PeriodEvent } from './events.ts';
import { periodStatusAfter } from './periods.ts';

export type PeriodState = {
  readonly status: PeriodStatus;
  /** Of the stream; −1 while it is empty. */
  readonly revision: number;
  /** The last close, also after the period was reopened. */
  readonly close: PeriodClosed['data'] | null;
  /** Everybody who ever closed or reopened it, and everybody who ever corrected its books by hand. */
  readonly closers: readonly string[];
  readonly correctors: readonly string[];
  readonly corrections: readonly string[];
  readonly accruals: StandingAccruals;
};

type Outcome = readonly PeriodEvent[] | Refusal;
type CommandOf<T extends PeriodCommand['type']> = Extract<PeriodCommand, { type: T }>;

const keyOf = ({ bu, ledger, period }: PeriodCommand) => ({ bu, ledger, period });

const neverOpened = (period: string): Refusal => refuse('NOT_FOUND', `Period ${period} was never opened.`);

const isOneOf = (people: readonly string[], by: string): boolean => people.includes(by);

const open = (command: CommandOf<'OpenPeriod'>, { status }: PeriodState): Outcome => {
  const { period } = command;
  if (!isPeriod(period)) return refuse('NOT_FOUND', `${period} is not a period (YYYYMM).`);
  if (status === 'CLOSED') return refuse('PERIOD_CLOSED', `Period ${period} is closed; it can only be reopened.`);
  if (status !== 'NONE') return [];
  return [{ type: 'PeriodOpened', data: { ...keyOf(command), ...periodDays(period) } }];
};

/** The next period has to be there before: goods and documents dated in this one need a place from then on. */
const softClose = (command: CommandOf<'SoftClosePeriod'>, { status }: PeriodState): Outcome => {
  const { period } = command;
  if (status === 'NONE') return neverOpened(period);
  if (status === 'CLOSED') return refuse('PERIOD_CLOSED', `Period ${period} is closed; it can only be reopened.`);
  if (status === 'SOFT_CLOSED') return [];
  if (command.next === 'NONE') {
    return refuse('PERIOD_OUT_OF_ORDER', `Open the period after ${period} first; what comes late is posted there.`);
  }
  return [{ type: 'PeriodSoftClosed', data: { ...keyOf(command), reason: command.reason } }];
};

const notNow = (command: CommandOf<'ClosePeriod'>, state: PeriodState): Refusal | undefined => {
  const { period, previous, seenRevision, by } = command;
  if (state.status === 'OPEN') return refuse('PERIOD_OUT_OF_ORDER', `Period ${period} has to be soft-closed first.`);
  if (previous === 'OPEN' || previous === 'SOFT_CLOSED')
    return refuse('PERIOD_OUT_OF_ORDER', `The period before ${period} is not closed.`);
  if (isOneOf(state.correctors, by))
    return refuse('SOD_VIOLATION', 'Who corrected the books of a period by hand does not close it.');
  if (state.revision !== seenRevision)
    return refuse('PERIOD_CHANGED', `Period ${period} changed after its checklist was read; ask again.`);
  return undefined;
};

/** Periods close one after the other: an open one behind a closed one could still change what was reported as final. */
const close = (command: CommandOf<'ClosePeriod'>, state: PeriodState): Outcome => {
  if (state.status === 'NONE') return neverOpened(command.period);
  if (state.status === 'CLOSED') return [];
  const refusal = notNow(command, state);
  if (refusal !== undefined) return refusal;
  const { checklistSha256, trialBalanceSha256, throughPosition, by: closedBy, reason } = command;
  const looked = { checklistSha256, trialBalanceSha256, throughPosition };
  return [{ type: 'PeriodClosed', data: { ...keyOf(command), ...looked, closedBy, reason } }];
};

/** For the same reason only the last closed period reopens. A soft close is taken back in the same way. */
const reopen = (command: CommandOf<'ReopenPeriod'>, { status, correctors }: PeriodState): Outcome => {
  if (status === 'NONE') return neverOpened(command.period);
  if (status === 'OPEN') return [];
  if (command.next === 'CLOSED') {
    return refuse('PERIOD_OUT_OF_ORDER', `The period after ${command.period} is closed; reopen that one first.`);
  }
  if (isOneOf(correctors, command.by))
    return refuse('SOD_VIOLATION', 'Who corrected the books of a period by hand does not reopen it.');
  const { approvalId, reason, by: reopenedBy } = command;
  return [{ type: 'PeriodReopened', data: { ...keyOf(command), approvalId, reason, reopenedBy } }];
};

/** The other way round of the same duty (spec 4.12). Whoever closes afterwards has to read the checklist again. */
const correct = (command: CommandOf<'CorrectPeriod'>, state: PeriodState): Outcome => {
  const { period, correctionId, by: correctedBy } = command;
  if (state.corrections.includes(correctionId)) return [];
  if (state.status === 'NONE') return neverOpened(period);
  if (state.status === 'CLOSED') return refuse('PERIOD_CLOSED', `Period ${period} is closed; it takes no correction.`);
  if (isOneOf(state.closers, correctedBy))
    return refuse('SOD_VIOLATION', 'Who closed or reopened a period does not correct its books by hand.');
  return [{ type: 'PeriodCorrected', data: { ...keyOf(command), correctionId, correctedBy } }];
};

const decide = (command: PeriodCommand, state: PeriodState): Outcome => {
  switch (command.type) {
    case 'OpenPeriod':
      return open(command, state);
    case 'SoftClosePeriod':
      return softClose(command, state);
    case 'ClosePeriod':
      return close(command, state);
    case 'ReopenPeriod':
      return reopen(command, state);
    case 'CorrectPeriod':
      return correct(command, state);
    case 'RecordAccruals':
      return recordAccruals(command, state.status, state.accruals);
  }
};

const withPerson = (people: readonly string[], person: string | undefined): readonly string[] =>
  person === undefined || people.includes(person) ? people : [...people, person];

const after = (state: PeriodState, event: PeriodEvent): PeriodState => {
  switch (event.type) {
    case 'PeriodCorrected': {
      const { correctionId, correctedBy } = event.data;
      const corrections = [...state.corrections, correctionId];
      return { ...state, corrections, correctors: withPerson(state.correctors, correctedBy) };
    }
    case 'PeriodClosed':
      return { ...state, close: event.data, closers: withPerson(state.closers, event.data.closedBy) };
    case 'PeriodReopened':
      return { ...state, closers: withPerson(state.closers, event.data.reopenedBy) };
    case 'AccrualRecorded':
    case 'AccrualReversed':
      return { ...state, accruals: standingAfter(state.accruals, event) };
    default:
      return state;
  }
};

const statusAfter = (status: PeriodStatus, event: PeriodEvent): PeriodStatus => {
  switch (event.type) {
    case 'PeriodCorrected':
    case 'AccrualRecorded':
    case 'AccrualReversed':
      return status;
    default:
      return periodStatusAfter(event);
  }
};

const evolve = (state: PeriodState, event: PeriodEvent): PeriodState => ({
  ...after(state, event),
  status: statusAfter(state.status, event),
  revision: state.revision + 1,
});

/** Stream `period-<bu>.<ledger>.<yyyymm>`. */
export const periodDecider: Decider<PeriodState, PeriodCommand, PeriodEvent> = {
  category: 'period',
  initial: { status: 'NONE', revision: -1, close: null, closers: [], correctors: [], corrections: [], accruals: null },
  decide,
  evolve,
};
