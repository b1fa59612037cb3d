import { fillBackorder, receive, release, ship } from './fulfilmentHistory.ts';
import { commitTax, firstInvoice, invoice, secondInvoice } from './invoiceHistory.ts';
import type { MemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

const bu = 'ACME';
const currency = 'USD';

export const close = (log: MemoryLog, orderId: string): void => {
  log.append(`order-${bu}.${orderId}`, 'OrderClosed', { orderId, bu, soldTo: 'C-1001' });
  log.append(`credit-${bu}.C-1001`, 'CreditReleased', {
    bu,
    customer: 'C-1001',
    currency,
    orderId,
    amount: '13000',
    cause: 'ORDER_CLOSED',
  });
};

/** The worked example of the staging ledger: ship 7, invoice 7, ship 3, invoice 3. */
export const playGoldenOrder = (log: MemoryLog, orderId: string): void => {
  receive(log, '7', `rcpt-1-${orderId}`);
  placeOrder(log, orderId);
  release(log, orderId, 1, '7');
  ship(log, orderId, 1, '7', '4200');
  invoice(log, orderId, 1, firstInvoice);
  fillBackorder(log, orderId);
  release(log, orderId, 2, '3');
  ship(log, orderId, 2, '3', '1800');
  invoice(log, orderId, 2, secondInvoice);
  commitTax(log, orderId, 1, '664');
  commitTax(log, orderId, 2, '285');
  close(log, orderId);
};
