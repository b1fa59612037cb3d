import { nextPeriod, previousPeriod } from '../domain/calendar.ts';
import { isRefusal } from '../domain/decider.ts';
import { type StreamName, streamName } from '../domain/eventLog.ts';
import { type PeriodState, periodDecider } from '../domain/ledger/period.ts';
import type { ApprovalCalls } from './appApprovals.ts';
import { type LedgerPeriod, periodViolations } from './appFinance.ts';
import type { Outcome } from './application.ts';
import type { WithRevision } from './applicationInputs.ts';
import type { AppPorts } from './appPorts.ts';
import { carryOut } from './carryOut.ts';
import { invalid, refused, refusedAs } from './outcome.ts';
import type { CommandContext } from './ports.ts';
import { missingIn } from './upToDate.ts';

type PeriodInput = LedgerPeriod & WithRevision;
type Reason = { readonly reason: string };

export type PeriodCalls = {
  readonly openPeriod: (input: PeriodInput, context: CommandContext) => Promise<Outcome<{ readonly period: string }>>;
  /** From then on the period takes what finance posts itself, and nothing else. */
  readonly softClosePeriod: (
    input: PeriodInput & Reason,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly periodId: string; readonly state: 'SOFT_CLOSED' }>>;
  /** PERIOD_NOT_READY brings what is in the way. A period that is closed already is answered as it was closed. */
  readonly closePeriod: (input: PeriodInput & Reason, context: CommandContext) => Promise<Outcome<ClosedPeriod>>;
  /** Two people besides the asker must have agreed: APPROVAL_REQUIRED names the approval. */
  readonly reopenPeriod: (
    input: PeriodInput & Reason,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly periodId: string; readonly state: 'OPEN' }>>;
};

export type ClosedPeriod = {
  readonly periodId: string;
  readonly state: 'CLOSED';
  readonly checklistSha256: string;
  readonly trialBalanceSha256: string;
  readonly throughPosition: string;
};

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

const closedAs = (of: LedgerPeriod, { close }: PeriodState): ClosedPeriod => {
  if (close === null) throw new Error(`${idOf(of)} is closed and nobody closed it`);
  const { checklistSha256, trialBalanceSha256, throughPosition } = close;
  return { periodId: idOf(of), state: 'CLOSED', checklistSha256, trialBalanceSha256, throughPosition };
};

/** Of what was looked at when nobody has to look: a period that is closed, or cannot be whatever the books say. */
const unseen = { checklistSha256: '', trialBalanceSha256: '', throughPosition: '' };

/**
 * The checklist is read after the period's own stream, and the append is refused when anything was written there meanwhile: of
 * two people who close at once one PeriodClosed comes, and it has the hashes of what its own author looked at.
 */
const closePeriod =
  (ports: AppPorts): PeriodCalls['closePeriod'] =>
  async ({ ifMatch, reason, ...of }, context) => {
    const stream = streamOf(of);
    const previous = await statusOf(ports, { ...of, period: previousPeriod(of.period) });
    const { state, revision: seenRevision } = await ports.executor.load(periodDecider, stream);
    const about = { type: 'ClosePeriod', ...of, previous, seenRevision, by: context.actor.id, reason } as const;
    const expected = periodDecider.decide({ ...about, ...unseen }, state);
    if (isRefusal(expected)) return refused(expected);
    const looked = expected.length === 0 ? unseen : await ports.closeChecklist(of);
    if ('blockers' in looked && looked.blockers.length > 0) {
      const detail = `Something keeps period ${of.period} from being closed; \`blockers\` names it.`;
      return refusedAs('PERIOD_NOT_READY', detail, { position: looked.throughPosition, blockers: looked.blockers });
    }
    const { checklistSha256, trialBalanceSha256, throughPosition } = looked;
    const command = { ...about, checklistSha256, trialBalanceSha256, throughPosition };
    return carryOut(ports.executor, { decider: periodDecider, stream, command, ifMatch }, context, (done) =>
      closedAs(of, done.state),
    );
  };

const approvalNeed = (of: LedgerPeriod, { correctors, revision }: PeriodState, reason: string) => ({
  duty: 'PERIOD_REOPENING' as const,
  subject: { kind: 'accounting-period', id: idOf(of) },
  // Of this close: an approval that was given for an earlier one no longer covers it.
  payload: { periodId: idOf(of), revision },
  summary: `Reopen period ${of.period} of ledger ${of.ledger}, ${of.bu}.`,
  link: `/v1/accounting-periods/${idOf(of)}`,
  limit: null,
  involved: correctors,
  reason,
});

const reopenPeriod =
  (ports: AppPorts, { requireApproval }: Pick<ApprovalCalls, 'requireApproval'>): PeriodCalls['reopenPeriod'] =>
  async ({ ifMatch, reason, ...of }, context) => {
    const stream = streamOf(of);
    const next = await statusOf(ports, { ...of, period: nextPeriod(of.period) });
    const { state } = await ports.executor.load(periodDecider, stream);
    const about = { type: 'ReopenPeriod', ...of, next, reason, by: context.actor.id } as const;
    // Nobody is asked for what would be refused anyway, or is done already.
    const expected = periodDecider.decide({ ...about, approvalId: '' }, state);
    if (isRefusal(expected)) return refused(expected);
    const approval = expected.length > 0 && (await requireApproval(approvalNeed(of, state, reason), context));
    if (approval !== false && approval.kind !== 'done') return approval;
    const approvalId = approval === false ? '' : approval.value.approvalId;
    const work = { decider: periodDecider, stream, command: { ...about, approvalId }, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ periodId: idOf(of), state: 'OPEN' as const }));
  };

export const periodCalls = (ports: AppPorts, approvals: Pick<ApprovalCalls, 'requireApproval'>): PeriodCalls => ({
  openPeriod: openPeriod(ports),
  softClosePeriod: softClosePeriod(ports),
  closePeriod: closePeriod(ports),
  reopenPeriod: reopenPeriod(ports, approvals),
});
