import { isRefusal } from '../../domain/decider.ts';
import { type PeriodState, periodDecider } from '../../domain/ledger/period.ts';
import type { Outcome } from '../application.ts';
import { carryOut } from '../carryOut.ts';
import { alsoAs, refused, refusedAs, revisionMismatch } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { AppPorts, CloseChecklist } from './callPorts.ts';
import type { LedgerPeriod } from './finance.ts';
import type { WithRevision } from './inputs.ts';
import { before, idOf, isStale, stateOf, streamOf } from './periodNeighbours.ts';

export type ClosedPeriod = {
  readonly periodId: string;
  readonly state: 'CLOSED';
  readonly checklistSha256: string;
  readonly trialBalanceSha256: string;
  readonly throughPosition: string;
};

/** PERIOD_NOT_READY brings what is in the way. A period that is closed already is answered as it was closed. */
export type ClosePeriod = (
  input: LedgerPeriod & WithRevision & { readonly reason: string },
  context: CommandContext,
) => Promise<Outcome<ClosedPeriod>>;

/** Of what was looked at when nobody has to look: the period is closed already. */
const unseen: CloseChecklist = { checklistSha256: '', trialBalanceSha256: '', throughPosition: '', blockers: [] };

const closedAs = (of: LedgerPeriod, { close }: PeriodState): ClosedPeriod => {
  if (close === null) throw new Error(`${idOf(of)} is closed and nobody closed it`);
  const { checklistSha256, trialBalanceSha256, throughPosition } = close;
  return { periodId: idOf(of), state: 'CLOSED', checklistSha256, trialBalanceSha256, throughPosition };
};

const isReadyBy = ({ blockers }: CloseChecklist): boolean => blockers.length === 0;

const notReady = ({ period }: LedgerPeriod, { throughPosition: position, blockers }: CloseChecklist) => {
  const detail = `Something keeps period ${period} from being closed; \`blockers\` names it.`;
  return refusedAs('PERIOD_NOT_READY', detail, { position, blockers });
};

type Closing = { readonly of: LedgerPeriod; readonly reason: string; readonly ifMatch: number | undefined };

/** The period takes nothing from here on. Nothing is written while it is not ready, or when somebody began before. */
const beginClose = async (
  ports: AppPorts,
  { of, reason, ifMatch }: Closing,
  context: CommandContext,
): Promise<Outcome<never> | undefined> => {
  const { status: previousStatus, revision } = await stateOf(ports, before(of));
  const previous = { status: previousStatus, revision };
  const command = { type: 'BeginClose', ...of, previous, by: context.actor.id, reason } as const;
  const state = await stateOf(ports, of);
  const expected = periodDecider.decide(command, state);
  if (isRefusal(expected)) return refused(expected);
  if (expected.length > 0) {
    if (isStale(ifMatch, state.revision)) return revisionMismatch(state.revision);
    const looked = await ports.closeChecklist(of);
    if (!isReadyBy(looked)) return notReady(of, looked);
  }
  const noted = alsoAs(context, `${context.commandId}:begin`);
  const begun = await ports.executor.execute(periodDecider, streamOf(of), command, noted, { ifMatch });
  if (begun.kind === 'refused') return refused(begun.refusal);
  return begun.kind === 'revisionMismatch' ? revisionMismatch(begun.current) : undefined;
};

/** What came in the moment before the close began is in the way: the period takes what finance posts itself again. */
const takeBack = async (ports: AppPorts, { of, reason }: Closing, context: CommandContext): Promise<void> => {
  const command = { type: 'SoftClosePeriod', ...of, next: 'OPEN', reason } as const;
  await ports.executor.execute(periodDecider, streamOf(of), command, alsoAs(context, `${context.commandId}:takeBack`));
};

/**
 * In two halves: the period stops taking anything, and only then is the checklist read that it is closed on. So whatever is
 * posted meanwhile is either seen or lands in a later period. A close that was cut off in between is gone on with by the next.
 */
export const closePeriod =
  (ports: AppPorts): ClosePeriod =>
  async ({ ifMatch, reason, ...of }, context) => {
    const closing = { of, reason, ifMatch };
    const no = await beginClose(ports, closing, context);
    if (no !== undefined) return no;
    const stream = streamOf(of);
    const { status, revision: seenRevision } = await stateOf(ports, of);
    const looked = status === 'CLOSED' ? unseen : await ports.closeChecklist(of);
    if (!isReadyBy(looked)) {
      await takeBack(ports, closing, context);
      return notReady(of, looked);
    }
    const { blockers: _blockers, ...hashes } = looked;
    const command = { type: 'ClosePeriod', ...of, ...hashes, seenRevision, by: context.actor.id, reason } as const;
    return carryOut(ports.executor, { decider: periodDecider, stream, command }, context, ({ state }) =>
      closedAs(of, state),
    );
  };
