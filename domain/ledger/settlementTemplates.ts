import type { Day } from '../calendar.ts';
import type { DepositReceived, DepositRefunded } from '../deposit/events.ts';
import type {
  DepositApplied,
  InvoiceWrittenOff,
  OfDocument,
  PaymentRecorded,
  Sale,
  WriteOffReversed,
} from '../invoice/settlementEvents.ts';
import { type Minor, minor } from '../money.ts';
import type { Facts } from './accounts.ts';
import { receivableFacts } from './invoiceTemplates.ts';
import { noLineage } from './journal.ts';
import type { Role } from './roles.ts';
import { entry, type Posting } from './template.ts';

type About = Pick<
  Posting,
  'templateId' | 'documentRef' | 'declaredSource' | 'orderId' | 'invoiceId' | 'day' | 'currency'
>;
type Place = readonly [role: Role, facts: Facts];

/** One for what the event says, below zero for the other way round. */
type Sign = 1n | -1n;

const moved = (about: About, amount: Minor, [role, facts]: Place, [other, otherFacts]: Place): Posting => {
  const lineage = { ...noLineage, orderId: about.orderId, invoiceId: about.invoiceId };
  const debit = entry(role, 'DEBIT', amount, facts, lineage);
  const credit = entry(other, 'CREDIT', amount, otherFacts, lineage);
  return { ...about, shipmentId: null, reversalOf: null, entries: [debit, credit] };
};

/** T01: money that came or went, for an order whose goods are not billed yet. */
export const depositPaid = (data: (DepositReceived | DepositRefunded)['data'], day: Day, sign: Sign): Posting => {
  const { depositId, orderId, soldTo: customer, customerGroup, channel, currency } = data;
  const about = { templateId: 'T01', documentRef: depositId, orderId, invoiceId: null, day, currency } as const;
  const [facts, from] = [{ customer, customerGroup, channel }, { declaredSource: `deposit:${depositId}` }];
  const amount = sign * minor(data.amount);
  return moved({ ...about, ...from }, amount, ['CASH_CLEARING', facts], ['CUSTOMER_DEPOSIT', facts]);
};

/** Something takes the place of what is receivable for an invoice. */
const settled = (
  templateId: About['templateId'],
  { orderId, invoiceId, number, soldTo, currency, ...sale }: OfDocument & Sale,
  { day, amount, by }: { readonly day: Day; readonly amount: Minor; readonly by: Place },
): Posting => {
  const about = { templateId, documentRef: number, declaredSource: null, orderId, invoiceId, day, currency };
  return moved(about, amount, by, ['AR_TRADE', receivableFacts({ ...sale, soldTo })]);
};

/** T05. */
export const depositUsed = (data: DepositApplied['data'], sign: Sign): Posting => {
  const { customerGroup, channel } = data.deposit;
  const by = ['CUSTOMER_DEPOSIT', { customer: data.soldTo, customerGroup, channel }] as const;
  return settled('T05', data, { day: data.day, amount: sign * minor(data.amount), by });
};

/** T06, where the rules have it: by default the ERP posts cash. */
export const paymentRecorded = ({ receivable, ...data }: PaymentRecorded['data'], day: Day): Posting => {
  const by = ['CASH_CLEARING', receivableFacts({ ...receivable, soldTo: data.soldTo })] as const;
  return settled('T06', { ...data, ...receivable }, { day, amount: minor(data.amount), by });
};

type WrittenOff = (InvoiceWrittenOff | WriteOffReversed)['data'];

/** T22. Relief of the tax is claimed with the tax authority, in the ERP. */
export const writtenOff = ({ receivable, ...data }: WrittenOff, day: Day, sign: Sign): Posting => {
  const by = [data.cause, receivableFacts({ ...receivable, soldTo: data.soldTo })] as const;
  return settled('T22', { ...data, ...receivable }, { day, amount: sign * minor(data.amount), by });
};
