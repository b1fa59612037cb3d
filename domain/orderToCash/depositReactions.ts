import type { SettledBy } from '../credit/events.ts';
import type { RecordedOf } from '../events.ts';
import { minor, minorText } from '../money.ts';
import { valuesOf } from '../stock/orderedMap.ts';
import type { OrderToCashState } from './memory.ts';
import type { Answer } from './onceEach.ts';
import type { Issue } from './process.ts';
import type { OfOrder } from './stepPayloads.ts';

const settle = ({ orderId, bu }: OfOrder, invoiceIds: readonly string[]): Issue => ({
  step: 'settleDeposits',
  lane: orderId,
  payload: { orderId, bu, invoiceIds },
});

const invoicesOf = (state: OrderToCashState): readonly string[] => [
  ...new Set([...valuesOf(state.billed)].flatMap((intervals) => intervals.map(({ invoiceId }) => invoiceId))),
];

/** Whichever of a deposit and an invoice is told last finds the other one. */
export const onDepositReceived = (state: OrderToCashState, { data }: RecordedOf<'DepositReceived'>): Answer => ({
  intents: [settle(data, invoicesOf(state))],
  memory: { hasDeposits: true },
});

/**
 * Behind what this event leads to otherwise, which may close the order or open it again: what is left of the deposits goes to
 * `invoiceIds` (absent: to whatever is open of the order), or back once the order is closed.
 */
export const withDeposits = (
  state: OrderToCashState,
  { data }: { readonly data: OfOrder },
  answer: NonNullable<Answer>,
  invoiceIds?: readonly string[],
): NonNullable<Answer> =>
  state.hasDeposits
    ? { ...answer, intents: [...answer.intents, settle(data, invoiceIds ?? invoicesOf(state))] }
    : answer;

type Settling = Pick<RecordedOf<'DepositApplied'>['data'], 'orderId' | 'bu' | 'invoiceId' | 'soldTo' | 'currency'>;

const settleReceivable = (
  eventId: string,
  { orderId, bu, invoiceId, soldTo: customer, currency }: Settling,
  settled: { readonly cause: SettledBy; readonly amount: string },
): Answer => {
  const payload = { orderId, bu, invoiceId, customer, currency, settlementId: eventId, ...settled };
  return { intents: [{ step: 'settleReceivable', lane: orderId, payload }], memory: {} };
};

/** What a deposit pays is owed no more. */
export const onDepositUsed = ({
  type,
  data,
  eventId,
}: RecordedOf<'DepositApplied'> | RecordedOf<'DepositReleased'>): Answer => {
  const amount = type === 'DepositApplied' ? data.amount : minorText(-minor(data.amount));
  return settleReceivable(eventId, data, { cause: 'DEPOSIT', amount });
};

export const onPaid = ({ data, eventId }: RecordedOf<'PaymentRecorded'>): Answer =>
  settleReceivable(eventId, data, { cause: 'PAYMENT', amount: data.amount });

/** The ERP learns of it by the journal. */
export const onWrittenOff = ({
  type,
  data,
  eventId,
}: RecordedOf<'InvoiceWrittenOff'> | RecordedOf<'WriteOffReversed'>): Answer => {
  const amount = type === 'InvoiceWrittenOff' ? data.amount : minorText(-minor(data.amount));
  return settleReceivable(eventId, data, { cause: 'WRITE_OFF', amount });
};

/** Money that a person paid back is no longer held; what the process pays back it tells itself. */
export const onDepositRefunded = ({ data }: RecordedOf<'DepositRefunded'>): Answer =>
  data.cause === 'ON_REQUEST' ? { intents: [settle(data, [])], memory: {} } : undefined;
