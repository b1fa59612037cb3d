import { credit } from '../../domain/credit/credit.ts';
import { fold, isRefusal } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { OrderCommand } from '../../domain/order/commands.ts';
import { order } from '../../domain/order/order.ts';
import type { OrderState } from '../../domain/order/state.ts';
import { answeredClaims, openReceipt } from '../deciding/openPlace.ts';
import { envelop } from '../metadata.ts';
import type { AnsweredClaim, CommandContext, Receipt } from '../ports.ts';
import type { AppPorts } from './callPorts.ts';
import { capturedOrder } from './capturedOrder.ts';
import { afterCredit, creditAnswer, creditCheck } from './creditAndAccept.ts';

type Submit = Extract<OrderCommand, { readonly type: 'SubmitOrder' }>;

type CapturedAtOnce = {
  readonly state: OrderState;
  readonly receipt: Receipt;
  readonly claimed: readonly AnsweredClaim[];
};

/**
 * Submission, credit and acceptance in one append with the ids that they have one by one, so that whichever way a retry
 * takes finds what there is; keys that the context leaves to it are claimed in that append too. Undefined: it has to be done
 * one by one, because the log cannot, the order would be refused, it is there or a key is taken.
 */
export const captureAtOnce = async (
  { executor, clock }: AppPorts,
  command: Submit,
  context: CommandContext,
): Promise<CapturedAtOnce | undefined> => {
  const submission = order.decide(command, order.initial);
  const { executeWith } = executor;
  if (executeWith === undefined || isRefusal(submission)) return undefined;
  const stream = streamName('order', command.bu, command.orderId);
  const [first, ...others] = envelop(stream, submission, context);
  const causeEventId = [first, ...others].find((event) => event?.type === 'OrderPriced')?.eventId;
  if (first === undefined || causeEventId === undefined) return undefined;
  const submitted = fold(order, order.initial, submission);
  const check = creditCheck({ state: submitted, causeEventId, override: false }, context);
  const { commandId } = context;
  const claims = (state: OrderState, revision: number) =>
    answeredClaims(context, capturedOrder(state, revision), openReceipt({ commandId, stream, revision }));
  const done = await executeWith(credit, check.stream, check.command, check.context, (cameTo) => {
    const next = afterCredit(creditAnswer(submitted, check.command.amount, cameTo), causeEventId, clock(), context);
    const decided = order.decide(next.command, submitted);
    // Held: the refusal to accept is no refusal of the order.
    const after = isRefusal(decided) ? [] : envelop(stream, decided, next.context);
    const state = fold(order, submitted, after);
    return {
      decider: order,
      stream,
      state,
      before: [first, ...others],
      after,
      ...(context.claims !== undefined && { claims }),
    };
  });
  return done.kind === 'apart' ? undefined : done.opened;
};
