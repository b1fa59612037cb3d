import { isPeriod, periodDays } from '../calendar.ts';
import { type Decider, type Refusal, refuse } from '../decider.ts';
import type { PeriodCommand, PeriodStatus } from './commands.ts';
import type { PeriodEvent } from './events.ts';
import { periodStatusAfter } from './periods.ts';

export type PeriodState = { readonly status: PeriodStatus };

type Outcome = readonly PeriodEvent[] | Refusal;
type CommandOf<T extends PeriodCommand['type']> = Extract<PeriodCommand, { type: T }>;

const keyOf = ({ bu, ledger, period }: PeriodCommand) => ({ bu, ledger, period });

const neverOpened = (period: string): Refusal => refuse('NOT_FOUND', `Period ${period} was never opened.`);

const open = (command: CommandOf<'OpenPeriod'>, { status }: PeriodState): Outcome => {
  const { period } = command;
  if (!isPeriod(period)) return refuse('NOT_FOUND', `${period} is not a period (YYYYMM).`);
  if (status === 'CLOSED') return refuse('PERIOD_CLOSED', `Period ${period} is closed; it can only be reopened.`);
  if (status !== 'NONE') return [];
  return [{ type: 'PeriodOpened', data: { ...keyOf(command), ...periodDays(period) } }];
};

const softClose = (command: CommandOf<'SoftClosePeriod'>, { status }: PeriodState): Outcome => {
  if (status === 'NONE') return neverOpened(command.period);
  return status === 'OPEN' ? [{ type: 'PeriodSoftClosed', data: keyOf(command) }] : [];
};

/** Periods close one after the other: an open one behind a closed one could still change what was reported as final. */
const close = (command: CommandOf<'ClosePeriod'>, { status }: PeriodState): Outcome => {
  if (status === 'NONE') return neverOpened(command.period);
  if (status === 'CLOSED') return [];
  if (command.previous === 'OPEN' || command.previous === 'SOFT_CLOSED') {
    return refuse('PERIOD_OUT_OF_ORDER', `The period before ${command.period} is not closed.`);
  }
  const { checklistSha256, trialBalanceSha256, throughPosition } = command;
  return [{ type: 'PeriodClosed', data: { ...keyOf(command), checklistSha256, trialBalanceSha256, throughPosition } }];
};

/** For the same reason only the last closed period reopens. */
const reopen = (command: CommandOf<'ReopenPeriod'>, { status }: PeriodState): Outcome => {
  if (status === 'NONE') return neverOpened(command.period);
  if (status === 'OPEN') return [];
  if (command.next === 'CLOSED') {
    return refuse('PERIOD_OUT_OF_ORDER', `The period after ${command.period} is closed; reopen that one first.`);
  }
  const { approvalId, reason } = command;
  return [{ type: 'PeriodReopened', data: { ...keyOf(command), approvalId, reason } }];
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
  }
};

/** Stream `period-<bu>.<ledger>.<yyyymm>`. */
export const periodDecider: Decider<PeriodState, PeriodCommand, PeriodEvent> = {
  category: 'period',
  initial: { status: 'NONE' },
  decide,
  evolve: (_state, event) => ({ status: periodStatusAfter(event) }),
};
