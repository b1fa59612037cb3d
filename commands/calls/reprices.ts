import type { Refusal } from '../../domain/decider.ts';
import { order } from '../../domain/order/order.ts';
import type { OrderState } from '../../domain/order/state.ts';
import type { Outcome } from '../application.ts';
import { findEvent } from '../deciding/readStream.ts';
import { noSuch } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { ApprovalCalls, NeedsApproval } from './approvals.ts';
import type { AppPorts } from './callPorts.ts';
import { carryOutOrAsk } from './carryOutOrAsk.ts';
import { termsOf } from './changes.ts';
import { findStream } from './findStream.ts';
import type { WithRevision } from './inputs.ts';

type Input = {
  readonly orderId: string;
  readonly lineId: string;
  /** Major units. */
  readonly unitPrice: string;
  readonly reason: string;
} & WithRevision;

export type RepriceCalls = {
  /**
   * A price of a line of an order that is not accepted yet. Far from the price that applies APPROVAL_REQUIRED, until a
   * second person agreed to this very price.
   */
  readonly repriceLine: (
    input: Input,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly lineId: string; readonly unitPrice: string }>>;
};

/** What people write about a customer is sealed, and an approval is not. */
const needOf = (
  { orderId, lineId, unitPrice }: Input,
  { submitted }: OrderState,
  { data }: Refusal,
  enteredBy: string | undefined,
): NeedsApproval => {
  const { limit, asked } = data as { readonly limit: string; readonly asked: string };
  const { currency = '', bu = '' } = submitted ?? {};
  return {
    duty: 'PRICE_OVERRIDE',
    subject: { kind: 'order', id: orderId },
    payload: { orderId, bu, lineId, unitPrice, currency, asked },
    summary: `Line ${lineId} of order ${orderId} at ${unitPrice} ${currency}, ${asked} % from the price that applies.`,
    link: `/v1/orders/${orderId}`,
    limit: { name: 'per cent from the price that applies', allowed: limit, asked },
    involved: enteredBy === undefined ? [] : [enteredBy],
    reason: `Price of line ${lineId}`,
    aboutBu: bu,
  };
};

export const repriceCalls = (
  ports: AppPorts,
  { requireApproval }: Pick<ApprovalCalls, 'requireApproval'>,
): RepriceCalls => ({
  repriceLine: async ({ ifMatch, ...input }, context) => {
    const { orderId, lineId, unitPrice, reason } = input;
    const found = await findStream(ports, order, orderId);
    if (found === undefined) return noSuch('order', orderId);
    const { stream, state } = found;
    const line = state.submitted?.lines.find((each) => each.lineId === lineId);
    const terms =
      state.submitted === null || line === undefined
        ? `There is no line ${lineId}.`
        : termsOf(ports, state.submitted, line);
    const command = { type: 'RepriceLine', lineId, unitPrice, reason, terms } as const;
    return carryOutOrAsk(
      { executor: ports.executor, requireApproval },
      { decider: order, stream, state, ifMatch, commandWith: (approved) => ({ ...command, ...approved }) },
      async (far) => {
        const enteredBy = (await findEvent(ports.store, stream, 'OrderSubmitted'))?.metadata.actor.id;
        return needOf(input, state, far, enteredBy);
      },
      context,
      () => ({ lineId, unitPrice }),
    );
  },
});
