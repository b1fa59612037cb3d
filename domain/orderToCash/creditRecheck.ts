import type { EventType, RecordedDomainEvent } from '../events.ts';
import { type OrderedMap, valueAt, valuesOf, withEntry, withoutEntry } from '../stock/orderedMap.ts';
import { defineProcess, type Issue, type Reaction, type Remembering } from './process.ts';

/** `holdId` null: refused, and the hold is not recorded yet. `again`: exposure fell in between, so the refusal is old. */
type RefusedOrder = {
  readonly orderId: string;
  readonly since: string;
  readonly holdId: string | null;
  readonly again: boolean;
};

type CreditRecheckState = Remembering & {
  /** In the order in which they were refused. */
  readonly refused: OrderedMap<RefusedOrder>;
  /** Order → key in `refused`. */
  readonly places: OrderedMap<string>;
};

/** Storage format: entries as they are now, and orders that are no longer refused. */
type CreditRecheckMemory = { readonly entries?: readonly RefusedOrder[]; readonly gone?: string };

const eventTypes = [
  'CreditRefused',
  'CreditReserved',
  'CreditLimitSet',
  'CreditReleased',
  'ReceivableReversed',
  'ReceivableCredited',
  'ReceivableSettled',
  'OrderDepositsHeld',
  'ExposureSynchronised',
  'OrderHeld',
  'OrderHoldReleased',
  'OrderClosed',
] as const satisfies readonly EventType[];

type Heard = Extract<RecordedDomainEvent, { type: (typeof eventTypes)[number] }>;

const ordersPerStep = 100;

const entryOf = (state: CreditRecheckState, orderId: string): RefusedOrder | undefined => {
  const key = valueAt(state.places, orderId);
  return key === undefined ? undefined : valueAt(state.refused, key);
};

const without = (state: CreditRecheckState, orderId: string): CreditRecheckState => {
  const key = valueAt(state.places, orderId);
  if (key === undefined) return state;
  return { ...state, refused: withoutEntry(state.refused, key), places: withoutEntry(state.places, orderId) };
};

const remember = (state: CreditRecheckState, { entries = [], gone }: CreditRecheckMemory): CreditRecheckState => {
  let next = gone === undefined ? state : without(state, gone);
  for (const entry of entries) {
    const key = `${entry.since} ${entry.orderId}`;
    next = {
      ...next,
      refused: withEntry(next.refused, key, entry),
      places: withEntry(next.places, entry.orderId, key),
    };
  }
  return next;
};

type Held = { readonly orderId: string; readonly holdId: string };

const recheck = (bu: string, customer: string, orders: readonly Held[]): readonly Issue[] => {
  const intents: Issue[] = [];
  for (let start = 0; start < orders.length; start += ordersPerStep) {
    const payload = { bu, customer, orders: orders.slice(start, start + ordersPerStep) };
    intents.push({ step: 'recheckCredit', lane: `credit:${bu}:${customer}`, part: String(start), payload });
  }
  return intents;
};

const onHeadroom = (
  state: CreditRecheckState,
  bu: string,
  customer: string,
): Reaction<CreditRecheckMemory> | undefined => {
  const all = [...valuesOf(state.refused)];
  const held = all.flatMap(({ orderId, holdId }) => (holdId === null ? [] : [{ orderId, holdId }]));
  const unheld = all
    .filter((entry) => entry.holdId === null && !entry.again)
    .map((entry) => ({ ...entry, again: true }));
  if (held.length === 0 && unheld.length === 0) return undefined;
  return { intents: recheck(bu, customer, held), memory: unheld.length === 0 ? {} : { entries: unheld } };
};

const react = (state: CreditRecheckState, event: Heard): Reaction<CreditRecheckMemory> | undefined => {
  switch (event.type) {
    case 'CreditLimitSet':
    case 'ExposureSynchronised':
    case 'CreditReleased':
    case 'ReceivableReversed':
    case 'ReceivableCredited':
    case 'ReceivableSettled':
    case 'OrderDepositsHeld':
      return onHeadroom(state, event.data.bu, event.data.customer);
    case 'CreditRefused': {
      const { orderId } = event.data;
      if (entryOf(state, orderId) !== undefined) return undefined;
      return { intents: [], memory: { entries: [{ orderId, since: event.position, holdId: null, again: false }] } };
    }
    case 'OrderHeld': {
      const { orderId, holdId, bu, soldTo } = event.data;
      const before = entryOf(state, orderId);
      const entry = { orderId, since: before?.since ?? event.position, holdId, again: false };
      return {
        intents: before?.again === true ? recheck(bu, soldTo, [{ orderId, holdId }]) : [],
        memory: { entries: [entry] },
      };
    }
    default: {
      const { orderId } = event.data;
      return entryOf(state, orderId) === undefined ? undefined : { intents: [], memory: { gone: orderId } };
    }
  }
};

const keyOf = (event: Heard): string | undefined => {
  switch (event.type) {
    case 'OrderHeld':
    case 'OrderHoldReleased':
      return event.data.type === 'CREDIT' ? `${event.data.bu}:${event.data.soldTo}` : undefined;
    case 'OrderClosed':
      return `${event.data.bu}:${event.data.soldTo}`;
    default:
      return `${event.data.bu}:${event.data.customer}`;
  }
};

/** Orders that wait for their customer's credit are checked again, oldest first, whenever there is more headroom. One instance per customer. */
export const creditRecheck = defineProcess({
  name: 'credit',
  categories: ['credit', 'order'],
  eventTypes,
  initial: { lastCausePosition: '', refused: null, places: null } as CreditRecheckState,
  keyOf,
  react,
  remember,
});
