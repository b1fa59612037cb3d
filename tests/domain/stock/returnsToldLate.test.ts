import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, isRefusal } from '../../../domain/decider.ts';
import type { StockCommand } from '../../../domain/stock/commands.ts';
import type { StockEvent } from '../../../domain/stock/events.ts';
import { movedAt, onHandMoves } from '../../../domain/stock/moves.ts';
import { stockDecider } from '../../../domain/stock/stock.ts';
import { place } from './samples.ts';

const statuses = ['QUARANTINE', 'SELLABLE'] as const;
type Status = (typeof statuses)[number];

const hourOf = (moment: number): string => new Date(1_772_000_000_000 + moment * 3_600_000).toISOString();

const happening = fc.record({
  kind: fc.constantFrom('BACK', 'BACK', 'RESTOCK', 'RESTOCK', 'SCRAP', 'LOSS', 'COUNT'),
  size: fc.integer({ min: 1, max: 5 }),
  /** Of which return it is, what is lost, what is counted. */
  of: fc.nat(100),
  /** In which order they are told; what becomes of a return is told after it. */
  told: fc.nat(1_000),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

type Told = { readonly event: StockEvent; readonly occurredAt: string };
type Telling = {
  readonly moment: number;
  readonly told: number;
  readonly tell: (booked: (status: Status) => bigint) => StockCommand;
};

const least = (...amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => (a < b ? a : b));

/** What happens physically, what is told of it, and what the books are to have in the end. */
const played = (happenings: readonly Happening[]) => {
  const there: Record<Status, bigint> = { QUARANTINE: 0n, SELLABLE: 0n };
  const books: Record<Status, bigint> = { QUARANTINE: 0n, SELLABLE: 0n };
  const returns: { rest: bigint; told: number }[] = [];
  const tellings: Telling[] = [];
  const move = (status: Status, amount: bigint): void => {
    there[status] += amount;
    books[status] += amount;
  };
  for (const [moment, { kind, size, of, told }] of happenings.entries()) {
    const goods = { rmaId: 'RMA', inspectionEventId: `I${moment}`, unitCost: '6.00', cost: '0', currency: 'USD' };
    const common = { ...place, ...goods, at: hourOf(moment) };
    const status = statuses[of % 2] ?? 'SELLABLE';
    const source = returns[of % Math.max(1, returns.length)];
    const amount = least(BigInt(size), source?.rest ?? 0n);
    if (kind === 'BACK') {
      move('QUARANTINE', BigInt(size));
      returns.push({ rest: BigInt(size), told });
      const command = { ...common, type: 'RecordReturn', status: 'QUARANTINE', qty: String(size) } as const;
      tellings.push({ moment, told, tell: () => command });
    } else if (kind === 'LOSS') {
      // Nobody tells of it; only a count finds it.
      there[status] -= status === 'QUARANTINE' ? amount : least(BigInt(size), there[status]);
      if (status === 'QUARANTINE' && source !== undefined) source.rest -= amount;
    } else if (kind === 'COUNT') {
      const counted = of % 3 === 0 ? statuses : [status];
      const found = counted.map((each) => ({ status: each, counted: String(there[each]) }));
      for (const each of counted) books[each] = there[each];
      const head = { ...place, countId: `CC-${moment}`, countedAt: hourOf(moment), currency: 'USD' };
      const tell: Telling['tell'] = (booked) => ({
        ...{ ...head, type: 'RecordCount' },
        counts: found.map((each) => ({ ...each, booked: String(booked(each.status)) })),
      });
      tellings.push({ moment, told, tell });
    } else if (source !== undefined && amount > 0n) {
      source.rest -= amount;
      source.told = Math.max(source.told + 1, told);
      move('QUARANTINE', -amount);
      if (kind === 'RESTOCK') move('SELLABLE', amount);
      const type = kind === 'RESTOCK' ? 'RestockReturned' : 'ScrapReturned';
      const command = { ...common, type, qty: String(amount) } as const;
      tellings.push({ moment, told: source.told, tell: () => command });
    }
  }
  return { books, tellings: tellings.toSorted((a, b) => a.told - b.told) };
};

test('in whatever order counts and inspections are told, the books have what was counted last and what moved since', () => {
  fc.assert(
    fc.property(fc.array(happening, { minLength: 4, maxLength: 30 }), (happenings) => {
      const { books, tellings } = played(happenings);
      let state = stockDecider.initial;
      const log: Told[] = [];
      for (const { moment, tell } of tellings) {
        const at = hourOf(moment);
        const booked = (status: Status): bigint =>
          log
            .filter(({ event, occurredAt }) => movedAt(event, occurredAt) <= at)
            .flatMap(({ event }) => onHandMoves(event))
            .reduce((sum, each) => sum + (each.status === status ? each.qty : 0n), 0n);
        const outcome = stockDecider.decide(tell(booked), state);
        if (isRefusal(outcome)) throw new Error(outcome.detail);
        for (const event of outcome) log.push({ event, occurredAt: at });
        state = fold(stockDecider, state, outcome);
      }
      const { QUARANTINE, SELLABLE } = state.onHand;
      expect({ QUARANTINE, SELLABLE }).toEqual(books);
    }),
    { numRuns: 300 },
  );
});
