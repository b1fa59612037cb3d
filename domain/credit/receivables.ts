import { type Minor, minor, minorText } from '../money.ts';
import { valueAt } from '../stock/orderedMap.ts';
import type { CreditCommand } from './commands.ts';
import type { CreditEvent } from './events.ts';
import { type CreditState, heldFor, inCurrency, isBesideFigure } from './state.ts';

type Of<T extends CreditCommand['type']> = Extract<CreditCommand, { type: T }>;

export const accountOf = ({ bu, customer, currency }: CreditCommand) => ({ bu, customer, currency });

export const record = (command: Of<'RecordReceivable'>, state: CreditState): readonly CreditEvent[] => {
  const { invoiceId, orderId, currency, amount, issuedAt } = command;
  if (valueAt(state.receivables, invoiceId) !== undefined) return [];
  const left = inCurrency(valueAt(state.orders, orderId) ?? null, currency);
  const net = minor(command.net);
  const released = minorText(net < left ? net : left);
  const counted = isBesideFigure(state, currency, invoiceId, issuedAt);
  const data = { ...accountOf(command), invoiceId, orderId, amount: minorText(minor(amount)), released, issuedAt };
  return [{ type: 'ReceivableRecorded', data: { ...data, counted } }];
};

/** What an order's invoices have taken over of its reservation; of a closed one nobody knows any more, and it was all. */
const atMostTakenOver = (state: CreditState, orderId: string, net: Minor): Minor => {
  const known = valueAt(state.orders, orderId);
  const invoiced = known === undefined ? net : (known.invoiced ?? 0n);
  return net < invoiced ? net : invoiced;
};

export const reverse = (command: Of<'ReverseReceivable'>, state: CreditState): readonly CreditEvent[] => {
  const { invoiceId } = command;
  const found = valueAt(state.receivables, invoiceId);
  const data = { ...accountOf(command), invoiceId };
  if (found !== undefined) {
    const { orderId, currency, amount, released } = found;
    const reversal = { orderId, currency, amount: minorText(amount), reserved: minorText(released) };
    return [{ type: 'ReceivableReversed', data: { ...data, ...reversal } }];
  }
  // The ERP counts it until it has posted the reversal. The goods are with the customer and billed by nobody.
  const { orderId } = command;
  const reserved = atMostTakenOver(state, orderId, minor(command.net));
  if (reserved <= 0n) return [];
  return [{ type: 'ReceivableReversed', data: { ...data, orderId, amount: '0', reserved: minorText(reserved) } }];
};

export const creditReceivable = (command: Of<'CreditReceivable'>, state: CreditState): readonly CreditEvent[] => {
  const { invoiceId, orderId, creditMemoId } = command;
  const [found, asked] = [valueAt(state.receivables, invoiceId), minor(command.amount)];
  if (found === undefined || asked === 0n || (found.credited ?? []).includes(creditMemoId)) return [];
  const most = asked < found.amount ? asked : found.amount;
  // Paid beyond what is owed: the rest is the customer's already.
  if (most <= 0n) return [];
  const amount = minorText(most);
  return [{ type: 'ReceivableCredited', data: { ...accountOf(command), invoiceId, orderId, creditMemoId, amount } }];
};

export const holdDeposits = (command: Of<'HoldDeposits'>, state: CreditState): readonly CreditEvent[] => {
  const { orderId, currency, amount } = command;
  if (heldFor(state, orderId, currency) === minor(amount)) return [];
  return [{ type: 'OrderDepositsHeld', data: { ...accountOf(command), orderId, amount } }];
};

export const settleReceivable = (command: Of<'SettleReceivable'>, state: CreditState): readonly CreditEvent[] => {
  const { type: _type, ...data } = command;
  const found = valueAt(state.receivables, data.invoiceId);
  // Cash is with the ERP: once it tells a figure, that tells of payments too, also before it has the invoice.
  if (data.cause === 'PAYMENT' && valueAt(state.figures, data.currency) !== undefined) return [];
  if (found === undefined || minor(data.amount) === 0n || (found.credited ?? []).includes(data.settlementId)) return [];
  return [{ type: 'ReceivableSettled', data }];
};
