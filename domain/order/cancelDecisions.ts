import { type Refusal, refuse } from '../decider.ts';
import { maxQty, minQty, qty, qtyText } from '../quantity.ts';
import { valueAt, valuesOf } from '../stock/orderedMap.ts';
import type { OpenBuckets, OrderEvent, OrderSubmitted } from './events.ts';
import {
  type Change,
  type OrderLine,
  type OrderState,
  openOf,
  orderLines,
  stoppableOf,
  type WaitingChange,
} from './state.ts';
import type { Decision, Of } from './submitDecisions.ts';
import { notSubstituted, substituted, substitutionOf } from './substituteEvents.ts';
import { withdrawn } from './withdrawDecisions.ts';

type Asked = { readonly line: OrderLine; readonly qty: bigint };

const noneOpen = (orderId: string): Refusal =>
  refuse('NOT_STOPPABLE', `Nothing of order ${orderId} can still be stopped.`);

const everythingOpen = (state: OrderState): readonly Asked[] =>
  orderLines(state).flatMap(({ line }) => {
    const stoppable = stoppableOf(line);
    return stoppable > 0n ? [{ line, qty: stoppable }] : [];
  });

/** A line that is named twice is asked for once, with the sum; without a quantity: all that can be stopped of it. */
const summed = (
  lines: NonNullable<Of<'RequestCancel'>['lines']>,
  state: OrderState,
): ReadonlyMap<string, { readonly amount: bigint; readonly isAll: boolean }> => {
  const byLine = new Map<string, { readonly amount: bigint; readonly isAll: boolean }>();
  for (const { lineId, qty: text } of lines) {
    const before = byLine.get(lineId) ?? { amount: 0n, isAll: false };
    const line = valueAt(state.lines, lineId);
    const all = line === undefined ? 0n : stoppableOf(line);
    const isAll = before.isAll || text === undefined;
    byLine.set(lineId, { amount: isAll ? all : before.amount + qty(text ?? '0'), isAll });
  }
  return byLine;
};

type Named = { readonly asked: readonly Asked[]; readonly back: readonly WaitingChange[] };

/** A line that waits to be added is no line yet: it is taken back whole. */
const takenBack = (state: OrderState, lineId: string, amount: bigint, isAll: boolean): WaitingChange | undefined =>
  [...state.waiting, ...state.substituting].find(
    (change) => change.lineId === lineId && 'line' in change.what && (isAll || amount >= change.qty),
  );

/** Of these lines the ones that an order has not, nor waits to have. */
export const unknownLines = (lines: NonNullable<Of<'RequestCancel'>['lines']>, state: OrderState): readonly string[] =>
  [...summed(lines, state)].flatMap(([lineId, { amount, isAll }]) =>
    valueAt(state.lines, lineId) === undefined && takenBack(state, lineId, amount, isAll) === undefined ? [lineId] : [],
  );

const named = (command: Of<'RequestCancel'>, orderId: string, state: OrderState): Named | Refusal => {
  const unknown = unknownLines(command.lines ?? [], state);
  if (unknown.length > 0)
    return refuse('LINE_UNKNOWN', `Order ${orderId} has no line ${unknown.join(', ')}, or not yet.`, {
      lineIds: unknown,
    });
  const asked: Asked[] = [];
  const back: WaitingChange[] = [];
  for (const [lineId, { amount, isAll }] of summed(command.lines ?? [], state)) {
    const line = valueAt(state.lines, lineId);
    if (line === undefined) {
      const waiting = takenBack(state, lineId, amount, isAll);
      if (waiting !== undefined) back.push(waiting);
      continue;
    }
    if (openOf(line) === 0n) return refuse('LINE_CLOSED', `Line ${lineId} has nothing open.`, { lineId });
    if (amount <= 0n || stoppableOf(line) === 0n) {
      return refuse('NOT_STOPPABLE', `What is open of line ${lineId} is being cancelled already.`, { lineId });
    }
    asked.push({ line, qty: amount });
  }
  return { asked, back };
};

/**
 * Before acceptance nobody but this order knows the quantity, so the request is answered at once and cannot race with
 * the acceptance. Afterwards the allocation and the warehouse say what can still be stopped.
 */
export const requestCancel = (
  command: Of<'RequestCancel'>,
  submitted: OrderSubmitted['data'],
  state: OrderState,
): Decision => {
  const { orderId, bu } = submitted;
  const { changeId, reason } = command;
  if (valueAt(state.changes, changeId) !== undefined) return [];
  if (state.closed) return refuse('ORDER_NOT_OPEN', `Order ${orderId} is closed.`);
  const all = { asked: everythingOpen(state), back: [...state.waiting, ...state.substituting] };
  const wish = command.lines === undefined ? all : named(command, orderId, state);
  if ('refused' in wish) return wish;
  const { asked, back } = wish;
  if (asked.length + back.length === 0) return noneOpen(orderId);
  const taken = withdrawn(submitted, state, back, changeId);
  const requested = asked.map(
    ({ line, qty: amount }): OrderEvent => ({
      type: 'OrderLineCancelRequested',
      data: { orderId, bu, changeId, lineId: line.lineId, requestedQty: qtyText(amount), reason },
    }),
  );
  return state.accepted
    ? [...taken, ...requested]
    : [...requested, ...asked.flatMap((one) => cancelledAtOnce(orderId, changeId, reason, one))];
};

const cancelledAtOnce = (
  orderId: string,
  changeId: string,
  reason: string,
  { line, qty: asked }: Asked,
): readonly OrderEvent[] => {
  const amount = minQty(asked, openOf(line));
  const from = { unsourced: qtyText(amount), backordered: '0', reserved: '0', allocated: '0' };
  return [
    ...cancelledEvents(orderId, changeId, line.lineId, amount, from, reason),
    ...refusedEvents(orderId, changeId, line.lineId, asked - amount, 'NOTHING_OPEN'),
  ];
};

const cancelledEvents = (
  orderId: string,
  changeId: string,
  lineId: string,
  amount: bigint,
  from: OpenBuckets,
  reason: string,
): readonly OrderEvent[] =>
  amount <= 0n
    ? []
    : [
        {
          type: 'OrderLineCancelled',
          data: { orderId, changeId, lineId, cancelledQty: qtyText(amount), from, reason },
        },
      ];

const refusedEvents = (
  orderId: string,
  changeId: string,
  lineId: string,
  amount: bigint,
  reason: string,
): readonly OrderEvent[] =>
  amount <= 0n
    ? []
    : [{ type: 'OrderLineCancelRefused', data: { orderId, changeId, lineId, refusedQty: qtyText(amount), reason } }];

type Answer = Of<'RecordCancel'>['lines'][number];

const buckets = ['unsourced', 'backordered', 'reserved', 'allocated', 'dropship'] as const;

const sumOf = (from: Readonly<Record<(typeof buckets)[number], bigint>>): bigint =>
  buckets.reduce((sum, name) => sum + from[name], 0n);

/** What `answer` says beyond what was recorded before. It is cumulative, so a repeat or an older answer adds nothing. */
const newlyTaken = (answer: Answer, change: Change) => {
  const taken = (name: (typeof buckets)[number]) => maxQty(0n, qty(answer.from[name] ?? '0') - change.from[name]);
  return {
    unsourced: taken('unsourced'),
    backordered: taken('backordered'),
    reserved: taken('reserved'),
    allocated: taken('allocated'),
    dropship: taken('dropship'),
  };
};

/** Quantity that the allocation gave up is never lost, also when it exceeds what was still expected. */
export const recordCancel = (
  command: Of<'RecordCancel'>,
  submitted: OrderSubmitted['data'],
  state: OrderState,
): Decision => {
  const { orderId } = submitted;
  const { changeId } = command;
  const change = valueAt(state.changes, changeId);
  if (change === undefined) return refuse('NOT_FOUND', `Order ${orderId} has no change ${changeId}.`, { changeId });
  const events: OrderEvent[] = [];
  for (const answer of command.lines) {
    const { lineId } = answer;
    const before = valueAt(change, lineId);
    if (before === undefined)
      return refuse('LINE_UNKNOWN', `Change ${changeId} does not concern line ${lineId}.`, { lineId });
    const taken = newlyTaken(answer, before);
    const amount = sumOf(taken);
    const from = {
      unsourced: qtyText(taken.unsourced),
      backordered: qtyText(taken.backordered),
      reserved: qtyText(taken.reserved),
      allocated: qtyText(taken.allocated),
      ...(taken.dropship === 0n ? {} : { dropship: qtyText(taken.dropship) }),
    };
    const rest = before.requested - sumOf(before.from) - amount - before.refused - qty(answer.pendingQty ?? '0');
    const substitution = substitutionOf(state, changeId, lineId);
    if (substitution !== undefined && amount === before.requested) {
      events.push(...substituted(submitted, state, substitution, from, before.reason));
      continue;
    }
    events.push(...cancelledEvents(orderId, changeId, lineId, amount, from, before.reason));
    if (substitution !== undefined && rest > 0n) events.push(notSubstituted(submitted, substitution));
    events.push(...refusedEvents(orderId, changeId, lineId, rest, answer.refusedReason));
  }
  return events;
};

/** Every line of a change with what was asked. */
export const requestedCancels = (
  state: OrderState,
  changeId: string,
): readonly { readonly lineId: string; readonly qty: string }[] =>
  [...valuesOf(valueAt(state.changes, changeId) ?? null)].map(({ lineId, requested }) => ({
    lineId,
    qty: qtyText(requested),
  }));
