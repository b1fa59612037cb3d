import { describe, expect, test } from '@jest/globals';
import type { StuckItem } from '../../commands/ports.ts';
import { createStuckReporter } from '../../commands/workers/stuckReporter.ts';

const consumer = 'warehouse-inbox:wms';

const held = (laneKey: string, attempts = 1): StuckItem => ({
  ...{ laneKey, item: `${laneKey}-1`, kind: 'STUCK', what: 'SHIPPED', position: null },
  payloadRef: { system: 'wms', messageId: `${laneKey}-1` },
  ...{ errorClass: 'QTY_INVALID', detail: 'Nothing was planned.', attempts, blockedCount: 0 },
});

/** A board in memory with a clock of its own. It may be away, and then hears nothing. */
const aBoard = () => {
  const rows = new Map<string, StuckItem>();
  const posts: (readonly string[] | 'all')[] = [];
  const errors: unknown[] = [];
  const state = { isAway: false, nowMs: 0 };
  const reporter = () =>
    createStuckReporter(
      consumer,
      {
        post: async (_consumer, lanes, items) => {
          if (state.isAway) throw new Error('the board is away');
          posts.push(lanes);
          for (const laneKey of lanes === 'all' ? [...rows.keys()] : lanes) rows.delete(laneKey);
          for (const item of items) rows.set(item.laneKey, item);
        },
      },
      (error) => errors.push(error),
      () => state.nowMs,
    );
  /** A worker's rounds, four a second, each of which tells how its lanes stand. */
  const rounds = async (
    { set, say }: ReturnType<typeof reporter>,
    lanes: readonly StuckItem[],
    seconds: number,
    isComplete = true,
  ): Promise<void> => {
    for (const untilMs = state.nowMs + seconds * 1_000; state.nowMs < untilMs; state.nowMs += 250) {
      for (const item of lanes) set(item.laneKey, [{ ...item }]);
      await say(isComplete);
    }
  };
  return { rows, posts, errors, state, reporter, rounds };
};

describe('what a worker tells the board of what it cannot get past', () => {
  test('is written once for as long as it stands as it did, and again when it has changed', async () => {
    const { rows, posts, reporter, rounds } = aBoard();
    const worker = reporter();
    await rounds(worker, [held('S1'), held('S2')], 30);
    expect(posts).toEqual(['all']);
    await rounds(worker, [held('S1', 2), held('S2')], 10);
    expect(posts).toEqual(['all', ['S1']]);
    expect([...rows.values()].map(({ laneKey, attempts }) => [laneKey, attempts])).toEqual([
      ['S2', 1],
      ['S1', 2],
    ]);
  });

  test('is taken off when the lane is free, and comes back when it is held up by the same again', async () => {
    const { rows, reporter, rounds } = aBoard();
    const worker = reporter();
    await rounds(worker, [held('S1')], 1);
    worker.set('S1', []);
    await rounds(worker, [], 1);
    expect([...rows.keys()]).toEqual([]);
    await rounds(worker, [held('S1')], 1);
    expect([...rows.keys()]).toEqual(['S1']);
  });

  test.each([true, false])('is written when the board is back, though nothing changed (all seen: %s)', async (all) => {
    const { rows, posts, errors, state, reporter, rounds } = aBoard();
    const worker = reporter();
    state.isAway = true;
    await rounds(worker, [held('S1')], 2, all);
    expect(errors.length).toBeGreaterThan(0);
    state.isAway = false;
    await rounds(worker, [held('S1')], 2, all);
    expect([...rows.keys()]).toEqual(['S1']);
    expect(posts).toHaveLength(1);
  });

  test('is written again by a worker that was restarted, or starts over', async () => {
    const { rows, reporter, rounds } = aBoard();
    const first = reporter();
    await rounds(first, [held('S1'), held('S2')], 1);
    rows.clear();
    first.forget();
    await rounds(first, [held('S1')], 1, false);
    expect([...rows.keys()]).toEqual(['S1']);
    rows.clear();
    await rounds(reporter(), [held('S1')], 1, false);
    expect([...rows.keys()]).toEqual(['S1']);
  });

  test('is cleared of what an earlier worker left there once everything was seen, however long that took', async () => {
    const { rows, reporter, rounds } = aBoard();
    rows.set('S9', held('S9'));
    const worker = reporter();
    await rounds(worker, [held('S1')], 90, false);
    expect([...rows.keys()]).toEqual(['S9', 'S1']);
    await rounds(worker, [held('S1')], 1);
    expect([...rows.keys()]).toEqual(['S1']);
  });

  test.each([
    true,
    false,
  ])('comes back within a minute when another worker cleared the board (all seen: %s)', async (all) => {
    const { rows, reporter, rounds } = aBoard();
    const worker = reporter();
    await rounds(worker, [held('S1')], 5, all);
    rows.clear();
    await rounds(worker, [held('S1')], 60, all);
    expect([...rows.keys()]).toEqual(['S1']);
  });
});
