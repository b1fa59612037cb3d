import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Checkpoints, Paused } from '../../commands/ports.ts';
import { processGroup } from '../../commands/processes.ts';
import { createGroupWatch } from '../../commands/steering/groupWatch.ts';
import { createFeedWorker, type FeedWorkerPorts } from '../../commands/workers/feedWorker.ts';
import { receive } from './facts.ts';
import { createWorld, type World } from './world.ts';

let world: World;
const { signal } = new AbortController();

beforeAll(async () => {
  world = await createWorld();
  for (const bu of ['SICK', 'WELL']) await world.newBusinessUnit(bu);
});
afterAll(() => world.close());

const remembering = (): Checkpoints => {
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

/** A manager that cannot answer one business unit, and what it was asked. */
const makeManager = (ports: Pick<FeedWorkerPorts, 'checkpoints' | 'controls' | 'onOutcome'>) => {
  const state = { isBroken: true, answered: [] as string[], tries: 0 };
  const worker = createFeedWorker(
    {
      name: 'process:manager',
      categories: ['stock'],
      keysOf: ({ type, data }) =>
        type === 'StockReceived' && data.reference.startsWith('H-') ? [`${data.bu}-${data.reference.at(2)}`] : [],
      groupOf: (event) => processGroup('manager', event),
      handle: async (_key, event) => {
        const { bu, reference } = event.data as { readonly bu: string; readonly reference: string };
        if (bu === 'SICK') state.tries += 1;
        if (bu === 'SICK' && state.isBroken) throw new TypeError('cannot answer');
        state.answered.push(`${bu} ${reference}`);
      },
    },
    {
      ...ports,
      feed: world.log,
      onError: (error) => {
        throw error;
      },
      onStuck: () => {},
    },
  );
  const drain = async (): Promise<void> => {
    while (await worker.step(signal));
  };
  return { state, drain };
};

const receiveAll = async (...references: readonly string[]): Promise<void> => {
  for (const reference of references)
    for (const bu of ['SICK', 'WELL']) await receive(world, bu, 'DC-EAST', 'BELT-A42', '1', reference);
};

describe('O-40 a process manager that fails in one business unit', () => {
  test('is held there by itself, goes on elsewhere, and answers everything in order when it is let go', async () => {
    const pauses: Paused[] = [];
    const reasons: string[] = [];
    const checkpoints = remembering();
    const controls = { pauses: () => pauses, retries: () => [] };
    const watch = createGroupWatch({
      ...{ outcomesMin: 4, errorPercent: 80, windowMs: 60_000, now: () => 0 },
      pause: (group, reason) => {
        pauses.push(group);
        reasons.push(reason);
      },
    });
    const onOutcome: FeedWorkerPorts['onOutcome'] = (event, failed) =>
      watch[failed ? 'failed' : 'done']({ manager: processGroup('manager', event) });
    const ports = { checkpoints, controls, onOutcome };
    const first = makeManager(ports);
    await receiveAll('H-a1', 'H-b1', 'H-c1', 'H-d1');
    await first.drain();
    expect([pauses, reasons]).toEqual([[{ group: 'process', key: 'manager.SICK' }], ['4 of 4 failed within 60 s']]);
    expect(first.state.answered.toSorted()).toEqual(['WELL H-a1', 'WELL H-b1', 'WELL H-c1', 'WELL H-d1']);

    await receiveAll('H-a2', 'H-e1');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await first.drain();
    expect(first.state.tries).toBe(4);
    expect(first.state.answered).toEqual(expect.arrayContaining(['WELL H-a2', 'WELL H-e1']));

    // Another process takes over: what is held is not tried, and not forgotten either.
    const second = makeManager(ports);
    await second.drain();
    expect(second.state.tries).toBe(0);
    second.state.isBroken = false;
    await receiveAll('H-a3');
    await second.drain();
    expect(second.state.tries).toBe(0);
    pauses.length = 0;
    await second.drain();
    const answers = second.state.answered.filter((one) => one.startsWith('SICK'));
    expect(answers.toSorted()).toEqual([
      ...['SICK H-a1', 'SICK H-a2', 'SICK H-a3', 'SICK H-b1', 'SICK H-c1', 'SICK H-d1', 'SICK H-e1'],
    ]);
    expect(answers.filter((one) => one.startsWith('SICK H-a'))).toEqual(['SICK H-a1', 'SICK H-a2', 'SICK H-a3']);
  });
});
