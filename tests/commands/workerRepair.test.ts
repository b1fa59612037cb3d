import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createControls } from '../../adapters/postgres/controls.ts';
import { createOutbox } from '../../adapters/postgres/outbox.ts';
import { createStuckBoard } from '../../adapters/postgres/stuckBoard.ts';
import { createWorkerLanes } from '../../adapters/postgres/workerLanes.ts';
import type { Executor } from '../../commands/handle.ts';
import type { OutboxItem, Paused } from '../../commands/ports.ts';
import { createProcessRunner } from '../../commands/processes.ts';
import { noControls } from '../../commands/steering/controls.ts';
import { previewProcess } from '../../commands/steering/processPreview.ts';
import { type IntendedStep, producedAlready } from '../../commands/steering/producedAlready.ts';
import { outboxRepair, workerRepair } from '../../commands/steering/workerRepair.ts';
import { runDispatcher } from '../../commands/workers/dispatcher.ts';
import type { Position } from '../../domain/eventLog.ts';
import { orderToCash } from '../../domain/orderToCash/orderToCash.ts';
import type { Process } from '../../domain/orderToCash/process.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventsOf, ofType, orderInput } from './facts.ts';
import { type FakePartners, makePartners } from './partners.ts';
import { createWorld, must, type World } from './world.ts';

const waitMs = 60_000;

/** Counts as the board does, in memory. */
const counting = () => {
  const counts = { replayed: 0 };
  const count = async (_id: string, _lane: unknown, replayed: number): Promise<void> => {
    counts.replayed += replayed;
  };
  return { counts, count };
};

const run = { replayId: 'R', pace: async () => {}, isStopped: () => false };

/** As a service asks its partners, here those of the world. */
const askingOf = ({ lookups }: FakePartners, executor: Pick<Executor, 'load'>, controls = noControls) => ({
  producedAlready: (steps: readonly IntendedStep[]) => producedAlready({ lookups, executor, controls }, steps),
});
const nothingLoaded: Pick<Executor, 'load'> = {
  load: () => {
    throw new Error('no state is needed');
  },
};

const item = (intentId: string, step: string, partner: string | null): Omit<OutboxItem, 'attempts'> => ({
  ...{ intentId, step, partner, lane: 'erp:O1', delayMs: 0, payload: { orderId: 'O1' }, process: 'o2c', key: 'O1' },
  ...{
    bu: 'ACME',
    priority: 1,
    causeEventId: 'c',
    causePosition: '1',
    correlationId: 'x',
    node: null,
    channel: null,
  },
});

describe('O-07 a replay of a lane of steps', () => {
  let database: TestDatabase<never>;
  beforeEach(async () => {
    await database?.close();
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  const working = async (runStep: (one: OutboxItem) => Promise<void>, work: () => Promise<void>): Promise<void> => {
    const stop = new AbortController();
    const outbox = createOutbox(database.db);
    const running = runDispatcher({ outbox, run: runStep, worker: 'w', onError: () => {} }, stop.signal);
    try {
      await work();
    } finally {
      stop.abort();
      await running;
    }
  };

  test('says what would be done and what may have been done, goes on in order at once, and says when it cannot', async () => {
    const outbox = createOutbox(database.db);
    const lanes = createWorkerLanes(database.db);
    await outbox.store([item('i1', 'registerErp', 'erp'), item('i2', 'close', null)], {
      name: 'outbox',
      from: 'start',
      to: '1' as Position,
    });
    const [first] = await outbox.take('w', 1, 60_000);
    await outbox.retry(
      { intentId: first?.intentId ?? '', attempts: 1 },
      { class: 'BAD_RESPONSE', detail: 'no idea' },
      3_600_000,
    );
    const { counts, count } = counting();
    const partners = makePartners();
    const repair = outboxRepair({ lanes, count, waitMs, paused: () => [], ...askingOf(partners, nothingLoaded) });
    partners.seen.orders.set('O1', 1);
    expect(await repair.preview('erp:O1')).toMatchObject({
      waitingCount: 2,
      error: { class: 'BAD_RESPONSE' },
      messages: [
        { id: 'i1', partner: 'erp', produced: 'YES', document: 'SO-O1', payload: { orderId: 'O1' } },
        { id: 'i2', partner: null, produced: 'NO' },
      ],
    });
    let isBroken = true;
    const ran: string[] = [];
    await working(
      async ({ intentId }) => {
        if (isBroken) throw new TypeError('still no idea');
        ran.push(intentId);
      },
      async () => {
        expect(await repair.replay('erp:O1', run)).toEqual({ stillBlocked: 2, error: 'still no idea' });
        expect(counts.replayed).toBe(0);
        isBroken = false;
        expect(await repair.replay('erp:O1', run)).toEqual({ stillBlocked: 0, error: null });
        expect(counts.replayed).toBeGreaterThanOrEqual(1);
        while ((await lanes.openSteps('erp:O1', 10)).length > 0)
          await new Promise((resolve) => setTimeout(resolve, 20));
      },
    );
    expect(ran).toEqual(['i1', 'i2']);
    expect(await repair.replay('erp:O1', run)).toEqual({ stillBlocked: 0, error: null });
    expect(await repair.preview('erp:O1')).toMatchObject({ waitingCount: 0, messages: [] });
  });
});

describe('O-07 a replay of a lane whose steps are held', () => {
  let database: TestDatabase<never>;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  test('says at once by what, and its steps are due when that is let go', async () => {
    const outbox = createOutbox(database.db);
    const lanes = createWorkerLanes(database.db);
    await outbox.store([{ ...item('i1', 'registerErp', 'erp'), channel: 'portal' }], {
      name: 'outbox',
      from: 'start',
      to: '1' as Position,
    });
    await outbox.take('w', 1, 60_000);
    await outbox.retry({ intentId: 'i1', attempts: 1 }, { class: 'CREDENTIALS', detail: 'answered 401' }, 3_600_000);
    const paused: Paused[] = [
      { group: 'adapter', key: 'erp' },
      { group: 'channel', key: 'portal' },
      { group: 'adapter', key: 'tax' },
      { group: 'lane', key: 'erp:O2' },
    ];
    const partners = askingOf(makePartners(), nothingLoaded);
    const { count } = counting();
    const repair = outboxRepair({ lanes, count, waitMs, paused: () => paused, ...partners });
    expect(await repair.replay('erp:O1', run)).toEqual({
      stillBlocked: 1,
      error: 'Held: adapter:erp, channel:portal. The lane goes on when they are let go.',
    });
    expect(await outbox.take('w', 1, 60_000)).toMatchObject([{ intentId: 'i1' }]);
  });
});

describe('O-07 a replay of a lane of a process', () => {
  let world: World;
  let database: TestDatabase<never>;
  beforeAll(async () => {
    world = await createWorld();
    database = await createTestDatabase();
    await world.newBusinessUnit('LANE');
  });
  afterAll(async () => {
    await database.close();
    await world.close();
  });

  test('shows the intents that it would issue, and the worker then issues exactly these, before its time', async () => {
    let isBroken = true;
    const broken: Process = {
      ...(orderToCash as unknown as Process),
      decider: {
        ...(orderToCash as unknown as Process).decider,
        decide: (event, state) => {
          if (isBroken && event.type === 'OrderAccepted') throw new TypeError('cannot decide');
          return (orderToCash as unknown as Process).decider.decide(event, state);
        },
      },
    };
    const { orderId } = await must(world.app().submitOrder(orderInput('LANE'), world.as('channel')));
    const controls = createControls(database.db);
    const lanes = createWorkerLanes(database.db);
    const worker = createProcessRunner(broken, world.executor(), {
      feed: world.log,
      checkpoints: createCheckpoints(database.db),
      stuckBoard: createStuckBoard(database.db),
      controls,
      onError: (error) => {
        throw error;
      },
      onStuck: () => {},
    });
    const stop = new AbortController();
    const working = worker.run(stop.signal);
    const steering = controls.run(stop.signal, () => {});
    const { counts, count } = counting();
    const asked = askingOf(world.partners, world.executor());
    const previews = { executor: world.executor(), store: world.log, feed: world.log, ...asked };
    const repair = workerRepair({ lanes, count, waitMs }, 'process:o2c', previewProcess(previews)(broken));
    while ((await lanes.held('process:o2c', orderId)).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));

    expect(await repair.preview(orderId)).toMatchObject({ applied: 0, error: { class: 'TypeError' }, messages: [] });
    isBroken = false;
    const preview = await repair.preview(orderId);
    expect(preview).toMatchObject({ error: null, waiting: [{ what: 'OrderAccepted' }] });
    expect(preview.messages.map(({ partner }) => partner)).toContain('erp');
    expect(await repair.replay(orderId, run)).toEqual({ stillBlocked: 0, error: null });
    expect(counts.replayed).toBe(preview.waitingCount);
    stop.abort();
    await Promise.all([working, steering]);

    const issued = ofType(await eventsOf(world, 'LANE'), 'IntentsIssued').filter(
      ({ data }) => data.key === orderId && data.causeType === 'OrderAccepted',
    );
    const intents = issued.flatMap(({ data }) => data.intents);
    expect(preview.messages.map(({ id, step, payload }) => ({ id, step, payload }))).toEqual(
      intents.map(({ intentId, step, payload }) => ({ id: intentId, step, payload })),
    );
    expect(await repair.preview(orderId)).toMatchObject({ waitingCount: 0 });
  });
});
