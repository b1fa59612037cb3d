import { firstInvoice, issuedInvoice, secondInvoice } from './invoiceHistory.ts';
import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';

/**
 * Fifty dollars before the second invoice of an order, which takes most of it and gives a part back; the rest is paid back.
 * 50.00 = 20.00 that the invoice holds + 10.00 paid back + 20.00 that are held.
 */
export const payInAdvance = (log: MemoryLog, orderId: string): string => {
  const { invoiceId, number, soldTo, customerGroup, node, channel, shipTo, currency } = issuedInvoice(
    orderId,
    2,
    secondInvoice,
  );
  const depositId = `${orderId}-1`;
  const known = { reference: `BANK-${orderId}`, customerGroup, channel };
  const about = { depositId, orderId, bu, soldTo, currency, ...known };
  const [deposits, invoice, account] = [
    `deposit-${bu}.${orderId}`,
    `invoice-${bu}.${invoiceId}`,
    `credit-${bu}.${soldTo}`,
  ];
  const receipt = { receivedAt: '2026-11-23T08:00:00.000Z', receivedBy: 'key:finance', contentSha256: 'd' };
  log.append(deposits, 'DepositReceived', { ...about, amount: '5000', ...receipt });
  const held = { bu, customer: soldTo, currency, orderId };
  log.append(account, 'OrderDepositsHeld', { ...held, amount: '5000' });
  log.append(deposits, 'DepositAssigned', { ...about, amount: '3500', invoiceId });
  const facts = { invoiceId, orderId, bu, number, soldTo, customerGroup, node, channel, shipTo, currency };
  const used = { ...facts, deposit: { depositId, ...known } };
  log.append(invoice, 'DepositApplied', { ...used, amount: '3500', day: '2026-11-23' });
  log.append(invoice, 'DepositReleased', { ...used, amount: '1500', day: '2026-11-24', cause: 'INVOICE_CREDITED' });
  log.append(deposits, 'DepositFreed', { ...about, amount: '1500', invoiceId });
  const why = { cause: 'ON_REQUEST', refundedOn: '2026-11-25', refundedBy: 'key:finance', reason: 'asked' } as const;
  log.append(deposits, 'DepositRefunded', { ...about, amount: '1000', ...why });
  log.append(account, 'OrderDepositsHeld', { ...held, amount: '2000' });
  return depositId;
};

/**
 * Of the first invoice of an order 50.00 are paid, and 20.00 of that come back; 3.00 are written off, and 1.00 of that is paid
 * after all. It is disputed, and 50.00 of it once more.
 */
export const payFirst = (log: MemoryLog, orderId: string): void => {
  const issued = issuedInvoice(orderId, 1, firstInvoice);
  const { invoiceId, number, soldTo, currency, customerGroup, node, channel, shipTo } = issued;
  const stream = `invoice-${bu}.${invoiceId}`;
  const of = { invoiceId, orderId, bu, number, soldTo, currency };
  const receivable = { customerGroup, node, channel, shipTo };
  const pay = (paymentId: string, amount: string, paidAt: string): void => {
    const payment = { paymentId: `${orderId}-${paymentId}`, reference: `BANK-${paymentId}`, amount };
    log.append(stream, 'PaymentRecorded', { ...of, ...payment, paidAt, recordedBy: 'key:finance', receivable });
  };
  pay('p1', '5000', '2026-11-24T08:00:00.000Z');
  pay('p2', '-2000', '2026-11-25T08:00:00.000Z');
  const lost = { ...of, writeOffId: `${orderId}-w1`, cause: 'BAD_DEBT', receivable } as const;
  const why = { reason: 'gone', writtenOffOn: '2026-11-25', writtenOffBy: 'key:admin' };
  log.append(stream, 'InvoiceWrittenOff', { ...lost, ...why, amount: '300' });
  log.append(stream, 'WriteOffReversed', { ...lost, amount: '100', because: 'INVOICE_PAID', day: '2026-11-26' });
  pay('p3', '100', '2026-11-26T08:00:00.000Z');
  const said = { cause: 'PRICE', reason: 'too dear', disputedBy: 'key:channel' } as const;
  const all = { ...of, ...said, invoiceLineIds: [], amount: issued.totals.total };
  log.append(stream, 'InvoiceDisputed', { ...all, disputeId: `${orderId}-d1` });
  const over = { outcome: 'REJECTED', reason: 'as agreed', resolvedBy: 'key:finance' } as const;
  log.append(stream, 'DisputeResolved', { ...of, ...over, disputeId: `${orderId}-d1` });
  const line = { ...of, ...said, invoiceLineIds: ['1'], orderLineIds: ['10'], amount: '5000' };
  log.append(stream, 'InvoiceDisputed', { ...line, disputeId: `${orderId}-d2` });
};
