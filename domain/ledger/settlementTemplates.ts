import type { Day } from '../calendar.ts';
import type { DepositReceived, DepositRefunded } from '../deposit/events.ts';
import type { DepositApplied, OfDocument, PaymentRecorded, Sale } from '../invoice/settlementEvents.ts';
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

/** Below zero: the other way round. */
const moved = (about: About, amount: Minor, debit: Place, credit: Place): Posting => {
  const lineage = { ...noLineage, orderId: about.orderId, invoiceId: about.invoiceId };
  const entries = [
    entry(debit[0], 'DEBIT', amount, debit[1], lineage),
    entry(credit[0], 'CREDIT', amount, credit[1], lineage),
  ];
  return { ...about, shipmentId: null, reversalOf: null, entries };
};

/** Money that came or went, for an order whose goods are not billed yet. */
const deposited = (data: (DepositReceived | DepositRefunded)['data'], day: Day, amount: Minor): Posting => {
  const { depositId, orderId, soldTo: customer, customerGroup, channel, currency } = data;
  const about = {
    documentRef: depositId,
    declaredSource: `deposit:${depositId}`,
    orderId,
    invoiceId: null,
    day,
    currency,
  };
  const facts = { customer, customerGroup, channel };
  return moved({ templateId: 'T01', ...about }, amount, ['CASH_CLEARING', facts], ['CUSTOMER_DEPOSIT', facts]);
};

/** T01. */
export const depositReceived = (data: DepositReceived['data'], day: Day): Posting =>
  deposited(data, day, minor(data.amount));

/** T01 the other way round, by as much as goes back. */
export const depositRefunded = (data: DepositRefunded['data']): Posting =>
  deposited(data, data.refundedOn, -minor(data.amount));

/** Something takes the place of what is receivable for an invoice. */
const settled = (
  templateId: About['templateId'],
  { orderId, invoiceId, number, soldTo, currency, ...sale }: OfDocument & Sale,
  { day, amount, by }: { readonly day: Day; readonly amount: Minor; readonly by: Place },
): Posting => {
  const about = { templateId, documentRef: number, declaredSource: null, orderId, invoiceId, day, currency };
  return moved(about, amount, by, ['AR_TRADE', receivableFacts({ ...sale, soldTo })]);
};

const applied = (data: DepositApplied['data'], amount: Minor): Posting => {
  const { customerGroup, channel } = data.deposit;
  const by = ['CUSTOMER_DEPOSIT', { customer: data.soldTo, customerGroup, channel }] as const;
  return settled('T05', data, { day: data.day, amount, by });
};

/** T05. */
export const depositApplied = (data: DepositApplied['data']): Posting => applied(data, minor(data.amount));

/** T05 the other way round, by as much as the invoice gives back. */
export const depositReleased = (data: DepositApplied['data']): Posting => applied(data, -minor(data.amount));

/** T06, where the rules have it: by default the ERP posts cash. */
export const paymentRecorded = ({ receivable, soldTo, ...data }: PaymentRecorded['data'], day: Day): Posting => {
  const by = ['CASH_CLEARING', receivableFacts({ ...receivable, soldTo })] as const;
  return settled('T06', { ...data, ...receivable, soldTo }, { day, amount: minor(data.amount), by });
};
