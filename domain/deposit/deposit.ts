import { type Decider, isRefusal, type Refusal, refuse } from '../decider.ts';
import { type Minor, minor, minorText } from '../money.ts';
import type { DepositEvent, DepositReceived, RefundCause } from './events.ts';

type Received = DepositReceived['data'];

export type DepositCommand =
  /** The same reference and content again: no event. Refuses DEPOSITS_MAX. */
  | ({ readonly type: 'RecordDeposit' } & Omit<Received, 'depositId'>)
  /** Sets aside for an invoice what is left, the oldest deposit first, until so much is set aside for it in all. */
  | { readonly type: 'AssignDeposits'; readonly invoiceId: string; readonly upTo: string }
  /** The invoice holds so much of the deposit and will take no more of what was set aside for it. Not more than that: no event. */
  | { readonly type: 'FreeDeposit'; readonly depositId: string; readonly invoiceId: string; readonly holds: string }
  /**
   * Pays back what no invoice has, or `amount` of it. ORDER_CLOSED: of every deposit, and nothing left is no event.
   * Refuses NOT_FOUND, DEPOSIT_EXCEEDED.
   */
  | {
      readonly type: 'RefundDeposits';
      readonly depositId?: string;
      readonly amount?: string;
      readonly cause: RefundCause;
      readonly refundedOn: string;
      readonly refundedBy: string;
      readonly reason?: string;
    };

type Of<T extends DepositCommand['type']> = Extract<DepositCommand, { type: T }>;

/** One deposit; `assigned`: by invoice, what is set aside for it or applied to it. */
export type Deposit = {
  readonly received: Received;
  readonly assigned: Readonly<Record<string, Minor>>;
  readonly refunded: Minor;
};

/** The deposits of one order, the oldest first. */
export type DepositState = { readonly deposits: readonly Deposit[] };

type Outcome = readonly DepositEvent[] | Refusal;

/** All of them are looked at for each invoice. */
const depositsMax = 100;

const sum = (amounts: readonly Minor[]): Minor => amounts.reduce((total, amount) => total + amount, 0n);

/** What is neither set aside for an invoice nor refunded. */
export const leftOf = ({ received, assigned, refunded }: Deposit): Minor =>
  minor(received.amount) - refunded - sum(Object.values(assigned));

/** What is held for the order and no invoice has. */
export const heldOf = (state: DepositState): Minor => sum(state.deposits.map(leftOf));

export const depositOf = (state: DepositState, depositId: string): Deposit | undefined =>
  state.deposits.find(({ received }) => received.depositId === depositId);

/** So that the order is known by its deposit. */
const separator = '-';
const depositIdOf = (orderId: string, number: number): string => `${orderId}${separator}${number}`;
export const orderOfDeposit = (depositId: string): string => depositId.split(separator)[0] ?? '';

const aboutOf = ({ received }: Deposit) => {
  const { depositId, orderId, bu, soldTo, customerGroup, channel, currency, reference } = received;
  return { depositId, orderId, bu, soldTo, customerGroup, channel, currency, reference };
};

const record = ({ type: _type, ...received }: Of<'RecordDeposit'>, { deposits }: DepositState): Outcome => {
  const { reference, contentSha256, orderId } = received;
  const known = deposits.find((each) => each.received.reference === reference);
  if (known?.received.contentSha256 === contentSha256) return [];
  if (known !== undefined)
    return refuse('BUSINESS_KEY_REUSED', `${reference} was used for other content before.`, {
      depositId: known.received.depositId,
    });
  if (deposits.length >= depositsMax) return refuse('DEPOSITS_MAX', `Order ${orderId} has ${depositsMax} deposits.`);
  return [{ type: 'DepositReceived', data: { ...received, depositId: depositIdOf(orderId, deposits.length + 1) } }];
};

const assign = ({ invoiceId, upTo }: Of<'AssignDeposits'>, { deposits }: DepositState): Outcome => {
  let wanted = minor(upTo) - sum(deposits.map(({ assigned }) => assigned[invoiceId] ?? 0n));
  return deposits.flatMap((deposit): readonly DepositEvent[] => {
    const left = leftOf(deposit);
    const part = left < wanted ? left : wanted;
    if (part <= 0n) return [];
    wanted -= part;
    return [{ type: 'DepositAssigned', data: { ...aboutOf(deposit), invoiceId, amount: minorText(part) } }];
  });
};

const free = ({ depositId, invoiceId, holds }: Of<'FreeDeposit'>, state: DepositState): Outcome => {
  const deposit = depositOf(state, depositId);
  const idle = (deposit?.assigned[invoiceId] ?? 0n) - minor(holds);
  if (deposit === undefined || idle <= 0n) return [];
  return [{ type: 'DepositFreed', data: { ...aboutOf(deposit), invoiceId, amount: minorText(idle) } }];
};

const refundedNow = (command: Of<'RefundDeposits'>, deposit: Deposit, amount: Minor): DepositEvent => {
  const { cause, refundedOn, refundedBy, reason } = command;
  const why = reason === undefined ? {} : { reason };
  const data = { ...aboutOf(deposit), amount: minorText(amount), cause, refundedOn, refundedBy, ...why };
  return { type: 'DepositRefunded', data };
};

const partOf = (deposit: Deposit, asked: string | undefined): Minor | Refusal => {
  const left = leftOf(deposit);
  const amount = asked === undefined ? left : minor(asked);
  if (amount > 0n && amount <= left) return amount;
  const { depositId } = deposit.received;
  const detail = `Of deposit ${depositId} no more than ${left} is left to be refunded.`;
  return refuse('DEPOSIT_EXCEEDED', detail, { depositId, left: minorText(left) });
};

const refund = (command: Of<'RefundDeposits'>, state: DepositState): Outcome => {
  const { depositId, amount } = command;
  if (depositId === undefined) {
    const left = state.deposits.filter((deposit) => leftOf(deposit) > 0n);
    return left.map((deposit) => refundedNow(command, deposit, leftOf(deposit)));
  }
  const deposit = depositOf(state, depositId);
  if (deposit === undefined) return refuse('NOT_FOUND', `There is no deposit ${depositId}.`);
  const part = partOf(deposit, amount);
  return typeof part === 'object' && isRefusal(part) ? part : [refundedNow(command, deposit, part)];
};

const decide = (command: DepositCommand, state: DepositState): Outcome => {
  switch (command.type) {
    case 'RecordDeposit':
      return record(command, state);
    case 'AssignDeposits':
      return assign(command, state);
    case 'FreeDeposit':
      return free(command, state);
    case 'RefundDeposits':
      return refund(command, state);
  }
};

const withAssigned = (deposit: Deposit, invoiceId: string, more: Minor): Deposit => {
  const amount = (deposit.assigned[invoiceId] ?? 0n) + more;
  const { [invoiceId]: _before, ...others } = deposit.assigned;
  return { ...deposit, assigned: amount === 0n ? others : { ...others, [invoiceId]: amount } };
};

const changed = (deposit: Deposit, event: DepositEvent): Deposit => {
  const amount = minor(event.data.amount);
  switch (event.type) {
    case 'DepositAssigned':
      return withAssigned(deposit, event.data.invoiceId, amount);
    case 'DepositFreed':
      return withAssigned(deposit, event.data.invoiceId, -amount);
    case 'DepositRefunded':
      return { ...deposit, refunded: deposit.refunded + amount };
    default:
      return deposit;
  }
};

const evolve = (state: DepositState, event: DepositEvent): DepositState => {
  if (event.type === 'DepositReceived')
    return { deposits: [...state.deposits, { received: event.data, assigned: {}, refunded: 0n }] };
  const { depositId } = event.data;
  const isMeant = ({ received }: Deposit): boolean => received.depositId === depositId;
  return { deposits: state.deposits.map((each) => (isMeant(each) ? changed(each, event) : each)) };
};

/**
 * What a customer paid for one order before its invoices. How much is left is known in this one stream, so no part is given
 * to two invoices, or to an invoice and back to the customer.
 */
export const depositDecider: Decider<DepositState, DepositCommand, DepositEvent> = {
  category: 'deposit',
  initial: { deposits: [] },
  decide,
  evolve,
};
