import { nextPeriod, previousPeriod } from '../../domain/calendar.ts';
import { type StreamName, streamName } from '../../domain/eventLog.ts';
import { type PeriodState, periodDecider } from '../../domain/ledger/period.ts';
import type { Outcome } from '../application.ts';
import { alsoAs, refused } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { AppPorts } from './callPorts.ts';
import type { LedgerPeriod } from './finance.ts';

export const streamOf = ({ bu, ledger, period }: LedgerPeriod): StreamName => streamName('period', bu, ledger, period);

export const idOf = ({ bu, ledger, period }: LedgerPeriod): string => `${bu}.${ledger}.${period}`;

export const stateOf = async ({ executor }: Pick<AppPorts, 'executor'>, of: LedgerPeriod): Promise<PeriodState> =>
  (await executor.load(periodDecider, streamOf(of))).state;

export const before = (of: LedgerPeriod): LedgerPeriod => ({ ...of, period: previousPeriod(of.period) });
export const behind = (of: LedgerPeriod): LedgerPeriod => ({ ...of, period: nextPeriod(of.period) });

/**
 * Tells the next period that this one, as it stands at `earlierRevision`, is about to be opened or reopened. From then on the
 * next one is not closed before that has happened, so who is cut off here is waited for: the same request goes on.
 */
export const tellNext = async (
  { executor }: AppPorts,
  of: LedgerPeriod,
  earlierRevision: number,
  { claims: _claims, ...context }: CommandContext,
): Promise<Outcome<never> | undefined> => {
  const next = behind(of);
  const told = { type: 'AwaitEarlierPeriod', earlier: of.period, earlierRevision, by: context.actor.id } as const;
  const noted = alsoAs(context, `${context.commandId}:next`);
  const executed = await executor.execute(periodDecider, streamOf(next), { ...next, ...told }, noted);
  return executed.kind === 'refused' ? refused(executed.refusal) : undefined;
};

export const isStale = (ifMatch: number | undefined, revision: number): boolean =>
  ifMatch !== undefined && ifMatch !== revision;
