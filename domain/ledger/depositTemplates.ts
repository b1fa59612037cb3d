import type { Day } from '../calendar.ts';
import type { DepositReceived, DepositRefunded } from '../deposit/events.ts';
import type { DepositApplied } from '../invoice/settlementEvents.ts';
import { type Minor, minor } from '../money.ts';
import type { Facts } from './accounts.ts';
import { receivableFacts } from './invoiceTemplates.ts';
import { type Lineage, noLineage } from './journal.ts';
import { entry, type Posting } from './template.ts';

type Deposit = (DepositReceived | DepositRefunded)['data'];

/** Money that came or went, for an order whose goods are not billed yet. */
const deposited = (data: Deposit, day: Day, amount: Minor): Posting => {
  const { depositId, orderId, soldTo: customer, customerGroup, channel, currency } = data;
  const facts: Facts = { customer, customerGroup, channel };
  const lineage: Lineage = { ...noLineage, orderId };
  return {
    templateId: 'T01',
    documentRef: depositId,
    declaredSource: `deposit:${depositId}`,
    ...{ orderId, shipmentId: null, invoiceId: null, day, currency, reversalOf: null },
    entries: [
      entry('CASH_CLEARING', 'DEBIT', amount, facts, lineage),
      entry('CUSTOMER_DEPOSIT', 'CREDIT', amount, facts, lineage),
    ],
  };
};

/** T01. */
export const depositReceived = (data: DepositReceived['data'], day: Day): Posting =>
  deposited(data, day, minor(data.amount));

/** T01 the other way round, by as much as goes back. */
export const depositRefunded = (data: DepositRefunded['data']): Posting =>
  deposited(data, data.refundedOn, -minor(data.amount));

const applied = (data: DepositApplied['data'], amount: Minor): Posting => {
  const { deposit, orderId, invoiceId, number, soldTo: customer, currency, day } = data;
  const { customerGroup, channel } = deposit;
  const lineage: Lineage = { ...noLineage, orderId, invoiceId };
  return {
    templateId: 'T05',
    documentRef: number,
    declaredSource: null,
    ...{ orderId, shipmentId: null, invoiceId, day, currency, reversalOf: null },
    entries: [
      entry('CUSTOMER_DEPOSIT', 'DEBIT', amount, { customer, customerGroup, channel }, lineage),
      entry('AR_TRADE', 'CREDIT', amount, receivableFacts(data), lineage),
    ],
  };
};

/** T05. */
export const depositApplied = (data: DepositApplied['data']): Posting => applied(data, minor(data.amount));

/** T05 the other way round, by as much as the invoice gives back. */
export const depositReleased = (data: DepositApplied['data']): Posting => applied(data, -minor(data.amount));
