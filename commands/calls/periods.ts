import { isRefusal } from '../../domain/decider.ts';
import { type PeriodState, periodDecider } from '../../domain/ledger/period.ts';
import type { Outcome } from '../application.ts';
import { carryOut } from '../carryOut.ts';
import { invalid, refused, revisionMismatch } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { missingIn } from '../workers/upToDate.ts';
import type { ApprovalCalls } from './approvals.ts';
import type { AppPorts } from './callPorts.ts';
import { type LedgerPeriod, periodViolations } from './finance.ts';
import type { WithRevision } from './inputs.ts';
import { type ClosePeriod, closePeriod } from './periodClose.ts';
import { behind, idOf, isStale, stateOf, streamOf, tellNext } from './periodNeighbours.ts';

type PeriodInput = LedgerPeriod & WithRevision;
type Reason = { readonly reason: string };

export type PeriodCalls = {
  readonly openPeriod: (input: PeriodInput, context: CommandContext) => Promise<Outcome<{ readonly period: string }>>;
  /** From then on the period takes what finance posts itself, and nothing else. */
  readonly softClosePeriod: (
    input: PeriodInput & Reason,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly periodId: string; readonly state: 'SOFT_CLOSED' }>>;
  readonly closePeriod: ClosePeriod;
  /** Two people besides the asker must have agreed: APPROVAL_REQUIRED names the approval. */
  readonly reopenPeriod: (
    input: PeriodInput & Reason,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly periodId: string; readonly state: 'OPEN' }>>;
};

const openPeriod =
  (ports: AppPorts): PeriodCalls['openPeriod'] =>
  async ({ ifMatch, ...of }, context) => {
    const violations = await missingIn(ports.catalog, (current) => periodViolations(current, of));
    if (violations.length > 0) return invalid(violations);
    const next = (await stateOf(ports, behind(of))).status;
    // Periods are opened one after the other, so mostly nobody has to be told.
    if (next === 'OPEN' || next === 'SOFT_CLOSED') {
      const { status, revision } = await stateOf(ports, of);
      const no = status === 'NONE' && !isStale(ifMatch, revision) && (await tellNext(ports, of, revision, context));
      if (no) return no;
    }
    const command = { type: 'OpenPeriod', ...of, next } as const;
    const work = { decider: periodDecider, stream: streamOf(of), command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ period: of.period }));
  };

const softClosePeriod =
  (ports: AppPorts): PeriodCalls['softClosePeriod'] =>
  async ({ ifMatch, reason, ...of }, context) => {
    const next = (await stateOf(ports, behind(of))).status;
    const command = { type: 'SoftClosePeriod', ...of, next, reason } as const;
    const work = { decider: periodDecider, stream: streamOf(of), command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ periodId: idOf(of), state: 'SOFT_CLOSED' as const }));
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
  aboutBu: of.bu,
});

const reopenPeriod =
  (ports: AppPorts, { requireApproval }: Pick<ApprovalCalls, 'requireApproval'>): PeriodCalls['reopenPeriod'] =>
  async ({ ifMatch, reason, ...of }, context) => {
    const { status: next } = await stateOf(ports, behind(of));
    const state = await stateOf(ports, of);
    const { status, revision: approvedRevision } = state;
    const about = { type: 'ReopenPeriod', ...of, next, approvedRevision, reason, by: context.actor.id } as const;
    // Nobody is asked for what would be refused anyway, or is done already.
    const expected = periodDecider.decide({ ...about, approvalId: '' }, state);
    if (isRefusal(expected)) return refused(expected);
    if (expected.length > 0 && isStale(ifMatch, approvedRevision)) return revisionMismatch(approvedRevision);
    const approval = expected.length > 0 && (await requireApproval(approvalNeed(of, state, reason), context));
    if (approval !== false && approval.kind !== 'done') return approval;
    const no = status === 'CLOSED' && (await tellNext(ports, of, approvedRevision, context));
    if (no) return no;
    const approvalId = approval === false ? '' : approval.value.approvalId;
    const work = { decider: periodDecider, stream: streamOf(of), command: { ...about, approvalId }, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ periodId: idOf(of), state: 'OPEN' as const }));
  };

export const periodCalls = (ports: AppPorts, approvals: Pick<ApprovalCalls, 'requireApproval'>): PeriodCalls => ({
  openPeriod: openPeriod(ports),
  softClosePeriod: softClosePeriod(ports),
  closePeriod: closePeriod(ports),
  reopenPeriod: reopenPeriod(ports, approvals),
});
