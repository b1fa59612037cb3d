import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Checkpoints, StuckBoard, StuckItem } from '../../commands/ports.ts';
import { createProcessRunner } from '../../commands/processes.ts';
import { createFeedWorker, type FeedWorkerPorts, type Stuck } from '../../commands/workers/feedWorker.ts';
import { orderToCash } from '../../domain/orderToCash/orderToCash.ts';
import { eventsOf, ofType, orderInput, receive } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

let world: World;
const { signal } = new AbortController();

beforeAll(async () => {
  world = await createWorld();
  await world.newBusinessUnit('FEED');
});

afterAll(() => world.close());

const forgetful = (): Checkpoints => {
  const positions = new Map<string, Awaited<ReturnType<Checkpoints['read']>>>();
  return {
    read: async (name) => positions.get(name) ?? 'start',
    advance: async (name, from, to) => {
      if ((positions.get(name) ?? 'start') !== from) return false;
      positions.set(name, to);
      return true;
    },
  };
};

const portsWith = (changes: Partial<FeedWorkerPorts> = {}): FeedWorkerPorts => ({
  feed: world.log,
  checkpoints: forgetful(),
  onError: (error) => {
    throw error;
  },
  onStuck: () => {},
  ...changes,
});

const drain = async (worker: { readonly step: (signal: AbortSignal) => Promise<boolean> }): Promise<void> => {
  while (await worker.step(signal));
};

describe('a process that reads history again', () => {
  test('from its start, beside another one, issues no intent twice', async () => {
    await receive(world, 'FEED', 'DC-EAST', 'BRG-6204', '10', 'R1');
    await must(world.app().submitOrder(orderInput('FEED'), world.as('channel')));
    await must(world.app().submitOrder(orderInput('FEED', { customerPo: 'PO-2' }), world.as('channel')));
    await world.settle();
    const before = ofType(await eventsOf(world, 'FEED'), 'IntentsIssued').length;
    expect(before).toBeGreaterThanOrEqual(4);
    world.restart();
    const runners = [1, 2].map(() => createProcessRunner(orderToCash, world.executor(), portsWith()));
    await Promise.all(runners.map(drain));
    expect(ofType(await eventsOf(world, 'FEED'), 'IntentsIssued')).toHaveLength(before);
  });
});

describe('a feed worker', () => {
  const collector = (fails: (key: string) => boolean) => {
    const seen: string[] = [];
    const worker = {
      name: 'collector',
      categories: ['stock'],
      keysOf: (event: { readonly type: string; readonly data: unknown }) => {
        const { reference = '' } = event.data as { reference?: string };
        return event.type === 'StockReceived' && reference.startsWith('F-') ? [reference.slice(2, 3)] : [];
      },
      handle: async (key: string, event: { readonly data: unknown }) => {
        if (fails(key)) throw new TypeError(`no idea what to do with ${key}`);
        seen.push((event.data as { reference: string }).reference);
      },
    };
    return { seen, worker };
  };

  test('lets a poison event hold up its own key only, reports it, and goes on with it in order when it is cured', async () => {
    for (const reference of ['F-a1', 'F-b1', 'F-a2', 'F-b2'])
      await receive(world, 'FEED', 'DC-EAST', 'BELT-A42', '1', reference);
    let poisoned = true;
    const stuck: Stuck[] = [];
    const { seen, worker } = collector((key) => key === 'a' && poisoned);
    const checkpoints = forgetful();
    const running = createFeedWorker(worker, portsWith({ checkpoints, onStuck: (each) => stuck.push(each) }));
    await drain(running);
    expect(seen).toEqual(['F-b1', 'F-b2']);
    expect(stuck).toMatchObject([{ worker: 'collector', key: 'a', attempts: 1 }]);
    await receive(world, 'FEED', 'DC-EAST', 'BELT-A42', '1', 'F-a3');
    await receive(world, 'FEED', 'DC-EAST', 'BELT-A42', '1', 'F-b3');
    await drain(running);
    expect(seen).toEqual(['F-b1', 'F-b2', 'F-b3']);
    poisoned = false;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await drain(running);
    expect(seen).toEqual(['F-b1', 'F-b2', 'F-b3', 'F-a1', 'F-a2', 'F-a3']);
  });

  /** A board in memory: `[lane item attempts +blocked]`. */
  const boardOf = (rows: Map<string, StuckItem>): StuckBoard => ({
    post: async (_consumer, lanes, items) => {
      for (const [key, { laneKey }] of rows) if (lanes === 'all' || lanes.includes(laneKey)) rows.delete(key);
      for (const item of items) rows.set(`${item.laneKey} ${item.item}`, item);
    },
  });
  const rowsOf = (rows: Map<string, StuckItem>) =>
    [...rows.values()].map(({ laneKey, what, kind, attempts, blockedCount }) => ({
      ...{ laneKey, what, kind, attempts, blockedCount },
    }));
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  test('shows on the board what is held up and what waits behind it, and takes it off when it goes on', async () => {
    for (const reference of ['F-x1', 'F-y1']) await receive(world, 'FEED', 'DC-EAST', 'BELT-A42', '1', reference);
    let poisoned = true;
    const rows = new Map<string, StuckItem>();
    const { worker } = collector((key) => key === 'x' && poisoned);
    const running = createFeedWorker(worker, portsWith({ stuckBoard: boardOf(rows) }));
    await drain(running);
    const held = { laneKey: 'x', what: 'StockReceived', kind: 'STUCK' };
    expect(rowsOf(rows)).toEqual([{ ...held, attempts: 1, blockedCount: 0 }]);
    expect([...rows.values()][0]).toMatchObject({
      errorClass: 'TypeError',
      detail: 'no idea what to do with x',
      payloadRef: { stream: 'stock-FEED.DC-EAST.BELT-A42' },
    });
    await receive(world, 'FEED', 'DC-EAST', 'BELT-A42', '1', 'F-x2');
    await pause(520);
    await drain(running);
    expect(rowsOf(rows)).toMatchObject([{ ...held, blockedCount: 1 }]);
    poisoned = false;
    // The next attempt comes after a pause that grows with the attempts before it.
    for (let tries = 0; tries < 400 && rows.size > 0; tries += 1) {
      await pause(250);
      await drain(running);
    }
    expect(rowsOf(rows)).toEqual([]);
  });

  test('clears from the board what an earlier run left there, once it has read everything', async () => {
    const left = { laneKey: 'z', item: 'gone long ago' } as StuckItem;
    const rows = new Map([['z gone long ago', left]]);
    const running = createFeedWorker(collector(() => false).worker, portsWith({ stuckBoard: boardOf(rows) }));
    await drain(running);
    expect(rows.size).toBe(0);
  });

  test('goes on with its work while the board is away, and makes up for it afterwards', async () => {
    const errors: unknown[] = [];
    const rows = new Map<string, StuckItem>();
    let away = true;
    const board: StuckBoard = {
      post: async (...said) => {
        if (away) throw new Error('the board is away');
        await boardOf(rows).post(...said);
      },
    };
    const { seen, worker } = collector((key) => key === 'x');
    const ports = portsWith({ stuckBoard: board, onError: (error) => errors.push(error) });
    const running = createFeedWorker(worker, ports);
    await drain(running);
    expect(seen).toContain('F-y1');
    expect(errors).toHaveLength(1);
    away = false;
    await pause(520);
    await drain(running);
    expect(rowsOf(rows)).toMatchObject([{ laneKey: 'x', blockedCount: 1 }]);
  });

  test('that is restarted finds the blocked event again, because its checkpoint stayed before it', async () => {
    let poisoned = true;
    const checkpoints = forgetful();
    const first = collector((key) => key === 'a' && poisoned);
    await drain(createFeedWorker(first.worker, portsWith({ checkpoints })));
    poisoned = false;
    const second = collector(() => false);
    await drain(createFeedWorker(second.worker, portsWith({ checkpoints })));
    expect(second.seen.filter((reference) => reference.startsWith('F-a'))).toEqual(['F-a1', 'F-a2', 'F-a3']);
  });

  test('whose checkpoint another worker moved starts over from there', async () => {
    const checkpoints = forgetful();
    const { seen, worker } = collector(() => false);
    const slow = createFeedWorker(worker, portsWith({ checkpoints }));
    await drain(slow);
    const other = createFeedWorker(collector(() => false).worker, portsWith({ checkpoints }));
    await receive(world, 'FEED', 'DC-EAST', 'BELT-A42', '1', 'F-c1');
    await drain(other);
    await receive(world, 'FEED', 'DC-EAST', 'BELT-A42', '1', 'F-c2');
    // It notes its place now and then, and only so does it find out.
    const head = await world.log.head();
    while ((await checkpoints.read('collector')) !== head) await slow.step(signal);
    expect(seen.filter((reference) => reference === 'F-c2').length).toBeGreaterThanOrEqual(1);
  });
});
