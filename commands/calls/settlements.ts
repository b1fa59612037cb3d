import type { Refusal } from '../../domain/decider.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { openOf } from '../../domain/invoice/settlement.ts';
import type { DisputeCause, DisputeOutcome, WriteOffCause } from '../../domain/invoice/settlementEvents.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import { majorText, minor, minorText } from '../../domain/money.ts';
import type { Outcome } from '../application.ts';
import { businessDay } from '../businessDay.ts';
import { carryOut } from '../carryOut.ts';
import { derivedUlid } from '../eventIds.ts';
import { invalid, noSuch, violation } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { ApprovalCalls, NeedsApproval } from './approvals.ts';
import { onceForEver } from './businessKey.ts';
import type { AppPorts } from './callPorts.ts';
import { carryOutOrAsk } from './carryOutOrAsk.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import { type FoundStream, findStream } from './findStream.ts';
import type { WithRevision } from './inputs.ts';

type OfInvoice = { readonly invoiceId: string };
type Answered<T> = Promise<Outcome<T & OfInvoice>>;

type PaymentInput = OfInvoice & {
  /** What the bank calls the payment: once for ever for an invoice. */
  readonly reference: string;
  /** Minor units of `currency`; below zero: so much came back. */
  readonly amount: string;
  readonly currency: string;
  readonly paidAt: string;
} & WithRevision;

type WriteOffInput = OfInvoice & {
  /** Absent: all that is open. */
  readonly amount?: string;
  readonly cause: WriteOffCause;
  readonly reason: string;
} & WithRevision;

type DisputeInput = OfInvoice & {
  readonly cause: DisputeCause;
  readonly reason: string;
  /** None: all of it. */
  readonly invoiceLineIds: readonly string[];
} & WithRevision;

type ResolutionInput = OfInvoice & {
  readonly disputeId: string;
  readonly outcome: DisputeOutcome;
  readonly reason: string;
} & WithRevision;

export type SettlementCalls = {
  readonly recordPayment: (input: PaymentInput, context: CommandContext) => Answered<{ readonly paymentId: string }>;
  /** Above the limit of the business unit APPROVAL_REQUIRED, until a second person agreed to the very same. */
  readonly writeOffInvoice: (
    input: WriteOffInput,
    context: CommandContext,
  ) => Answered<{ readonly writeOffId: string; readonly amount: string }>;
  readonly disputeInvoice: (input: DisputeInput, context: CommandContext) => Answered<{ readonly disputeId: string }>;
  /** What follows from it, a credit memo or a void, is asked for by itself. */
  readonly resolveDispute: (
    input: ResolutionInput,
    context: CommandContext,
  ) => Answered<{ readonly disputeId: string }>;
};

type Found = FoundStream<typeof invoiceDecider.initial>;

const recordPayment =
  (ports: AppPorts): SettlementCalls['recordPayment'] =>
  async ({ ifMatch, ...input }, context) => {
    const { invoiceId, reference, amount, currency, paidAt } = input;
    const found = await findStream(ports, invoiceDecider, invoiceId);
    if (found === undefined) return noSuch('invoice', invoiceId);
    const untimely = claimedTimeViolation('/paidAt', paidAt, ports.clock());
    const own = found.state.draft?.currency;
    const violations = [
      ...(untimely === undefined ? [] : [untimely]),
      ...(currency === own ? [] : [violation('/currency', 'CURRENCY_MISMATCH', `The invoice is in ${own}.`)]),
    ];
    if (violations.length > 0) return invalid(violations);
    const key = { scope: `business:payment:${found.bu}`, key: `${invoiceId}:${reference}`, content: input };
    const paymentId = derivedUlid(`payment:${key.scope}:${key.key}`);
    const about = { type: 'RecordPayment', paymentId, reference, amount, paidAt } as const;
    const command = { ...about, recordedBy: context.actor.id, today: businessDay(ports, found.bu, ports.clock()) };
    const work = { decider: invoiceDecider, stream: found.stream, command, ifMatch };
    return onceForEver(ports, key, work, { ...context, occurredAt: paidAt }, () => ({ paymentId, invoiceId }));
  };

/** A limit is in the currency of the unit; in another one nothing is written off by one person alone. */
const limitOf = ({ catalog }: AppPorts, { bu, state }: Found): string => {
  const unit = businessUnitOf(catalog.current(), bu);
  return unit?.currency === state.issued?.currency ? (unit?.writeOffLimit ?? '0') : '0';
};

/** Of this request and no later one like it: the payload says how many write-offs the invoice had. */
const needOf = (
  { bu, state }: Found,
  { cause, amount }: { readonly cause: WriteOffCause; readonly amount: string },
  { data }: Refusal,
): NeedsApproval => {
  const { invoiceId = '', number = '', currency = '' } = state.issued ?? {};
  const { limit, asked } = data as { readonly limit: string; readonly asked: string };
  const { writeOffs, paidBy } = state.settlement;
  return {
    duty: 'WRITE_OFF',
    subject: { kind: 'invoice', id: invoiceId },
    payload: { invoiceId, earlier: writeOffs.length, cause, amount, asked },
    summary: `Write off ${majorText(minor(amount), currency)} ${currency} of invoice ${number} as ${cause}: then ${majorText(minor(asked), currency)} of it are written off in all.`,
    link: `/v1/invoices/${invoiceId}`,
    limit: { name: 'written off of one invoice, minor units', allowed: limit, asked },
    involved: paidBy,
    // What people write about a customer is sealed, and an approval is not.
    reason: `Write-off as ${cause}`,
    aboutBu: bu,
  };
};

const writeOffInvoice =
  (ports: AppPorts, { requireApproval }: Pick<ApprovalCalls, 'requireApproval'>): SettlementCalls['writeOffInvoice'] =>
  async ({ invoiceId, ifMatch, ...asked }, context) => {
    const found = await findStream(ports, invoiceDecider, invoiceId);
    if (found === undefined) return noSuch('invoice', invoiceId);
    const writeOffId = derivedUlid(`write-off:${context.commandId}`);
    const day = businessDay(ports, found.bu, ports.clock());
    const issuedOn = found.state.issued?.issueDate ?? day;
    // Named here, so that no more is written off than was looked at and agreed to, whatever comes back meanwhile.
    const what = { writeOffId, cause: asked.cause, amount: asked.amount ?? minorText(openOf(found.state)) };
    const by = { writtenOffOn: day < issuedOn ? issuedOn : day, writtenOffBy: context.actor.id };
    const command = {
      type: 'WriteOffInvoice',
      ...what,
      ...by,
      reason: asked.reason,
      limit: limitOf(ports, found),
    } as const;
    const work = { decider: invoiceDecider, stream: found.stream, state: found.state, ifMatch };
    return carryOutOrAsk(
      { executor: ports.executor, requireApproval },
      { ...work, commandWith: (approved) => ({ ...command, ...approved }) },
      (above) => needOf(found, command, above),
      context,
      ({ state }) => {
        const { amount = what.amount } =
          state.settlement.writeOffs.find((each) => each.writeOffId === writeOffId) ?? {};
        return { writeOffId, invoiceId, amount };
      },
    );
  };

const disputeInvoice =
  (ports: AppPorts): SettlementCalls['disputeInvoice'] =>
  async ({ invoiceId, ifMatch, ...said }, context) => {
    const found = await findStream(ports, invoiceDecider, invoiceId);
    if (found === undefined) return noSuch('invoice', invoiceId);
    const disputeId = derivedUlid(`dispute:${context.commandId}`);
    const command = { type: 'DisputeInvoice', disputeId, ...said, disputedBy: context.actor.id } as const;
    const work = { decider: invoiceDecider, stream: found.stream, command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ disputeId, invoiceId }));
  };

const resolveDispute =
  (ports: AppPorts): SettlementCalls['resolveDispute'] =>
  async ({ invoiceId, ifMatch, ...said }, context) => {
    const found = await findStream(ports, invoiceDecider, invoiceId);
    if (found === undefined) return noSuch('invoice', invoiceId);
    const command = { type: 'ResolveDispute', ...said, resolvedBy: context.actor.id } as const;
    const work = { decider: invoiceDecider, stream: found.stream, command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ disputeId: said.disputeId, invoiceId }));
  };

export const settlementCalls = (
  ports: AppPorts,
  approvals: Pick<ApprovalCalls, 'requireApproval'>,
): SettlementCalls => ({
  recordPayment: recordPayment(ports),
  writeOffInvoice: writeOffInvoice(ports, approvals),
  disputeInvoice: disputeInvoice(ports),
  resolveDispute: resolveDispute(ports),
});
