import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, isRefusal } from '../../../domain/decider.ts';
import type { StockCommand } from '../../../domain/stock/commands.ts';
import type { StockEvent } from '../../../domain/stock/events.ts';
import { movedAt, onHandMoves } from '../../../domain/stock/moves.ts';
import { stockDecider } from '../../../domain/stock/stock.ts';
import { at, costly, count, given, issueFor, place, receipt, reinstateFor, reserveFor } from './samples.ts';

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

describe('an inspection that is told after a count', () => {
  const goods = { ...place, rmaId: 'RMA', inspectionEventId: 'I-1', unitCost: '6.00', cost: '0', currency: 'USD' };
  const back = { ...goods, type: 'RecordReturn', status: 'QUARANTINE', qty: '3' } as const;
  const both = [
    { status: 'SELLABLE', counted: '103', booked: '100' },
    { status: 'QUARANTINE', counted: '0', booked: '3' },
  ] as const;

  test('and was made before it: the count found the goods where it put them', () => {
    const found = count('', '', { counts: [{ status: 'QUARANTINE', counted: '3', booked: '0' }] });
    given(costly, found)
      .when({ ...back, at: at('09:30') })
      .thenEvents({ type: 'StockReturned' }, { type: 'StockAdjusted', data: { status: 'QUARANTINE', qty: '-3' } });
    given(costly, found)
      .when({ ...back, at: at('10:30') })
      .thenEvents({ type: 'StockReturned' });
  });

  test('and had them thrown away, or put back on the shelf', () => {
    const gone = count('', '', { counts: [{ status: 'QUARANTINE', counted: '0', booked: '3' }] });
    given(costly, back, gone)
      .when({ ...goods, type: 'ScrapReturned', inspectionEventId: 'I-2', qty: '3', at: at('09:30') })
      .thenEvents({ type: 'StockScrapped' }, { type: 'StockAdjusted', data: { status: 'QUARANTINE', qty: '3' } });
    const others = { ...back, inspectionEventId: 'I-3', at: at('11:00') };
    given(costly, back, count('', '', { counts: both }), others)
      .when({ ...goods, type: 'RestockReturned', qty: '3', at: at('09:30') })
      .thenEvents(
        { type: 'StockStatusChanged', data: { from: 'QUARANTINE', to: 'SELLABLE', qty: '3' } },
        { type: 'StockAdjusted', data: { status: 'QUARANTINE', qty: '3' } },
        { type: 'StockAdjusted', data: { status: 'SELLABLE', qty: '-3' } },
      );
  });

  test('and had them put back on the shelf, where nobody counted: quarantine was counted without them', () => {
    const gone = count('', '', { counts: [{ status: 'QUARANTINE', counted: '0', booked: '3' }] });
    const restocked = { ...goods, type: 'RestockReturned', qty: '3' } as const;
    given(costly, back, gone)
      .when({ ...restocked, at: at('09:30') })
      .thenEvents(
        { type: 'StockStatusChanged', data: { from: 'QUARANTINE', to: 'SELLABLE', qty: '3' } },
        { type: 'StockAdjusted', data: { status: 'QUARANTINE', qty: '3' } },
      );
    given(costly, back, gone)
      .when({ ...restocked, at: at('10:30') })
      .thenEvents();
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
          commands.push(
            { moment, told, tell: () => left },
            { moment: atLast, told: told + 1 + later, tell: () => back },
          );
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
