import { depositDecider, depositOf, orderOfDeposit } from '../../domain/deposit/deposit.ts';
import { streamName } from '../../domain/eventLog.ts';
import { customerOf } from '../../domain/masterData/catalog.ts';
import { order } from '../../domain/order/order.ts';
import type { Outcome } from '../application.ts';
import { businessDay } from '../businessDay.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import { invalid, noSuch, violation } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { onceForEver } from './businessKey.ts';
import type { AppPorts } from './callPorts.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import { findStream } from './findStream.ts';
import type { WithRevision } from './inputs.ts';

export type DepositInput = {
  readonly orderId: string;
  /** What the bank calls the payment: once for ever in a business unit. */
  readonly reference: string;
  /** Minor units of `currency`, above zero. */
  readonly amount: string;
  readonly currency: string;
  readonly receivedAt: string;
};

type RefundInput = { readonly depositId: string; readonly amount?: string; readonly reason: string } & WithRevision;
type Answered = Promise<Outcome<{ readonly depositId: string; readonly orderId: string }>>;

export type DepositCalls = {
  /** A fact. Invoices of the order get it by themselves, the oldest first. */
  readonly recordDeposit: (input: DepositInput, context: CommandContext) => Answered;
  /** Pays back what no invoice has, or `amount` of it. */
  readonly refundDeposit: (input: RefundInput, context: CommandContext) => Answered;
  readonly depositOwner: (depositId: string) => Promise<{ readonly bu: string; readonly soldTo: string } | undefined>;
};

const recordDeposit =
  (ports: AppPorts): DepositCalls['recordDeposit'] =>
  async (input, context) => {
    const { orderId, reference, currency, receivedAt } = input;
    const submitted = (await findStream(ports, order, orderId))?.state.submitted ?? undefined;
    if (submitted === undefined) return noSuch('order', orderId);
    const { bu, soldTo, channel } = submitted;
    const untimely = claimedTimeViolation('/receivedAt', receivedAt, ports.clock());
    const violations = [
      ...(untimely === undefined ? [] : [untimely]),
      ...(currency === submitted.currency
        ? []
        : [violation('/currency', 'CURRENCY_MISMATCH', `The order is in ${submitted.currency}.`)]),
    ];
    if (violations.length > 0) return invalid(violations);
    const customerGroup = customerOf(ports.catalog.current(), bu, soldTo)?.group ?? '';
    const command = {
      type: 'RecordDeposit' as const,
      ...{ ...input, bu, soldTo, channel, customerGroup },
      ...{ receivedBy: context.actor.id, contentSha256: contentSha256(input) },
    };
    const work = { decider: depositDecider, stream: streamName('deposit', bu, orderId), command };
    const key = { scope: `business:deposit:${bu}`, key: reference, content: input };
    return onceForEver(ports, key, work, { ...context, occurredAt: receivedAt }, ({ state }) => ({
      depositId: state.deposits.find(({ received }) => received.reference === reference)?.received.depositId ?? '',
      orderId,
    }));
  };

const findDeposits = (ports: AppPorts, depositId: string) =>
  findStream(ports, depositDecider, orderOfDeposit(depositId));

const refundDeposit =
  (ports: AppPorts): DepositCalls['refundDeposit'] =>
  async ({ ifMatch, depositId, ...asked }, context) => {
    const found = await findDeposits(ports, depositId);
    if (found === undefined) return noSuch('deposit', depositId);
    const refundedOn = businessDay(ports, found.bu, ports.clock());
    const why = { cause: 'ON_REQUEST', refundedOn, refundedBy: context.actor.id } as const;
    const command = { type: 'RefundDeposits', depositId, ...asked, ...why } as const;
    const work = { decider: depositDecider, stream: found.stream, command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ depositId, orderId: orderOfDeposit(depositId) }));
  };

export const depositCalls = (ports: AppPorts): DepositCalls => ({
  recordDeposit: recordDeposit(ports),
  refundDeposit: refundDeposit(ports),
  depositOwner: async (depositId) => {
    const found = await findDeposits(ports, depositId);
    const received = found && depositOf(found.state, depositId)?.received;
    return received && { bu: received.bu, soldTo: received.soldTo };
  },
});
