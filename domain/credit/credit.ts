import { type Decider, type Refusal, refuse } from '../decider.ts';
import { type Minor, minor, minorText } from '../money.ts';
import { type OrderedMap, valueAt, withEntry, withoutEntry } from '../stock/orderedMap.ts';
import type { CreditCommand } from './commands.ts';
import type { CreditEvent } from './events.ts';

type Reserved = { readonly amount: Minor; readonly currency: string };

/** Amounts are minor units. A limit counts in its own currency only; sums in different currencies are never added. */
export type CreditState = {
  readonly limit: Reserved | null;
  readonly openAr: (Reserved & { readonly asOf: string }) | null;
  /** Open orders that were granted credit. */
  readonly orders: OrderedMap<Reserved>;
  /** Sum over `orders` by currency. */
  readonly reserved: OrderedMap<Minor>;
};

type Of<T extends CreditCommand['type']> = Extract<CreditCommand, { type: T }>;

const inCurrency = (value: Reserved | null, currency: string): Minor =>
  value !== null && value.currency === currency ? value.amount : 0n;

/** Open receivables as the ERP told us last, plus open orders; minor units of `currency`. */
export const exposureOf = (state: CreditState, currency: string): Minor =>
  inCurrency(state.openAr, currency) + (valueAt(state.reserved, currency) ?? 0n);

/** No limit in this currency counts as a limit of zero: nothing is granted by default. */
export const limitOf = (state: CreditState, currency: string): Minor => inCurrency(state.limit, currency);

export const isReserved = (state: CreditState, orderId: string): boolean =>
  valueAt(state.orders, orderId) !== undefined;

const accountOf = ({ bu, customer, currency }: CreditCommand) => ({ bu, customer, currency });

const check = (command: Of<'CheckCredit'>, state: CreditState): readonly CreditEvent[] | Refusal => {
  const { orderId, currency, override } = command;
  if (isReserved(state, orderId)) return [];
  const amount = minor(command.amount);
  if (amount < 0n) return refuse('CREDIT_REFUSED', `Order ${orderId} asks for a negative amount.`, { orderId });
  const exposure = exposureOf(state, currency);
  const limit = limitOf(state, currency);
  const fits = exposure + amount <= limit;
  const data = { ...accountOf(command), orderId, amount: command.amount };
  if (!fits && !override) {
    return [{ type: 'CreditRefused', data: { ...data, exposure: minorText(exposure), limit: minorText(limit) } }];
  }
  const after = minorText(exposure + amount);
  return [{ type: 'CreditReserved', data: { ...data, exposure: after, override: !fits } }];
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
    case 'ReleaseCredit': {
      const { orderId, cause } = command;
      const found = valueAt(state.orders, orderId);
      if (found === undefined) return [];
      const data = { ...account, currency: found.currency, orderId, amount: minorText(found.amount), cause };
      return [{ type: 'CreditReleased', data }];
    }
    case 'SynchroniseExposure': {
      // An older figure that arrives late says nothing about now.
      if (state.openAr !== null && Date.parse(command.asOf) <= Date.parse(state.openAr.asOf)) return [];
      const { openAr, asOf } = command;
      return [{ type: 'ExposureSynchronised', data: { ...account, openAr: minorText(minor(openAr)), asOf } }];
    }
  }
};

const summed = (state: CreditState, currency: string, amount: Minor): OrderedMap<Minor> =>
  withEntry(state.reserved, currency, (valueAt(state.reserved, currency) ?? 0n) + amount);

const evolve = (state: CreditState, event: CreditEvent): CreditState => {
  const { currency } = event.data;
  switch (event.type) {
    case 'CreditLimitSet':
      return { ...state, limit: { amount: minor(event.data.limit), currency } };
    case 'CreditReserved': {
      const amount = minor(event.data.amount);
      const orders = withEntry(state.orders, event.data.orderId, { amount, currency });
      return { ...state, orders, reserved: summed(state, currency, amount) };
    }
    case 'CreditReleased': {
      const orders = withoutEntry(state.orders, event.data.orderId);
      return { ...state, orders, reserved: summed(state, currency, -minor(event.data.amount)) };
    }
    case 'ExposureSynchronised':
      return { ...state, openAr: { amount: minor(event.data.openAr), currency, asOf: event.data.asOf } };
    default:
      return state;
  }
};

/** One account per customer, so that two orders that arrive together cannot both take the last of its limit. */
export const credit: Decider<CreditState, CreditCommand, CreditEvent> = {
  category: 'credit',
  initial: { limit: null, openAr: null, orders: null, reserved: null },
  decide,
  evolve,
};
