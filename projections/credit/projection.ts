import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { defineProjection, orderIdOf, type Reflects, reflecting, reflects, type Sets } from '../projection.ts';

type AccountRow = Reflects & {
  readonly account_key: string;
  readonly customer: string;
  readonly currency: string;
  /** The limit counts in one currency only; the row of that currency has it. */
  readonly has_limit: boolean;
  readonly credit_limit: string;
  /** The ERP's last figure. */
  readonly open_ar: string;
  /** Own invoices that it does not count yet. */
  readonly receivables: string;
  readonly open_orders: string;
  /** Held of the deposits of orders and not applied. */
  readonly deposits: string;
  readonly open_ar_as_of: string | null;
  readonly refused_count: number;
  readonly revision: number;
};

type ReservationRow = Reflects & {
  readonly account_key: string;
  readonly order_id: string;
  readonly amount: string;
  readonly override: boolean;
  /** Held of the order's deposits and not applied. */
  readonly deposits: string;
};

type CreditRows = { readonly accounts: AccountRow; readonly reservations: ReservationRow };
type CreditEventOf = RecordedOf<
  | 'CreditLimitSet'
  | 'CreditReserved'
  | 'CreditRefused'
  | 'CreditReleased'
  | 'ExposureSynchronised'
  | 'ReceivableRecorded'
  | 'ReceivableReversed'
  | 'ReceivableCredited'
  | 'ReceivableSettled'
  | 'OrderDepositsHeld'
>;

const keyOf = ({ data }: CreditEventOf): string => `${data.bu}.${data.customer}`;

const account = (
  event: CreditEventOf,
  { accounts }: Sets<CreditRows>,
  change: (row: AccountRow) => Partial<AccountRow>,
): void => {
  const { bu, customer, currency } = event.data;
  const row: AccountRow = accounts.get(keyOf(event), currency) ?? {
    account_key: keyOf(event),
    customer,
    currency,
    has_limit: false,
    credit_limit: '0',
    open_ar: '0',
    receivables: '0',
    open_orders: '0',
    deposits: '0',
    open_ar_as_of: null,
    refused_count: 0,
    revision: event.revision,
    bu,
    ...reflecting(event),
  };
  accounts.put({ ...row, ...change(row), revision: event.revision, ...reflecting(event) });
};

const reserve = (
  event: RecordedOf<
    | ('CreditReserved' | 'CreditReleased' | 'ReceivableRecorded')
    | ('ReceivableReversed' | 'ReceivableCredited' | 'ReceivableSettled')
  >,
  rows: Sets<CreditRows>,
  signed: bigint,
): void => {
  const key = keyOf(event);
  const known = rows.reservations.get(key, event.data.orderId);
  const override = event.type === 'CreditReserved' ? event.data.override : (known?.override ?? false);
  const amount = (BigInt(known?.amount ?? '0') + signed).toString();
  rows.reservations.put({
    account_key: key,
    order_id: event.data.orderId,
    amount,
    override,
    deposits: known?.deposits ?? '0',
    bu: event.data.bu,
    ...reflecting(event),
  });
  account(event, rows, (row) => ({ open_orders: (BigInt(row.open_orders) + signed).toString() }));
};

/** One limit per customer: a new one in another currency takes the old one's place. */
const replaceElsewhere = (event: CreditEventOf, { accounts }: Sets<CreditRows>, change: Partial<AccountRow>): void => {
  for (const row of accounts.inGroup(keyOf(event))) {
    if (row.currency !== event.data.currency) accounts.put({ ...row, ...change, ...reflecting(event) });
  }
};

const limitSet = (event: RecordedOf<'CreditLimitSet'>, rows: Sets<CreditRows>): void => {
  account(event, rows, () => ({ credit_limit: event.data.limit, has_limit: true }));
  replaceElsewhere(event, rows, { credit_limit: '0', has_limit: false });
};

const synchronised = (event: RecordedOf<'ExposureSynchronised'>, rows: Sets<CreditRows>): void => {
  account(event, rows, () => ({
    open_ar: event.data.openAr,
    open_ar_as_of: event.data.asOf,
    receivables: event.data.receivables ?? '0',
  }));
};

const invoiced = (
  event: RecordedOf<'ReceivableRecorded' | 'ReceivableReversed' | 'ReceivableCredited' | 'ReceivableSettled'>,
  rows: Sets<CreditRows>,
  receivable: bigint,
  reserved: bigint,
): void => {
  account(event, rows, (row) => ({ receivables: (BigInt(row.receivables) + receivable).toString() }));
  if (reserved !== 0n) reserve(event, rows, reserved);
};

const recorded = (event: RecordedOf<'ReceivableRecorded'>, rows: Sets<CreditRows>): void => {
  const { amount, released, counted } = event.data;
  invoiced(event, rows, counted ? BigInt(amount) : 0n, -BigInt(released));
};

const held = (event: RecordedOf<'OrderDepositsHeld'>, rows: Sets<CreditRows>): void => {
  const { bu, orderId, amount } = event.data;
  const key = keyOf(event);
  const known = rows.reservations.get(key, orderId);
  const change = BigInt(amount) - BigInt(known?.deposits ?? '0');
  const row = known ?? { account_key: key, order_id: orderId, amount: '0', override: false, bu };
  rows.reservations.put({ ...row, deposits: amount, ...reflecting(event) });
  account(event, rows, (before) => ({ deposits: (BigInt(before.deposits) + change).toString() }));
};

const ofAccount = (event: RecordedDomainEvent): readonly string[] => [keyOf(event as CreditEventOf)];

/** Open orders are summed as they are reserved and released; the limit decides in the credit stream, never here. */
export const credit = defineProjection<CreditRows>({
  name: 'credit',
  version: 1,
  money: [
    { table: 'credit_account', by: ['bu', 'currency'], sums: ['open_ar', 'receivables', 'open_orders', 'deposits'] },
  ],
  replayIndexes: ['credit_reservation_order'],
  tables: {
    accounts: {
      name: 'credit_account',
      columns: [
        'account_key',
        'customer',
        'currency',
        'has_limit',
        'credit_limit',
        'open_ar',
        'receivables',
        'open_orders',
        'deposits',
        'open_ar_as_of',
        'refused_count',
        'revision',
        ...reflects,
      ],
      key: ['account_key', 'currency'],
      group: 'account_key',
    },
    reservations: {
      name: 'credit_reservation',
      columns: ['account_key', 'order_id', 'amount', 'override', 'deposits', ...reflects],
      key: ['account_key', 'order_id'],
      group: 'order_id',
    },
  },
  needs: {
    accounts: ofAccount,
    reservations: (event) => (orderIdOf(event) === undefined ? [] : [orderIdOf(event) as string]),
  },
  laneOf: (event) => `credit:${keyOf(event as CreditEventOf)}`,
  on: {
    CreditLimitSet: limitSet,
    CreditReserved: (event, rows) => reserve(event, rows, BigInt(event.data.amount)),
    CreditReleased: (event, rows) => reserve(event, rows, -BigInt(event.data.amount)),
    CreditRefused: (event, rows) => account(event, rows, (row) => ({ refused_count: row.refused_count + 1 })),
    ExposureSynchronised: synchronised,
    ReceivableRecorded: recorded,
    ReceivableReversed: (event, rows) => invoiced(event, rows, -BigInt(event.data.amount), BigInt(event.data.reserved)),
    ReceivableCredited: (event, rows) => invoiced(event, rows, -BigInt(event.data.amount), 0n),
    ReceivableSettled: (event, rows) => invoiced(event, rows, -BigInt(event.data.amount), 0n),
    OrderDepositsHeld: held,
  },
});
