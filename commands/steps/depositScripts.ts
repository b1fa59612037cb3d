import { credit } from '../../domain/credit/credit.ts';
import { type DepositState, depositDecider, heldOf } from '../../domain/deposit/deposit.ts';
import { streamName } from '../../domain/eventLog.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { appliedTo, openOf } from '../../domain/invoice/settlement.ts';
import type { InvoiceState } from '../../domain/invoice/state.ts';
import { minorText } from '../../domain/money.ts';
import { businessDay } from '../businessDay.ts';
import { loadOrder, type OfOrder } from './allocationStream.ts';
import type { Run, StepScript } from './stepRun.ts';

const depositStream = ({ bu, orderId }: OfOrder) => streamName('deposit', bu, orderId);

const loadDeposits = async (run: Run, of: OfOrder): Promise<DepositState> =>
  (await run.load(depositDecider, depositStream(of))).state;

type Issued = { readonly invoiceId: string; readonly issueDate: string; readonly number: string };

const oldestFirst = (a: Issued, b: Issued): number =>
  a.issueDate === b.issueDate ? (a.number < b.number ? -1 : 1) : a.issueDate < b.issueDate ? -1 : 1;

const loadInvoice = async (run: Run, { bu }: OfOrder, invoiceId: string): Promise<InvoiceState> =>
  (await run.load(invoiceDecider, streamName('invoice', bu, invoiceId))).state;

const openInvoices = async (run: Run, of: OfOrder, invoiceIds: readonly string[]): Promise<readonly Issued[]> => {
  const found: Issued[] = [];
  for (const invoiceId of invoiceIds) {
    const { issued } = await loadInvoice(run, of, invoiceId);
    if (issued !== null) found.push({ invoiceId, issueDate: issued.issueDate, number: issued.number });
  }
  return found.sort(oldestFirst);
};

/**
 * What is set aside for an invoice is taken by it as far as it is open, and free again as far as it is not. Says what is so
 * after it, so a second run, and one that was killed in between, comes to the same.
 */
const take = async (
  run: Run,
  of: OfOrder,
  { invoiceId, look }: { readonly invoiceId: string; readonly look: 'before' | 'after' },
  state: DepositState,
): Promise<DepositState> => {
  const { bu, orderId } = of;
  const stream = streamName('invoice', bu, invoiceId);
  let after = state;
  for (const { received, assigned } of state.deposits) {
    const upTo = assigned[invoiceId];
    if (upTo === undefined) continue;
    const { depositId, reference, customerGroup, channel, receivedAt } = received;
    const invoice = await loadInvoice(run, of, invoiceId);
    const day = [run.clock(), receivedAt].map((instant) => businessDay(run, bu, instant));
    const latest = [...day, invoice.issued?.issueDate ?? ''].sort().at(-1) ?? '';
    const deposit = { depositId, reference, customerGroup, channel };
    const apply = { type: 'ApplyDeposit', deposit, upTo: minorText(upTo), day: latest } as const;
    const id = `${run.intentId}:${invoiceId}:${depositId}:${look}`;
    const taken = await run.tell(invoiceDecider, stream, apply, `${id}:apply`);
    const holds = minorText(appliedTo(taken.state, depositId));
    const free = { type: 'FreeDeposit', depositId, invoiceId, holds } as const;
    after = (await run.tell(depositDecider, depositStream({ bu, orderId }), free, `${id}:free`)).state;
  }
  return after;
};

const assign = async (run: Run, of: OfOrder, invoiceId: string): Promise<void> => {
  const invoice = await loadInvoice(run, of, invoiceId);
  const has = invoice.settlement.deposits.reduce((sum, { amount }) => sum + amount, 0n);
  const upTo = minorText(has + openOf(invoice));
  const command = { type: 'AssignDeposits', invoiceId, upTo } as const;
  await run.tell(depositDecider, depositStream(of), command, `${run.intentId}:${invoiceId}:assign`);
};

const refund = async (run: Run, of: OfOrder): Promise<void> => {
  if (!(await loadOrder(run, of)).closed) return;
  const refundedOn = businessDay(run, of.bu, run.clock());
  const command = { type: 'RefundDeposits', cause: 'ORDER_CLOSED', refundedOn, refundedBy: 'process:o2c' } as const;
  await run.tell(depositDecider, depositStream(of), command, `${run.intentId}:refund`);
};

/** Looks at what there is when it runs. An invoice that was issued first is paid first. */
export const settleDeposits: StepScript<'settleDeposits'> = async (run, { invoiceIds, ...of }) => {
  let state = await loadDeposits(run, of);
  // First what was given back, so that it is there for the others.
  for (const invoiceId of invoiceIds) state = await take(run, of, { invoiceId, look: 'before' }, state);
  for (const { invoiceId } of await openInvoices(run, of, invoiceIds)) {
    if (heldOf(state) <= 0n) break;
    await assign(run, of, invoiceId);
    state = await take(run, of, { invoiceId, look: 'after' }, await loadDeposits(run, of));
  }
  await refund(run, of);
  state = await loadDeposits(run, of);
  const { soldTo: customer, currency } = state.deposits[0]?.received ?? {};
  if (customer === undefined || currency === undefined) return;
  const { bu, orderId } = of;
  const held = { type: 'HoldDeposits', bu, customer, currency, orderId, amount: minorText(heldOf(state)) } as const;
  await run.tell(credit, streamName('credit', bu, customer), held, `${run.intentId}:held`);
};

export const settleReceivable: StepScript<'settleReceivable'> = async (run, payload) => {
  const { bu, customer } = payload;
  const command = { type: 'SettleReceivable', ...payload } as const;
  await run.tell(credit, streamName('credit', bu, customer), command, `${run.intentId}:receivable`);
};
