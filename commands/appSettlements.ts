import { invoiceDecider } from '../domain/invoice/invoice.ts';
import type { Outcome } from './application.ts';
import type { WithRevision } from './applicationInputs.ts';
import type { AppPorts } from './appPorts.ts';
import { onceForEver } from './businessKey.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import { derivedUlid } from './eventIds.ts';
import { findStream } from './findStream.ts';
import { invalid, refusedAs, violation } from './outcome.ts';
import type { CommandContext } from './ports.ts';

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

export type SettlementCalls = {
  readonly recordPayment: (input: PaymentInput, context: CommandContext) => Answered<{ readonly paymentId: string }>;
};

const notFound = (invoiceId: string) => refusedAs('NOT_FOUND', `There is no invoice ${invoiceId}.`);

const recordPayment =
  (ports: AppPorts): SettlementCalls['recordPayment'] =>
  async ({ ifMatch, ...input }, context) => {
    const { invoiceId, reference, amount, currency, paidAt } = input;
    const found = await findStream(ports, invoiceDecider, invoiceId);
    if (found === undefined) return notFound(invoiceId);
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
    const command = { ...about, recordedBy: context.actor.id };
    const work = { decider: invoiceDecider, stream: found.stream, command, ifMatch };
    return onceForEver(ports, key, work, { ...context, occurredAt: paidAt }, () => ({ paymentId, invoiceId }));
  };

export const settlementCalls = (ports: AppPorts): SettlementCalls => ({ recordPayment: recordPayment(ports) });
