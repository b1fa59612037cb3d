import { type Refusal, refuse } from '../decider.ts';
import { type Minor, minor, minorText } from '../money.ts';
import { dispute, resolve } from './disputes.ts';
import type { InvoiceIssued } from './events.ts';
import { applyDeposit, documentOf, openOf, reversals, saleOf, writtenOffOf } from './settlement.ts';
import type { SettlementCommand } from './settlementCommands.ts';
import type { SettlementEvent } from './settlementEvents.ts';
import type { InvoiceState } from './state.ts';

type Outcome = readonly SettlementEvent[] | Refusal;
type Of<T extends SettlementCommand['type']> = Extract<SettlementCommand, { type: T }>;
type Issued = InvoiceIssued['data'];

/** All of them are kept in memory with the invoice. */
const [paymentsMax, writeOffsMax] = [200, 200];

const recordPayment = (
  { type: _type, today, ...payment }: Of<'RecordPayment'>,
  state: InvoiceState,
  issued: Issued,
): Outcome => {
  const { payments, paid } = state.settlement;
  if (payments.includes(payment.paymentId)) return [];
  const { number } = issued;
  if (payments.length >= paymentsMax)
    return refuse('PAYMENTS_MAX', `Invoice ${number} has ${paymentsMax} payments.`, { number });
  if (paid + minor(payment.amount) < 0n)
    return refuse('PAYMENT_EXCEEDED', `Of invoice ${number} only ${paid} was paid.`, { number, paid: minorText(paid) });
  const day = today < issued.issueDate ? issued.issueDate : today;
  return [
    ...reversals(state, minor(payment.amount) - openOf(state), { because: 'INVOICE_PAID', day }),
    { type: 'PaymentRecorded', data: { ...documentOf(issued), ...payment, receivable: saleOf(issued) } },
  ];
};

/** In all, because several small write-offs are a large one. */
const needsApproval = (state: InvoiceState, amount: Minor, { limit, approvalId }: Of<'WriteOffInvoice'>) => {
  const asked = writtenOffOf(state) + amount;
  // What was agreed to once does not cover the same again.
  const isUsed = state.settlement.writeOffs.some((each) => each.approvalId !== null && each.approvalId === approvalId);
  if ((approvalId !== undefined && !isUsed) || asked <= minor(limit)) return undefined;
  const detail = 'With it more is written off of the invoice than one person may decide alone.';
  return refuse('APPROVAL_REQUIRED', detail, { limit, asked: minorText(asked) });
};

const writeOff = (command: Of<'WriteOffInvoice'>, state: InvoiceState, issued: Issued): Outcome => {
  const { type: _type, limit: _limit, ...data } = command;
  const { writeOffs, paidBy } = state.settlement;
  if (writeOffs.some(({ writeOffId }) => writeOffId === data.writeOffId)) return [];
  const { number } = issued;
  const [open, amount] = [openOf(state), minor(data.amount)];
  if (amount <= 0n || amount > open) {
    const detail = `Of invoice ${number} no more than ${open} is open.`;
    return refuse('WRITE_OFF_EXCEEDS_OPEN', detail, { number, open: minorText(open) });
  }
  if (writeOffs.length >= writeOffsMax)
    return refuse('WRITE_OFFS_MAX', `Invoice ${number} has ${writeOffsMax} write-offs.`, { number });
  if (paidBy.includes(data.writtenOffBy))
    return refuse('SOD_VIOLATION', 'Who recorded a payment of an invoice does not write it off.');
  const approval = needsApproval(state, amount, command);
  if (approval !== undefined) return approval;
  return [{ type: 'InvoiceWrittenOff', data: { ...documentOf(issued), ...data, receivable: saleOf(issued) } }];
};

/** What pays an invoice, what of it will not be paid, and what the customer does not agree to. */
export const decideSettlement = (command: SettlementCommand, state: InvoiceState): Outcome => {
  const { issued } = state;
  if (issued === null) return refuse('INVOICE_NOT_ISSUED', 'A draft is neither paid nor disputed.');
  switch (command.type) {
    case 'ApplyDeposit':
      return applyDeposit(command, state, issued);
    case 'RecordPayment':
      return recordPayment(command, state, issued);
    case 'WriteOffInvoice':
      return writeOff(command, state, issued);
    case 'DisputeInvoice':
      return dispute(command, state, issued);
    case 'ResolveDispute':
      return resolve(command, state, issued);
  }
};
