import { type Refusal, refuse } from '../decider.ts';
import { minor, minorText } from '../money.ts';
import type { InvoiceIssued } from './events.ts';
import { applyDeposit, documentOf, saleOf } from './settlement.ts';
import type { SettlementCommand } from './settlementCommands.ts';
import type { SettlementEvent } from './settlementEvents.ts';
import type { InvoiceState } from './state.ts';

type Outcome = readonly SettlementEvent[] | Refusal;
type Of<T extends SettlementCommand['type']> = Extract<SettlementCommand, { type: T }>;
type Issued = InvoiceIssued['data'];

/** All of them are kept in memory with the invoice. */
const paymentsMax = 200;

const recordPayment = (
  { type: _type, ...payment }: Of<'RecordPayment'>,
  { settlement: { payments, paid } }: InvoiceState,
  issued: Issued,
): Outcome => {
  if (payments.includes(payment.paymentId)) return [];
  const { number } = issued;
  if (payments.length >= paymentsMax)
    return refuse('PAYMENTS_MAX', `Invoice ${number} has ${paymentsMax} payments.`, { number });
  if (paid + minor(payment.amount) < 0n)
    return refuse('PAYMENT_EXCEEDED', `Of invoice ${number} only ${paid} was paid.`, { number, paid: minorText(paid) });
  return [{ type: 'PaymentRecorded', data: { ...documentOf(issued), ...payment, receivable: saleOf(issued) } }];
};

/** What pays an invoice. */
export const decideSettlement = (command: SettlementCommand, state: InvoiceState): Outcome => {
  const { issued } = state;
  if (issued === null) return refuse('INVOICE_NOT_ISSUED', 'A draft is not paid.');
  switch (command.type) {
    case 'ApplyDeposit':
      return applyDeposit(command, state, issued);
    case 'RecordPayment':
      return recordPayment(command, state, issued);
  }
};
