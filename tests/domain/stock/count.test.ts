import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, isRefusal } from '../../../domain/decider.ts';
import type { StockCommand } from '../../../domain/stock/commands.ts';
import type { StockEvent } from '../../../domain/stock/events.ts';
import { movedAt, onHandMoves } from '../../../domain/stock/moves.ts';
import { stockDecider } from '../../../domain/stock/stock.ts';
import { choice, commandAt } from './randomHistory.ts';
import { given, issueFor, place, queueFor, receipt, reinstateFor, reserveFor } from './samples.ts';

type Count = Extract<StockCommand, { readonly type: 'RecordCount' }>;

const at = (time: string): string => `2026-03-02T${time}:00.000Z`;

const count = (counted: string, booked: string, more: Partial<Count> = {}): Count => ({
  ...{ ...place, type: 'RecordCount', countId: 'CC-1', countedAt: at('10:00'), currency: 'USD' },
  counts: [{ status: 'SELLABLE', counted, booked }],
  ...more,
});

const costly = receipt('100', { unitCost: '6.00' });

describe('a count', () => {
  test('adjusts the books by what differs from them, with both figures and at the present cost', () => {
    given(costly)
      .when(count('95', '100', { itemGroup: 'BEARING' }))
      .thenEvents(
        { type: 'StockCounted', data: { countId: 'CC-1', counts: [{ counted: '95', booked: '100' }] } },
        {
          type: 'StockAdjusted',
          data: {
            ...{ reference: 'CC-1', qty: '-5', status: 'SELLABLE', reason: 'COUNT', itemGroup: 'BEARING' },
            ...{ unitCost: '6.00', cost: '3000', count: { countId: 'CC-1', counted: '95', booked: '100' } },
          },
        },
      );
  });

  test('that agrees is recorded and adjusts nothing', () => {
    given(costly).when(count('100', '100')).thenEvents({ type: 'StockCounted' });
  });

  test('is recorded once', () => {
    given(costly, count('95', '100')).when(count('95', '100')).thenNothing();
  });

  test('says of each status by itself what there is', () => {
    const counts = [
      { status: 'SELLABLE', counted: '90', booked: '100' },
      { status: 'DAMAGED', counted: '10', booked: '0', believed: '10' },
    ] as const;
    given(costly)
      .when(count('', '', { counts }))
      .thenEvents(
        { type: 'StockCounted' },
        { type: 'StockAdjusted', data: { status: 'SELLABLE', qty: '-10' } },
        { type: 'StockAdjusted', data: { status: 'DAMAGED', qty: '10' } },
      );
  });

  test('of an earlier instant than the last one adjusts nothing', () => {
    const earlier = count('90', '100', { countId: 'CC-2', countedAt: at('09:00') });
    given(costly, count('95', '100'))
      .when(earlier)
      .thenEvents({ type: 'StockCounted', data: { counts: [{ superseded: true }] } });
  });

  test('leaves its id free as the reference of an adjustment', () => {
    const adjusted = { ...place, type: 'RecordAdjustment', status: 'SELLABLE', reason: 'X', currency: 'USD' } as const;
    given(costly, count('95', '100'))
      .when({ ...adjusted, reference: 'CC-1', qty: '-1' })
      .thenEvents({ type: 'StockAdjusted', data: { qty: '-1' } });
  });

  test('that finds less than is promised says which promises cannot be met', () => {
    given(costly, reserveFor('A', '60'), reserveFor('B', '40'))
      .when(count('95', '100'))
      .thenEvents(
        { type: 'StockCounted' },
        { type: 'StockAdjusted' },
        { type: 'StockOvercommitted', data: { deficit: '5', reservations: [{ orderId: 'B', qty: '5' }] } },
      );
  });

  test('that finds more serves who waits', () => {
    given(costly, reserveFor('A', '100'), queueFor('B', '3'))
      .when(count('105', '100'))
      .thenEvents(
        { type: 'StockCounted' },
        { type: 'StockAdjusted', data: { qty: '5' } },
        { type: 'StockReserved', data: { orderId: 'B', qty: '3', cause: 'BACKORDER' } },
      );
  });
});

describe('what is told after a count', () => {
  const left = (time: string): StockCommand => issueFor('A', '5', { at: at(time) });

  test('and had left before it, the count found gone: the loss is taken back', () => {
    given(costly, reserveFor('A', '5'), count('95', '100', { itemGroup: 'BEARING' }))
      .when(left('09:30'))
      .thenEvents(
        { type: 'StockIssued', data: { qty: '5' } },
        {
          type: 'StockAdjusted',
          data: { qty: '5', reference: 'CC-1', reason: 'COUNT', itemGroup: 'BEARING', count: { countId: 'CC-1' } },
        },
      );
  });

  test('and left after it moves once', () => {
    given(costly, reserveFor('A', '5'), count('95', '100')).when(left('10:30')).thenEvents({ type: 'StockIssued' });
    given(costly, reserveFor('A', '5')).when(left('09:30')).thenEvents({ type: 'StockIssued' });
  });

  test('and had come in before it, the count found there', () => {
    given(costly, count('107', '100'))
      .when(receipt('7', { at: at('09:59') }))
      .thenEvents({ type: 'StockReceived' }, { type: 'StockAdjusted', data: { qty: '-7', status: 'SELLABLE' } });
    given(costly, count('107', '100'))
      .when(receipt('7', { at: at('09:59'), status: 'DAMAGED' }))
      .thenEvents({ type: 'StockReceived' });
  });
});

describe('a void that is told after a count', () => {
  const history = [costly, reserveFor('A', '5'), issueFor('A', '5', { at: at('09:30') })];

  test('says that the goods were there: the count has found them', () => {
    given(...history, count('100', '95'))
      .when(reinstateFor('A', '5', { leftAt: at('09:30') }))
      .thenEvents(
        { type: 'StockReinstated', data: { qty: '5', leftAt: at('09:30') } },
        { type: 'StockAdjusted', data: { qty: '-5', count: { countId: 'CC-1', movedAt: at('09:30') } } },
      );
  });

  test('of goods that were said to leave later is told of nothing that was counted', () => {
    given(costly, count('100', '100'), reserveFor('A', '5'), issueFor('A', '5', { at: at('10:30') }))
      .when(reinstateFor('A', '5', { leftAt: at('10:30') }))
      .thenEvents({ type: 'StockReinstated' });
    given(...history, count('100', '95'))
      .when(reinstateFor('A', '5'))
      .thenEvents({ type: 'StockReinstated' });
  });
});

test('moves tell of every event what it does to the goods that are there', () => {
  fc.assert(
    fc.property(fc.array(choice, { minLength: 50, maxLength: 120 }), (choices) => {
      let state = stockDecider.initial;
      const there: Record<string, bigint> = {};
      for (const [step, pick] of choices.entries()) {
        const outcome = stockDecider.decide(commandAt(state, pick, step), state);
        if (isRefusal(outcome)) continue;
        for (const { status, qty } of outcome.flatMap(onHandMoves)) there[status] = (there[status] ?? 0n) + qty;
        state = fold(stockDecider, state, outcome);
        for (const [status, qty] of Object.entries(state.onHand))
          expect([status, there[status] ?? 0n]).toEqual([status, qty]);
      }
    }),
    { numRuns: 60 },
  );
});

type Told = { readonly event: StockEvent; readonly occurredAt: number };

/** What the books had at a moment, as whoever asks reads it from the log. */
const bookedAt = (told: readonly Told[], moment: number): bigint =>
  told
    .filter(({ event, occurredAt }) => movedAt(event, hourOf(occurredAt)) <= hourOf(moment))
    .flatMap(({ event }) => onHandMoves(event))
    .reduce((sum, { qty }) => sum + qty, 0n);

const hourOf = (moment: number): string => new Date(1_772_000_000_000 + moment * 3_600_000).toISOString();

const happening = fc.record({
  kind: fc.constantFrom('IN', 'OUT', 'LOSS', 'COUNT', 'VOIDED'),
  size: fc.integer({ min: 1, max: 9 }),
  /** In which order they are told. */
  told: fc.integer(),
  /** How much later it is told that it never was. */
  later: fc.nat(),
});

/** When voids are told: after all that happens. */
const atLast = 1_000;

test('in whatever order counts and movements are told, the books have what was counted last and what moved since', () => {
  fc.assert(
    fc.property(fc.array(happening, { minLength: 5, maxLength: 40 }), (happenings) => {
      const commands: {
        readonly moment: number;
        readonly told: number;
        readonly tell: (booked: string) => StockCommand;
      }[] = [];
      let [there, lastCounted, since] = [0n, undefined as bigint | undefined, 0n];
      let recorded = 0n;
      for (const [moment, { kind, size, told, later }] of happenings.entries()) {
        const qty = String(size);
        const when = { at: hourOf(moment) };
        if (kind === 'COUNT') {
          const counted = String(there);
          const of = { ...place, countId: `CC-${moment}`, countedAt: hourOf(moment), currency: 'USD' };
          const tell = (booked: string): StockCommand => ({
            ...{ ...of, type: 'RecordCount' },
            counts: [{ status: 'SELLABLE', counted, booked }],
          });
          commands.push({ moment, told, tell });
          [lastCounted, since] = [there, 0n];
          continue;
        }
        if (kind === 'VOIDED') {
          const left = issueFor(`O${moment}`, qty, { reservationId: 'none', ...when });
          const back = reinstateFor(`O${moment}`, qty, { leftAt: hourOf(moment) });
          commands.push({ moment, told, tell: () => left }, { moment: atLast, told: told + 1 + later, tell: () => back });
          continue;
        }
        const signed = kind === 'IN' ? BigInt(size) : -BigInt(size);
        there += signed;
        // Nobody tells of what is lost; only a count finds it.
        if (kind === 'LOSS') continue;
        since += signed;
        recorded += signed;
        const command: StockCommand =
          kind === 'IN'
            ? receipt(qty, { reference: `R${moment}`, ...when })
            : issueFor(`O${moment}`, qty, { reservationId: 'none', ...when });
        commands.push({ moment, told, tell: () => command });
      }
      let state = stockDecider.initial;
      const log: Told[] = [];
      for (const { moment, tell } of commands.toSorted((a, b) => a.told - b.told)) {
        const outcome = stockDecider.decide(tell(String(bookedAt(log, moment))), state);
        if (isRefusal(outcome)) throw new Error(outcome.detail);
        for (const event of outcome) log.push({ event, occurredAt: moment });
        state = fold(stockDecider, state, outcome);
      }
      expect(state.onHand.SELLABLE).toBe(lastCounted === undefined ? recorded : lastCounted + since);
    }),
    { numRuns: 300 },
  );
});
