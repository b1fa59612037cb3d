import { type Decider, type Refusal, refuse } from '../decider.ts';
import { recordAccruals, type StandingAccruals, standingAfter } from './accruals.ts';
import type { PeriodCommand, PeriodCommandOf, PeriodStatus } from './commands.ts';
import type { PeriodClosed, PeriodEvent } from './events.ts';
import { awaitEarlier, beginClose, close, open, reopen, softClose } from './periodOrder.ts';
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
  /** The last revision of the period before that this one has heard of while it waits for a newer one; null: it never had to. */
  readonly earlierAwaited: number | null;
  readonly accruals: StandingAccruals;
};

type Outcome = readonly PeriodEvent[] | Refusal;

/** The other way round of the same duty (spec 4.12). Whoever closes afterwards has to read the checklist again. */
const correct = (command: PeriodCommandOf<'CorrectPeriod'>, state: PeriodState): Outcome => {
  const { bu, ledger, period, correctionId, by: correctedBy } = command;
  if (state.corrections.includes(correctionId)) return [];
  if (state.status === 'NONE') return refuse('NOT_FOUND', `Period ${period} was never opened.`);
  if (state.status === 'CLOSED') return refuse('PERIOD_CLOSED', `Period ${period} is closed; it takes no correction.`);
  if (state.status === 'CLOSING')
    return refuse(
      'PERIOD_CLOSED',
      `Period ${period} is being closed; it takes no correction unless it is soft-closed again.`,
    );
  if (state.closers.includes(correctedBy))
    return refuse('SOD_VIOLATION', 'Who closed or reopened a period does not correct its books by hand.');
  return [{ type: 'PeriodCorrected', data: { bu, ledger, period, correctionId, correctedBy } }];
};

const decide = (command: PeriodCommand, state: PeriodState): Outcome => {
  switch (command.type) {
    case 'OpenPeriod':
      return open(command, state);
    case 'SoftClosePeriod':
      return softClose(command, state);
    case 'AwaitEarlierPeriod':
      return awaitEarlier(command, state);
    case 'BeginClose':
      return beginClose(command, state);
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
    case 'EarlierPeriodAwaited':
      return { ...state, earlierAwaited: event.data.earlierRevision };
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
    case 'EarlierPeriodAwaited':
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
  initial: {
    ...{ status: 'NONE', revision: -1, close: null, closers: [], correctors: [], corrections: [] },
    ...{ earlierAwaited: null, accruals: null },
  },
  decide,
  evolve,
};
