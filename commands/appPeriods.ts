import { nextPeriod } from '../domain/calendar.ts';
import { type StreamName, streamName } from '../domain/eventLog.ts';
import { periodDecider } from '../domain/ledger/period.ts';
import { type LedgerPeriod, periodViolations } from './appFinance.ts';
import type { Outcome } from './application.ts';
import type { WithRevision } from './applicationInputs.ts';
import type { AppPorts } from './appPorts.ts';
import { carryOut } from './carryOut.ts';
import { invalid } from './outcome.ts';
import type { CommandContext } from './ports.ts';
import { missingIn } from './upToDate.ts';

type PeriodInput = LedgerPeriod & WithRevision;
type Reason = { readonly reason: string };

export type PeriodCalls = {
  readonly openPeriod: (input: PeriodInput, context: CommandContext) => Promise<Outcome<{ readonly period: string }>>;
  /** From then on the period takes what finance posts itself, and nothing else. */
  readonly softClosePeriod: (input: PeriodInput & Reason, context: CommandContext) => Promise<Outcome<PeriodLeft>>;
};

/** How a command left the period. */
export type PeriodLeft = { readonly periodId: string; readonly state: 'SOFT_CLOSED' };

const streamOf = ({ bu, ledger, period }: LedgerPeriod): StreamName => streamName('period', bu, ledger, period);

const idOf = ({ bu, ledger, period }: LedgerPeriod): string => `${bu}.${ledger}.${period}`;

const statusOf = async ({ executor }: Pick<AppPorts, 'executor'>, of: LedgerPeriod) =>
  (await executor.load(periodDecider, streamOf(of))).state.status;

const openPeriod =
  (ports: AppPorts): PeriodCalls['openPeriod'] =>
  async ({ ifMatch, ...of }, context) => {
    const violations = await missingIn(ports.catalog, (current) => periodViolations(current, of));
    if (violations.length > 0) return invalid(violations);
    const command = { type: 'OpenPeriod', ...of } as const;
    const work = { decider: periodDecider, stream: streamOf(of), command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ period: of.period }));
  };

const softClosePeriod =
  (ports: AppPorts): PeriodCalls['softClosePeriod'] =>
  async ({ ifMatch, reason, ...of }, context) => {
    const next = await statusOf(ports, { ...of, period: nextPeriod(of.period) });
    const command = { type: 'SoftClosePeriod', ...of, next, reason } as const;
    const work = { decider: periodDecider, stream: streamOf(of), command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ periodId: idOf(of), state: 'SOFT_CLOSED' as const }));
  };

export const periodCalls = (ports: AppPorts): PeriodCalls => ({
  openPeriod: openPeriod(ports),
  softClosePeriod: softClosePeriod(ports),
});
