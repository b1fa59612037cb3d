import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCheckpoints } from '../../../adapters/postgres/checkpoints.ts';
import { createParkedMessages } from '../../../adapters/postgres/parkedMessages.ts';
import type { Position } from '../../../domain/eventLog.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase<never>;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());

const at = (text: string): Position => text as Position;
const message = (laneKey: string, item: string, told = '{}') => ({ laneKey, item, message: told, attempts: 1 });
const inbox = 'warehouse-inbox:wms';

describe('messages that are parked', () => {
  test('are kept together with the cursor that passes them, in their order, and leave when they are done', async () => {
    const parked = createParkedMessages(database.db);
    const hostile = JSON.stringify({ content: JSON.stringify('A\u0000B\ud800') });
    expect(await parked.park(inbox, [message('A', 'm1', hostile), message('B', 'm2')], 'start', at('7'))).toBe(true);
    expect(await createCheckpoints(database.db).read(inbox)).toBe('7');
    expect(await parked.park(inbox, [message('A', 'm3')], at('7'), at('7'))).toBe(true);
    expect(await parked.read(inbox)).toEqual([message('A', 'm1', hostile), message('B', 'm2'), message('A', 'm3')]);
    expect((await parked.read(inbox, ['A'])).map(({ item }) => item)).toEqual(['m1', 'm3']);
    expect((await parked.read(inbox, ['B', 'A'])).map(({ item }) => item)).toEqual(['m1', 'm2', 'm3']);
    expect(await parked.read(inbox, [])).toEqual([]);
    await parked.done(inbox, [message('A', 'm1'), message('B', 'm3')]);
    expect((await parked.read(inbox)).map(({ item }) => item)).toEqual(['m2', 'm3']);
    expect(await parked.read('warehouse-inbox:other')).toEqual([]);
  });

  test('leave without a word when two workers took the same ones in other orders', async () => {
    const parked = createParkedMessages(database.db);
    const all = Array.from({ length: 300 }, (_, index) => message(`L${index}`, 'm'));
    for (let round = 0; round < 20; round += 1) {
      await parked.park(inbox, all, 'start', 'start');
      await Promise.all([parked.done(inbox, all), parked.done(inbox, all.toReversed())]);
      expect(await parked.read(inbox)).toEqual([]);
    }
  });

  test('nothing is kept when another inbox moved the cursor, and what is kept stays where it is', async () => {
    const parked = createParkedMessages(database.db);
    await parked.park(inbox, [message('A', 'm1'), message('A', 'm2')], 'start', 'start');
    expect(await parked.park(inbox, [message('A', 'm2', '"other"'), message('A', 'm1')], 'start', at('5'))).toBe(true);
    expect(await parked.park(inbox, [message('A', 'm3')], 'start', at('6'))).toBe(false);
    expect(await parked.read(inbox)).toEqual([message('A', 'm1'), message('A', 'm2')]);
    expect(await createCheckpoints(database.db).read(inbox)).toBe('5');
  });

  test('what is told in better words takes the place of what is kept, unless another inbox moved the cursor', async () => {
    const parked = createParkedMessages(database.db);
    await parked.park(inbox, [message('A', 'm1'), message('A', 'm2')], 'start', at('2'));
    const better = { ...message('A', 'm1', '"better"'), attempts: 5, isRetold: true };
    expect(await parked.park(inbox, [better], at('1'), at('3'))).toBe(false);
    expect(await parked.read(inbox, ['A'])).toEqual([message('A', 'm1'), message('A', 'm2')]);
    expect(await parked.park(inbox, [message('A', 'm3'), better], at('2'), at('3'))).toBe(true);
    expect(await parked.read(inbox, ['A'])).toEqual([
      { ...message('A', 'm1', '"better"'), attempts: 5 },
      message('A', 'm2'),
      message('A', 'm3'),
    ]);
  });

  test('are asked for lane by lane: the first of each and how many there are, of some lanes or of the next ones by name', async () => {
    const parked = createParkedMessages(database.db);
    const all = [message('B', 'm1'), message('A', 'm2'), message('B', 'm0'), message('C', 'm3'), message('B', 'm4')];
    await parked.park(inbox, all, 'start', at('5'));
    const b = { laneKey: 'B', count: 3, first: [message('B', 'm1'), message('B', 'm0')] };
    expect(await parked.lanes(inbox, ['B', 'X'], 2)).toEqual([b]);
    const [a, c] = [message('A', 'm2'), message('C', 'm3')].map((one) => ({
      laneKey: one.laneKey,
      count: 1,
      first: [one],
    }));
    expect(await parked.lanes(inbox, { after: '', lanesMax: 2 }, 2)).toEqual([a, b]);
    expect(await parked.lanes(inbox, { after: 'B', lanesMax: 2 }, 2)).toEqual([c]);
    expect(await parked.lanes('warehouse-inbox:other', { after: '', lanesMax: 2 }, 2)).toEqual([]);
  });

  test('are found by the id that they came under, until they are told in better words', async () => {
    const parked = createParkedMessages(database.db);
    const strange = { ...message('A', 'feed:1'), theirId: 'm1' };
    await parked.park(inbox, [strange, message('B', 'm1')], 'start', at('2'));
    const found = { lanes: ['A'], retold: [{ laneKey: 'A', item: 'feed:1', theirId: 'm1' }] };
    expect(await parked.known(inbox, ['A', 'X'], ['m1', 'm2'])).toEqual(found);
    expect(await parked.known('warehouse-inbox:other', ['A'], ['m1'])).toEqual({ lanes: [], retold: [] });
    await parked.park(inbox, [{ ...strange, theirId: null, isRetold: true }], at('2'), at('3'));
    expect(await parked.known(inbox, ['A'], ['m1'])).toEqual({ lanes: ['A'], retold: [] });
  });
});
