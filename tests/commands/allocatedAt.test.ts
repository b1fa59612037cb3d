import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Executor } from '../../commands/handle.ts';
import { allocatedAt } from '../../commands/reconciliation/allocatedAt.ts';
import { isRefusal } from '../../domain/decider.ts';
import type { Recorded, StreamName } from '../../domain/eventLog.ts';
import type { StockCommand } from '../../domain/stock/commands.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import type { StockState } from '../../domain/stock/state.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import { choice, commandAt } from '../domain/stock/randomHistory.ts';
import { issueFor, place, receipt, reserveFor } from '../domain/stock/samples.ts';
import { recorded } from './recorded.ts';

const stream = 'stock-ACME.DC-EAST.BRG-6204' as StreamName;
const minute = (step: number): string => new Date(1_772_000_000_000 + step * 60_000).toISOString();

/** A position that commands are told one a minute, and what was allocated after each of them. */
const played = (commandOf: (state: StockState, step: number) => StockCommand | undefined, steps: number) => {
  let state = stockDecider.initial;
  const events: Recorded[] = [];
  const allocated: bigint[] = [];
  for (let step = 0; step < steps; step += 1) {
    const command = commandOf(state, step);
    const decided = command === undefined ? [] : stockDecider.decide(command, state);
    for (const event of isRefusal(decided) ? [] : decided) {
      const told = recorded(event.type, 1, event.data);
      const occurredAt =
        command !== undefined && 'at' in command && command.at !== undefined ? command.at : minute(step);
      const metadata = { ...told.metadata, occurredAt };
      events.push({ ...told, stream, revision: events.length, recordedAt: minute(step), metadata });
      state = stockDecider.evolve(state, event);
    }
    allocated.push(state.hard);
  }
  let reads = 0;
  const at = (moment: string): Promise<bigint> =>
    allocatedAt(
      {
        executor: { load: async () => ({ state, revision: events.length - 1 }) } as unknown as Pick<Executor, 'load'>,
        store: {
          read: async function* (_stream, from = 0) {
            reads += 1;
            yield* events.slice(from);
          },
        },
      },
      stream,
      moment,
    );
  return { at, allocated, reads: () => reads };
};

/** What ships was released. */
const isPossible = (command: StockCommand, state: StockState): boolean =>
  command.type !== 'Issue' || valueAt(state.reservations, command.reservationId)?.kind !== 'SOFT';

describe('what was allocated at a moment', () => {
  test('is what was allocated then, whatever came since', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 40 }), async (picks) => {
        const { at, allocated } = played((state, step) => {
          const pick = picks[step];
          const command = pick === undefined ? undefined : commandAt(state, pick, step);
          return command !== undefined && isPossible(command, state) ? command : undefined;
        }, picks.length);
        for (const [step, wanted] of allocated.entries()) expect(await at(minute(step))).toBe(wanted);
      }),
    );
  });

  const reservationId = 'r-O1';
  const commands: readonly StockCommand[] = [
    receipt('10'),
    reserveFor('O1', '6', { at: minute(1) }),
    { ...place, type: 'Promote', reservationId },
    // It left before the snapshot, and is told of after it.
    issueFor('O1', '6', { reservationId, at: minute(3) }),
  ];
  const late = played((_state, step) => (step === 5 ? commands[3] : step > 2 ? undefined : commands[step]), 6);

  test('is nothing of goods that had left by then, although their warehouse told of it later', async () => {
    expect([await late.at(minute(2)), await late.at(minute(4))]).toEqual([6n, 0n]);
  });

  test('is read from the end, where that tells it', async () => {
    const before = late.reads();
    await late.at(minute(4));
    expect(late.reads() - before).toBe(1);
  });
});
