import type { DepositEvent } from '../../domain/deposit/events.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { buOf, defineProjection, orderIdOf, orderLane, reflecting, required, type Sets } from '../projection.ts';
import { type DepositRow, type DepositRows, depositTables } from './rows.ts';

type DepositSets = Sets<DepositRows>;
type OfStream = Extract<RecordedDomainEvent, { type: DepositEvent['type'] }>;
type OfInvoice = RecordedOf<'DepositApplied' | 'DepositReleased'>;

const plus = (text: string, more: bigint): string => (BigInt(text) + more).toString();

const change = (
  event: OfStream | OfInvoice,
  { deposits }: DepositSets,
  depositId: string,
  changes: (row: DepositRow) => Partial<DepositRow>,
): void => {
  const row = required(deposits.get(event.data.orderId, depositId), `deposit ${depositId}`);
  deposits.put({ ...row, ...changes(row), ...reflecting(event) });
};

/** All deposits of an order are one stream, so each has its revision. */
const moved = (event: OfStream, { deposits }: DepositSets): void => {
  for (const row of deposits.inGroup(event.data.orderId)) {
    deposits.put({ ...row, revision: event.revision, ...reflecting(event) });
  }
};

const received = (event: RecordedOf<'DepositReceived'>, rows: DepositSets): void => {
  const { depositId, orderId, soldTo, channel, currency, reference, amount, receivedAt, receivedBy } = event.data;
  rows.deposits.put({
    ...{ deposit_id: depositId, order_id: orderId, sold_to: soldTo, channel, currency, reference, amount },
    ...{ applied: '0', refunded: '0', received_at: receivedAt, received_by: receivedBy },
    ...{ applications: [], refunds: [], revision: event.revision, created_position: event.position },
    ...{ bu: buOf(event), ...reflecting(event) },
  });
  moved(event, rows);
};

const refunded = (event: RecordedOf<'DepositRefunded'>, rows: DepositSets): void => {
  const { depositId, amount, cause, refundedOn, refundedBy, reason = null } = event.data;
  const refund = { amount, cause, refundedOn, refundedBy, reason };
  change(event, rows, depositId, (row) => ({
    refunded: plus(row.refunded, BigInt(amount)),
    refunds: [...row.refunds, refund],
  }));
  moved(event, rows);
};

const held = (event: OfInvoice, rows: DepositSets, more: bigint): void => {
  const { invoiceId, number, deposit } = event.data;
  change(event, rows, deposit.depositId, ({ applied, applications }) => {
    const before = applications.find((each) => each.invoiceId === invoiceId)?.amount ?? '0';
    const after = { invoiceId, number, amount: plus(before, more) };
    const others = applications.filter((each) => each.invoiceId !== invoiceId);
    return { applied: plus(applied, more), applications: after.amount === '0' ? others : [...others, after] };
  });
};

/** What customers paid in advance, and what became of it. */
export const deposits = defineProjection<DepositRows>({
  name: 'deposits',
  version: 1,
  money: [{ table: 'deposit', by: ['bu', 'currency'], sums: ['amount', 'applied', 'refunded'] }],
  tables: depositTables,
  needs: { deposits: (event) => [orderIdOf(event) ?? ''] },
  laneOf: orderLane,
  on: {
    DepositReceived: received,
    DepositAssigned: moved,
    DepositFreed: moved,
    DepositRefunded: refunded,
    DepositApplied: (event, rows) => held(event, rows, BigInt(event.data.amount)),
    DepositReleased: (event, rows) => held(event, rows, -BigInt(event.data.amount)),
  },
});
