import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countReplayed, createReplayBoard } from '../../adapters/postgres/replayBoard.ts';
import { orders } from '../../projections/orders/projection.ts';
import { type ReplayRun, replayLane } from '../../projections/repair.ts';
import { catchUp } from '../../projections/runner.ts';
import { deadLetters } from '../../projections/stuck.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { behindCount, broken, lane, longHistory, replayId } from './longLane.ts';
import { emptyTables, tableHashes } from './tables.ts';

let database: TestDatabase<never>;
const log = longHistory();
beforeAll(async () => {
  database = await createTestDatabase();
  await catchUp({ db: database.db, ...log }, broken);
});
afterAll(() => database.close());

const counted = async (): Promise<number> => (await createReplayBoard(database.db).counted(replayId))[0]?.replayed ?? 0;

const blocked = async () => (await deadLetters(database.db)).items;

/** As the service replays a lane. */
const runUntil = (isStopped: () => boolean): ReplayRun => ({
  eventsPerStep: 50,
  pace: async () => {},
  isStopped,
  onStep: (tx, events) => countReplayed(tx, replayId, { consumer: 'orders', laneKey: lane }, events),
});

const killInTheMiddle = async (): Promise<void> => {
  const script = join(import.meta.dirname, 'longLane.script.ts');
  const child = spawn(process.execPath, [script, database.connectionString], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
};

describe('O-07 a replay of ten thousand events behind one', () => {
  test('is killed in the middle and stopped in the middle, keeps what it did, goes on, and applies every event once', async () => {
    const board = createReplayBoard(database.db);
    await board.open({
      ...{ replayId, dryRun: false, reason: 'fixed', requestedBy: 'ops', requestedAt: '2026-11-23T08:00:00.000Z' },
      ...{ approvalId: null, messages: behindCount, lanes: [{ consumer: 'orders', laneKey: lane }] },
    });
    expect(await blocked()).toMatchObject([{ laneKey: lane, blockedCount: behindCount - 1 }]);
    await killInTheMiddle();
    // The step that was under way is undone with its count.
    expect(await counted()).toBe(2_000);
    expect(await blocked()).toMatchObject([{ laneKey: lane, blockedCount: behindCount - 2_001 }]);

    let asked = 0;
    const stopped = await replayLane(
      { db: database.db, ...log },
      orders,
      lane,
      runUntil(() => {
        asked += 1;
        return asked > 20;
      }),
    );
    expect(stopped).toEqual({
      replayed: 1_000,
      stillBlocked: behindCount - 3_000,
      error: 'Stopped: the lane is paused.',
    });
    expect(await counted()).toBe(3_000);

    const rest = await replayLane(
      { db: database.db, ...log },
      orders,
      lane,
      runUntil(() => false),
    );
    expect(rest).toEqual({ replayed: behindCount - 3_000, stillBlocked: 0, error: null });
    expect([await counted(), await blocked()]).toEqual([behindCount, []]);
    const repaired = await tableHashes(database.db, [orders]);
    await emptyTables(database.db, [orders]);
    await catchUp({ db: database.db, ...log }, orders);
    expect(await tableHashes(database.db, [orders])).toEqual(repaired);
  }, 240_000);
});
