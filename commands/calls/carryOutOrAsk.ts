import { type Event, isRefusal, type Refusal } from '../../domain/decider.ts';
import type { Outcome } from '../application.ts';
import { carryOut, type Work } from '../carryOut.ts';
import type { Done, Executor } from '../handle.ts';
import { refused } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { ApprovalCalls, NeedsApproval } from './approvals.ts';

type Ports = Pick<ApprovalCalls, 'requireApproval'> & {
  readonly executor: Pick<Executor, 'execute' | 'executeClaiming'>;
};

/** The command as it is first asked for, and as it goes on with an approval. */
type LimitedWork<S, C, E extends Event> = Omit<Work<S, C, E>, 'command'> & {
  readonly state: S;
  readonly commandWith: (approved: { readonly approvalId?: string }) => C;
};

/**
 * Carries out what one person decides alone up to a limit. Where the decider says that it is above, a second person is asked
 * for what `needOf` makes of its refusal, and who has agreed is part of the command. Nobody is asked for what would be refused
 * anyway. Throws as `carryOut` and `requireApproval`.
 */
export const carryOutOrAsk = async <T extends object, S, C, E extends Event>(
  { executor, requireApproval }: Ports,
  { state, commandWith, ...work }: LimitedWork<S, C, E>,
  needOf: (above: Refusal) => NeedsApproval | Promise<NeedsApproval>,
  context: CommandContext,
  toValue: (done: Done<S, E>) => T | Refusal,
): Promise<Outcome<T>> => {
  const expected = work.decider.decide(commandWith({}), state);
  if (!isRefusal(expected)) return carryOut(executor, { ...work, command: commandWith({}) }, context, toValue);
  if (expected.refused !== 'APPROVAL_REQUIRED') return refused(expected);
  const approval = await requireApproval(await needOf(expected), context);
  if (approval.kind !== 'done') return approval;
  const { approvalId } = approval.value;
  return carryOut(executor, { ...work, command: commandWith({ approvalId }) }, context, toValue);
};
