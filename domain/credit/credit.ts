import { type Decider, type Refusal, refuse } from '../decider.ts';
import { type Minor, minor, minorText } from '../money.ts';
import { valueAt, withEntry } from '../stock/orderedMap.ts';
import type { CreditCommand } from './commands.ts';
import type { CreditEvent } from './events.ts';
import { accountOf, creditReceivable, holdDeposits, record, reverse, settleReceivable } from './receivables.ts';
import {
  beyond,
  type CreditState,
  credited,
  depositsHeld,
  inCurrency,
  recorded,
  released,
  reversed,
  settled,
  summed,
  withFigure,
} from './state.ts';

type Of<T extends CreditCommand['type']> = Extract<CreditCommand, { type: T }>;

/** Open receivables as the ERP told us last and own invoices since, plus what open orders have not been invoiced yet, less deposits that are held; minor units of `currency`. */
export const exposureOf = (state: CreditState, currency: string): Minor =>
  (valueAt(state.figures, currency)?.amount ?? 0n) +
  (valueAt(state.receivable, currency) ?? 0n) +
  (valueAt(state.reserved, currency) ?? 0n) -
  (valueAt(state.deposited, currency) ?? 0n);

/** No limit in this currency counts as a limit of zero: nothing is granted by default. */
const limitOf = (state: CreditState, currency: string): Minor => inCurrency(state.limit, currency);

export const isReserved = (state: CreditState, orderId: string): boolean =>
  valueAt(state.orders, orderId) !== undefined;

/** True when an order of so much may be reserved now without anybody's decision; minor units of `currency`. */
export const hasRoomFor = (state: CreditState, currency: string, amount: Minor): boolean =>
  exposureOf(state, currency) + amount <= limitOf(state, currency);

/** What is still to be reserved when an order comes to so much more; never more than that. */
export const missingCredit = (state: CreditState, orderId: string, amount: Minor, by: Minor): Minor => {
  const missing = -beyond(valueAt(state.orders, orderId) ?? { amount: 0n, currency: '' }, amount);
  return missing < by ? missing : by;
};

/** What of `amount` is not reserved for an order that waits for its acceptance: its price may have risen meanwhile. */
export const unreserved = (state: CreditState, orderId: string, amount: Minor): Minor =>
  isReserved(state, orderId) ? missingCredit(state, orderId, amount, amount) : amount;

const check = (command: Of<'CheckCredit'>, state: CreditState): readonly CreditEvent[] | Refusal => {
  const { orderId, currency, override } = command;
  const amount = unreserved(state, orderId, minor(command.amount));
  const isMore = isReserved(state, orderId);
  if (isMore && amount <= 0n) return [];
  if (amount < 0n) return refuse('CREDIT_REFUSED', `Order ${orderId} asks for a negative amount.`, { orderId });
  const exposure = exposureOf(state, currency);
  const limit = limitOf(state, currency);
  const fits = hasRoomFor(state, currency, amount);
  const data = { ...accountOf(command), orderId, amount: minorText(amount) };
  if (!fits && !override) {
    return [{ type: 'CreditRefused', data: { ...data, exposure: minorText(exposure), limit: minorText(limit) } }];
  }
  const after = minorText(exposure + amount);
  const reserved = { ...data, exposure: after, override: !fits };
  return [{ type: 'CreditReserved', data: isMore ? { ...reserved, added: true } : reserved }];
};

const raise = (command: Of<'RaiseCredit'>, state: CreditState): readonly CreditEvent[] => {
  const { orderId, currency, override } = command;
  const missing = missingCredit(state, orderId, minor(command.amount), minor(command.by));
  if (missing <= 0n) return [];
  const [exposure, amount] = [exposureOf(state, currency), minorText(missing)];
  const fits = hasRoomFor(state, currency, missing);
  const data = { ...accountOf(command), orderId, amount };
  if (!fits && !override) {
    const limit = minorText(limitOf(state, currency));
    return [{ type: 'CreditRefused', data: { ...data, exposure: minorText(exposure), limit } }];
  }
  const after = minorText(exposure + missing);
  return [{ type: 'CreditReserved', data: { ...data, exposure: after, override: !fits, added: true } }];
};

const lower = (command: Of<'LowerCredit'>, state: CreditState): readonly CreditEvent[] => {
  const { orderId, cause } = command;
  const found = valueAt(state.orders, orderId);
  const given = found === undefined ? 0n : beyond(found, minor(command.amount));
  if (found === undefined || given <= 0n) return [];
  const { currency, amount } = found;
  const data = { ...accountOf(command), currency, orderId, amount: minorText(given), cause };
  return [{ type: 'CreditReleased', data: { ...data, left: minorText(amount - given) } }];
};

/** Of the invoices named, those that change something. What an older figure names and is not known here was told before. */
const newlyNamed = (state: CreditState, currency: string, names: readonly string[], isNewer: boolean) =>
  [...new Set(names)].filter((invoiceId) => {
    const known = valueAt(state.receivables, invoiceId);
    if (known !== undefined) return known.currency === currency;
    return isNewer && valueAt(state.ahead, invoiceId) === undefined;
  });

const synchronise = (command: Of<'SynchroniseExposure'>, state: CreditState): readonly CreditEvent[] => {
  const { currency, contains } = command;
  const known = valueAt(state.figures, currency);
  // An older amount that arrives late says nothing about now; that an invoice is in the books stays true.
  const isNewer = known === undefined || Date.parse(command.asOf) > Date.parse(known.asOf);
  const named = contains && newlyNamed(state, currency, contains, isNewer);
  if (!isNewer && (named ?? []).length === 0) return [];
  const figure = isNewer
    ? { openAr: minorText(minor(command.openAr)), asOf: command.asOf }
    : { openAr: minorText(known.amount), asOf: known.asOf };
  const told = { ...accountOf(command), ...figure, ...(named !== undefined && { contains: named }) };
  const receivables = minorText(valueAt(withFigure(state, told).receivable, currency) ?? 0n);
  return [{ type: 'ExposureSynchronised', data: { ...told, receivables } }];
};

const decide = (command: CreditCommand, state: CreditState): readonly CreditEvent[] | Refusal => {
  const account = accountOf(command);
  switch (command.type) {
    case 'SetLimit': {
      const limit = minor(command.limit);
      if (limit < 0n) return refuse('MASTER_DATA_INVALID', 'A credit limit is not negative.', { limit: command.limit });
      const same = state.limit !== null && state.limit.currency === account.currency && state.limit.amount === limit;
      return same ? [] : [{ type: 'CreditLimitSet', data: { ...account, limit: command.limit } }];
    }
    case 'CheckCredit':
      return check(command, state);
    case 'RaiseCredit':
      return raise(command, state);
    case 'LowerCredit':
      return lower(command, state);
    case 'ReleaseCredit': {
      const { orderId, cause } = command;
      const found = valueAt(state.orders, orderId);
      if (found === undefined) return [];
      const data = { ...account, currency: found.currency, orderId, amount: minorText(found.amount), cause };
      return [{ type: 'CreditReleased', data }];
    }
    case 'SynchroniseExposure':
      return synchronise(command, state);
    case 'RecordReceivable':
      return record(command, state);
    case 'ReverseReceivable':
      return reverse(command, state);
    case 'CreditReceivable':
      return creditReceivable(command, state);
    case 'HoldDeposits':
      return holdDeposits(command, state);
    case 'SettleReceivable':
      return settleReceivable(command, state);
  }
};

const evolve = (state: CreditState, event: CreditEvent): CreditState => {
  const { currency } = event.data;
  switch (event.type) {
    case 'CreditLimitSet':
      return { ...state, limit: { amount: minor(event.data.limit), currency } };
    case 'CreditReserved': {
      const amount = minor(event.data.amount);
      const known = event.data.added === true ? valueAt(state.orders, event.data.orderId) : undefined;
      const entry = { ...known, amount: amount + (known?.amount ?? 0n), currency };
      const orders = withEntry(state.orders, event.data.orderId, entry);
      return { ...state, orders, reserved: summed(state, currency, amount) };
    }
    case 'CreditReleased':
      return released(state, event.data);
    case 'ExposureSynchronised':
      return withFigure(state, event.data);
    case 'ReceivableRecorded':
      return recorded(state, event.data);
    case 'ReceivableReversed':
      return reversed(state, event.data);
    case 'ReceivableCredited':
      return credited(state, event.data);
    case 'ReceivableSettled':
      return settled(state, event.data);
    case 'OrderDepositsHeld':
      return depositsHeld(state, event.data);
    default:
      return state;
  }
};

/** One account per customer, so that two orders that arrive together cannot both take the last of its limit. */
export const credit: Decider<CreditState, CreditCommand, CreditEvent> = {
  category: 'credit',
  initial: {
    limit: null,
    figures: null,
    orders: null,
    reserved: null,
    receivables: null,
    receivable: null,
    ahead: null,
    deposits: null,
    deposited: null,
  },
  decide,
  evolve,
};
