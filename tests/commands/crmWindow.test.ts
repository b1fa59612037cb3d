import { describe, expect, test } from '@jest/globals';
import { createWindow } from '../../commands/inbox/crmWindow.ts';

const minute = 60_000;
const at = (minutes: number): string =>
  new Date(Date.parse('2026-11-30T12:00:00.000Z') + minutes * minute).toISOString();
const row = (id: string, minutes: number, rowVersion = '1') => ({
  ...{ id, rowVersion, modifiedAt: at(minutes) },
});

/** Ten minutes of overlap; the clock here shows `now`, and `elapsed` minutes have gone by. */
const aWindow = (stored = '', now = at(0)) => {
  const clock = { now, elapsed: 0 };
  const window = createWindow(
    stored,
    10 * minute,
    () => Date.parse(clock.now),
    () => clock.elapsed * minute,
  );
  /** One look at all there is. */
  const look = (...rows: readonly ReturnType<typeof row>[]): void => {
    window.begin();
    window.passed(rows, true);
  };
  return { clock, window, look };
};

describe('I-05 from where on a source is asked', () => {
  test('everything at first; then ten minutes before the latest instant that was met', () => {
    const { window, look } = aWindow();
    expect([window.since(), window.through()]).toEqual(['', '']);
    look(row('a', -90), row('b', -60));
    expect([window.since(), window.through()]).toEqual([at(-70), at(-60)]);
    expect(aWindow(window.through()).window.since()).toBe(at(-70));
  });

  test('for ten minutes, by their length alone: then nothing of before can come any more', () => {
    const { clock, window, look } = aWindow();
    look(row('a', -60));
    clock.elapsed = 9;
    look();
    expect(window.since()).toBe(at(-70));
    clock.elapsed = 10;
    look();
    expect(window.since()).toBe(at(-60));
    look(row('b', -50));
    expect(window.since()).toBe(at(-60));
  });

  test('a look that was begun before the ten minutes were over is not the last one', () => {
    const { clock, window } = aWindow();
    window.begin();
    window.passed([row('a', -60)], true);
    clock.elapsed = 9;
    window.begin();
    clock.elapsed = 11;
    window.passed([], true);
    expect(window.since()).toBe(at(-70));
  });

  test.each([
    ['a day ahead', 24 * 60],
    ['a day behind', -24 * 60],
  ])('whatever the clock here is: %s', (_, offset) => {
    const { clock, window, look } = aWindow('', at(offset));
    look(row('a', -60), row('b', -1));
    // Of a clock that is behind by more than five minutes these rows are of times to come, and are asked for again.
    expect(window.since()).toBe(offset < 0 ? '' : at(-11));
    clock.now = at(0);
    look(row('a', -60), row('b', -1));
    expect(window.through()).toBe(at(-1));
  });

  test('one row of next year hides nothing of this one', () => {
    const { window, look } = aWindow();
    look(row('a', -60), row('b', 365 * 24 * 60));
    expect(window.through()).toBe(at(-60));
  });
});

describe('what was looked at', () => {
  test('is known by its state while it can come again, and forgotten afterwards', () => {
    const { window, look } = aWindow();
    window.see(row('a', -60));
    window.see(row('b', -50));
    look(row('a', -60), row('b', -50));
    expect([window.isSeen(row('a', -60)), window.isSeen(row('a', -55, '2')), window.isSeen(row('c', -50))]).toEqual([
      ...[true, false, false],
    ]);
    look(row('d', -30));
    expect([window.isSeen(row('a', -60)), window.isSeen(row('b', -50))]).toEqual([false, false]);
  });

  test('a hundred thousand rows of one second do not fill the memory', () => {
    const { window } = aWindow();
    for (let n = 0; n < 100_000; n += 500) {
      const page = Array.from({ length: 500 }, (_, each) => row(`a-${n + each}`, -60));
      for (const one of page) window.see(one);
      window.passed(page, false);
    }
    const known = Array.from({ length: 100_000 }, (_, n) => row(`a-${n}`, -60)).filter(window.isSeen);
    expect(known.length).toBeLessThanOrEqual(50_500);
  });
});
