import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCatalogFollower } from '../../commands/workers/catalogFollower.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { itemOf, nodesOf } from '../../domain/masterData/catalog.ts';
import { demoItems } from '../../domain/masterData/demo.ts';
import { receive } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
  await world.newBusinessUnit('CAT');
});

afterAll(() => world.close());

const fail = (error: unknown): void => {
  throw error;
};

describe('the catalogue in memory', () => {
  test('is complete when it is ready', async () => {
    const follower = createCatalogFollower(world.log, fail);
    expect(nodesOf(follower.current(), 'CAT')).toEqual([]);
    await follower.ready();
    expect(nodesOf(follower.current(), 'CAT').map(({ node }) => node)).toEqual([
      'DC-EAST',
      'DC-WEST',
      '3PL-SOUTH',
      'SUP-NORD',
    ]);
  });

  test('is read once for all who miss something meanwhile', async () => {
    let reads = 0;
    const readAfter: typeof world.log.readAfter = (...asked) => {
      reads += 1;
      return world.log.readAfter(...asked);
    };
    const follower = createCatalogFollower({ ...world.log, readAfter }, fail);
    const first = follower.ready();
    // By then it is reading, and what is recorded now may come too late for it.
    await Promise.resolve();
    await Promise.all([first, ...Array.from({ length: 50 }, () => follower.ready())]);
    expect(reads).toBe(2);
    await follower.ready();
    expect(reads).toBe(3);
  });

  test('of another instance follows by itself within moments', async () => {
    const stop = new AbortController();
    const other = createCatalogFollower(world.log, fail);
    const running = other.run(stop.signal);
    await other.ready();
    const item = { ...(demoItems[0] as (typeof demoItems)[number]), bu: 'CAT', description: 'Renamed' };
    await must(world.app().defineItem(item, world.as('admin')));
    for (let wait = 0; wait < 100 && itemOf(other.current(), 'CAT', item.item)?.version !== 2; wait += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(itemOf(other.current(), 'CAT', item.item)).toMatchObject({ version: 2, description: 'Renamed' });
    stop.abort();
    await running;
  });

  test('waits for a position over stretches without master data, and does not wait for one that never comes', async () => {
    const follower = createCatalogFollower(world.log, fail);
    const { receipt } = await receive(world, 'CAT', 'DC-EAST', 'BELT-A42', '1', 'R1');
    await follower.waitFor(receipt.position);
    expect(itemOf(follower.current(), 'CAT', 'BELT-A42')).toBeDefined();
    await expect(follower.waitFor('99999999999999999999')).rejects.toBeInstanceOf(LogUnavailable);
  });
});
