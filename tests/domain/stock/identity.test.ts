import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, isRefusal } from '../../../domain/decider.ts';
import type { StockEvent } from '../../../domain/stock/events.ts';
import type { StockState } from '../../../domain/stock/state.ts';
import { availableOf, deficitOf, freeOf, queuedBackorders } from '../../../domain/stock/state.ts';
import { stockDecider } from '../../../domain/stock/stock.ts';
import { inventoryPosition, openReservations } from './position.ts';
import { choice, commandAt } from './randomHistory.ts';
import { frozenState, queueFor, receipt } from './samples.ts';

type Flow = { in: bigint; out: bigint; fills: bigint; readonly supplies: Map<string, Announced> };
type Announced = { expected: bigint; received: bigint };

const noFlow = (): Flow => ({ in: 0n, out: 0n, fills: 0n, supplies: new Map() });

const countSupply = ({ supplies }: Flow, event: StockEvent): void => {
  const change = (supplyId: string, next: (before: Announced) => Announced): void => {
    supplies.set(supplyId, next(supplies.get(supplyId) ?? { expected: 0n, received: 0n }));
  };
  if (event.type === 'SupplyExpected' || event.type === 'SupplyRescheduled')
    change(event.data.supplyId, (before) => ({ ...before, expected: BigInt(event.data.qty) }));
  if (event.type === 'SupplyCancelled') change(event.data.supplyId, (before) => ({ ...before, expected: 0n }));
  if (event.type === 'StockReceived' && event.data.supplyId !== undefined)
    change(event.data.supplyId, (before) => ({ ...before, received: before.received + BigInt(event.data.qty) }));
};

const count = (flow: Flow, event: StockEvent): void => {
  countSupply(flow, event);
  if (event.type === 'StockReceived' || event.type === 'StockReinstated') flow.in += BigInt(event.data.qty);
  if (event.type === 'StockAdjusted') flow.in += BigInt(event.data.qty);
  if (event.type === 'StockIssued') flow.out += BigInt(event.data.qty);
  if (event.type === 'StockReserved' && event.data.cause === 'BACKORDER') flow.fills += BigInt(event.data.qty);
};

/** Recounts every kept sum from what is open: two numbers for one fact would show here. */
const brokenIn = (state: StockState, flow: Flow): readonly string[] => {
  const position = inventoryPosition(state);
  const open = openReservations(state);
  const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
  const sumOf = (kind: 'SOFT' | 'HARD') => sum(open.filter((one) => one.kind === kind).map((one) => one.qty));
  const { onHand, sellable, allocated, reserved, safetyStock } = position;
  const free = (sellable < onHand ? sellable : onHand) - allocated - reserved - safetyStock;
  const queue = queuedBackorders(state);
  const claims: Readonly<Record<string, boolean>> = {
    'on hand = sellable + unusable': position.onHand === position.sellable + position.unusable,
    'on hand = what came − what left': position.onHand === flow.in - flow.out,
    'allocated = Σ hard': position.allocated === sumOf('HARD'),
    'reserved = Σ soft': position.reservedOnHand === sumOf('SOFT') && position.reserved === position.reservedOnHand,
    'picked = Σ picked ≤ allocated':
      position.picked === sum(open.map((one) => one.picked)) && position.picked <= position.allocated,
    'on order + in transit = Σ announced − received, where more was announced':
      position.onOrder + position.inTransit ===
      sum(
        [...flow.supplies.values()].map(({ expected, received }) => (expected > received ? expected - received : 0n)),
      ),
    'backordered = Σ queue': position.backordered === sum(queue.map((one) => one.qty)),
    'held = Σ held in the queue': state.queuedHeld === sum(queue.filter((one) => one.held).map((one) => one.qty)),
    'each reservation holds something': open.every((one) => one.qty > 0n && one.picked >= 0n && one.picked <= one.qty),
    'available = max(0, what is there − promised − safety)': position.available === (free > 0n ? free : 0n),
  };
  return Object.keys(claims).filter((claim) => claims[claim] === false);
};

const brokenBy = (before: StockState, after: StockState, events: readonly StockEvent[]): readonly string[] => {
  const has = (type: StockEvent['type']): boolean => events.some((event) => event.type === type);
  const taker = queuedBackorders(after).find(
    (entry) => !entry.held && (!entry.whole || entry.qty <= availableOf(after)),
  );
  const claims: Readonly<Record<string, boolean>> = {
    'free < 0 exactly while an overcommitment stands': freeOf(after) < 0n === after.overcommitted,
    'what makes it worse says so': deficitOf(after) <= deficitOf(before) || has('StockOvercommitted'),
    'no request and no fill takes what is not there': !has('StockReserved') || freeOf(after) >= 0n,
    'nothing lies idle while somebody waits who could take it': availableOf(after) === 0n || taker === undefined,
  };
  return Object.keys(claims).filter((claim) => claims[claim] === false);
};

/** Cheaper than one matcher for each claim after each event. */
const expectNone = (broken: readonly string[]): void => {
  if (broken.length > 0) throw new Error(`broken: ${broken.join('; ')}`);
};

test('B-05 the stock identity holds after each of more than ten thousand random events', () => {
  let events = 0;
  fc.assert(
    fc.property(fc.array(choice, { minLength: 250, maxLength: 400 }), (choices) => {
      let state = stockDecider.initial;
      const flow = noFlow();
      for (const [step, pick] of choices.entries()) {
        const outcome = stockDecider.decide(commandAt(state, pick, step), state);
        if (isRefusal(outcome)) continue;
        const before = state;
        for (const event of outcome) {
          count(flow, event);
          state = stockDecider.evolve(state, event);
          expectNone(brokenIn(state, flow));
          events += 1;
        }
        expectNone(brokenBy(before, state, outcome));
      }
    }),
    { numRuns: 60 },
  );
  expect(events).toBeGreaterThanOrEqual(10_000);
});

test('the queue never gives out more than came in', () => {
  fc.assert(
    fc.property(fc.array(choice, { minLength: 100, maxLength: 300 }), (choices) => {
      let state = stockDecider.initial;
      const flow = noFlow();
      for (const [step, pick] of choices.entries()) {
        // Only receipts and the queue: what is given out is never given back, so sums can be compared.
        const command = pick.flag
          ? receipt(String(pick.size), { reference: `R${step}` })
          : queueFor(`O${step}`, String(pick.size), { whole: pick.kind > 11 });
        const outcome = stockDecider.decide(command, state);
        if (isRefusal(outcome)) throw new Error('facts and backorders are never refused');
        for (const event of outcome) count(flow, event);
        state = fold(stockDecider, state, outcome);
        expect(flow.fills <= flow.in).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});

test('the same request twice gives no second event, and folding never touches an earlier state', () => {
  fc.assert(
    fc.property(fc.array(choice, { minLength: 30, maxLength: 80 }), (choices) => {
      let state = stockDecider.initial;
      for (const [step, pick] of choices.entries()) {
        const command = commandAt(state, pick, step);
        const outcome = stockDecider.decide(command, state);
        if (isRefusal(outcome)) continue;
        const next = fold(stockDecider, frozenState(state), outcome);
        // These carry no id of their own: a repeat is recognised by its command id, before it is decided.
        const partial = ['Release', 'WithdrawBackorder', 'QueueBackorder'].includes(command.type);
        const refusedShort = outcome.some((event) => event.type === 'ReservationRefused');
        if (!partial && !refusedShort) expect(stockDecider.decide(command, next)).toEqual([]);
        state = next;
      }
    }),
    { numRuns: 100 },
  );
});
