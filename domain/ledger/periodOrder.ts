import { isPeriod, periodDays } from '../calendar.ts';
import { type Refusal, refuse } from '../decider.ts';
import type { PeriodCommand, PeriodCommandOf } from './commands.ts';
import type { PeriodEvent } from './events.ts';
import type { PeriodState } from './period.ts';

// Periods end one after the other: an open one behind a closed one could still change what was reported as final. What two
// neighbours do is written to two streams, so whoever opens or reopens one tells the later one first, which from then on waits
// for more of it: the later one's stream decides who came first.

type Outcome = readonly PeriodEvent[] | Refusal;

const keyOf = ({ bu, ledger, period }: PeriodCommand) => ({ bu, ledger, period });

const neverOpened = (period: string): Refusal => refuse('NOT_FOUND', `Period ${period} was never opened.`);

const outOfOrder = (detail: string): Refusal => refuse('PERIOD_OUT_OF_ORDER', detail);

export const open = (command: PeriodCommandOf<'OpenPeriod'>, { status }: PeriodState): Outcome => {
  const { period, next } = command;
  if (!isPeriod(period)) return refuse('NOT_FOUND', `${period} is not a period (YYYYMM).`);
  if (status === 'CLOSED') return refuse('PERIOD_CLOSED', `Period ${period} is closed; it can only be reopened.`);
  if (status !== 'NONE') return [];
  if (next === 'CLOSED' || next === 'CLOSING')
    return outOfOrder(`The period after ${period} is ${next}; its books begin with what it was closed on.`);
  return [{ type: 'PeriodOpened', data: { ...keyOf(command), ...periodDays(period) } }];
};

/**
 * The next period has to be there before: goods and documents dated in this one need a place from then on. A close that was
 * begun is taken back by it.
 */
export const softClose = (command: PeriodCommandOf<'SoftClosePeriod'>, { status }: PeriodState): Outcome => {
  const { period } = command;
  if (status === 'NONE') return neverOpened(period);
  if (status === 'CLOSED') return refuse('PERIOD_CLOSED', `Period ${period} is closed; it can only be reopened.`);
  if (status === 'SOFT_CLOSED') return [];
  if (command.next === 'NONE')
    return outOfOrder(`Open the period after ${period} first; what comes late is posted there.`);
  return [{ type: 'PeriodSoftClosed', data: { ...keyOf(command), reason: command.reason } }];
};

export const awaitEarlier = (command: PeriodCommandOf<'AwaitEarlierPeriod'>, state: PeriodState): Outcome => {
  const { period, earlier, earlierRevision, by: awaitedBy } = command;
  const { status, earlierAwaited } = state;
  if (status === 'CLOSED') return outOfOrder(`Period ${period}, after ${earlier}, is closed; reopen that one first.`);
  if (status === 'CLOSING') return outOfOrder(`Period ${period}, after ${earlier}, is being closed.`);
  // One that was never opened has a long way to its close.
  if (status === 'NONE' || (earlierAwaited !== null && earlierAwaited >= earlierRevision)) return [];
  return [{ type: 'EarlierPeriodAwaited', data: { ...keyOf(command), earlier, earlierRevision, awaitedBy } }];
};

/** What holds of both halves of a close. */
const closesNow = (period: string, { status, correctors }: PeriodState, by: string): Refusal | undefined => {
  if (status === 'NONE') return neverOpened(period);
  if (status === 'OPEN') return outOfOrder(`Period ${period} has to be soft-closed first.`);
  if (status !== 'CLOSED' && correctors.includes(by))
    return refuse('SOD_VIOLATION', 'Who corrected the books of a period by hand does not close it.');
  return undefined;
};

export const beginClose = (command: PeriodCommandOf<'BeginClose'>, state: PeriodState): Outcome => {
  const { period, previous, by: begunBy, reason } = command;
  const refusal = closesNow(period, state, begunBy);
  if (refusal !== undefined) return refusal;
  if (state.status !== 'SOFT_CLOSED') return [];
  if (previous.status !== 'NONE' && previous.status !== 'CLOSED')
    return outOfOrder(`The period before ${period} is not closed.`);
  if (state.earlierAwaited !== null && previous.revision <= state.earlierAwaited)
    return outOfOrder(`Somebody began to open or reopen the period before ${period}: finish that, and close it first.`);
  return [{ type: 'PeriodCloseBegun', data: { ...keyOf(command), begunBy, reason } }];
};

export const close = (command: PeriodCommandOf<'ClosePeriod'>, state: PeriodState): Outcome => {
  const { period, checklistSha256, trialBalanceSha256, throughPosition, seenRevision, by: closedBy, reason } = command;
  const refusal = closesNow(period, state, closedBy);
  if (refusal !== undefined) return refusal;
  if (state.status === 'CLOSED') return [];
  if (state.status !== 'CLOSING' || state.revision !== seenRevision)
    return refuse('PERIOD_CHANGED', `Period ${period} changed after its checklist was read; ask again.`);
  const looked = { checklistSha256, trialBalanceSha256, throughPosition };
  return [{ type: 'PeriodClosed', data: { ...keyOf(command), ...looked, closedBy, reason } }];
};

/** Only the last closed period reopens. A soft close, and a close that was begun, are taken back in the same way. */
export const reopen = (command: PeriodCommandOf<'ReopenPeriod'>, state: PeriodState): Outcome => {
  const { period, approvalId, approvedRevision, reason, by: reopenedBy } = command;
  const { status, correctors, revision } = state;
  if (status === 'NONE') return neverOpened(period);
  if (status === 'OPEN') return [];
  if (command.next === 'CLOSED') return outOfOrder(`The period after ${period} is closed; reopen that one first.`);
  if (correctors.includes(reopenedBy))
    return refuse('SOD_VIOLATION', 'Who corrected the books of a period by hand does not reopen it.');
  if (revision !== approvedRevision)
    return refuse('PERIOD_CHANGED', `Period ${period} changed after its reopening was agreed to; ask again.`);
  return [{ type: 'PeriodReopened', data: { ...keyOf(command), approvalId, reason, reopenedBy } }];
};
