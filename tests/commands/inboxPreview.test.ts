import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serveSimulator } from '../../adapters/http/simulatorHost.ts';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createControls } from '../../adapters/postgres/controls.ts';
import { createParkedMessages } from '../../adapters/postgres/parkedMessages.ts';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { createStuckBoard } from '../../adapters/postgres/stuckBoard.ts';
import { createWorkerLanes } from '../../adapters/postgres/workerLanes.ts';
import { createWmsClient } from '../../adapters/wms/client.ts';
import { createWmsLookup } from '../../adapters/wms/lookup.ts';
import { startWmsSimulator } from '../../adapters/wms/simulator.ts';
import { createWarehouseInbox } from '../../commands/inbox/warehouseInbox.ts';
import type { Wms } from '../../commands/partnerPorts.ts';
import { type Controls, noControls } from '../../commands/steering/controls.ts';
import { previewInbox } from '../../commands/steering/inboxPreview.ts';
import { type IntendedStep, producedAlready } from '../../commands/steering/producedAlready.ts';
import { workerRepair } from '../../commands/steering/workerRepair.ts';
import type { Position } from '../../domain/eventLog.ts';
import { processes } from '../../domain/orderToCash/processes.ts';
import { asking, byHand, quickHttp } from '../adapters/http/peer.ts';
import { eventsOf, ofType, orderInput, receive } from './facts.ts';
import { startFeedServer } from './feedServer.ts';
import { createWorld, must, type World } from './world.ts';

const inboxName = 'warehouse-inbox:wms';
const bu = 'FEED';
const run = { replayId: 'R', pace: async () => {}, isStopped: () => false };

let world: World;
let warehouse: Awaited<ReturnType<typeof startWmsSimulator>>;
beforeAll(async () => {
  // The warehouse has a clock of its own.
  world = await createWorld(() => new Date().toISOString());
  warehouse = await startWmsSimulator({ serve: serveSimulator, mode: 'manual' });
  await world.newBusinessUnit(bu);
});
afterAll(async () => {
  await warehouse.close();
  await world.close();
});

/** The inbox and its repair, as the service wires them, over the warehouse's own HTTP. */
const makeFeed = (feedUrl = warehouse.url, version = (wms: Wms) => wms) => {
  const db = createKysely<never>(world.pool);
  const http = quickHttp(warehouse.url, { timeoutMs: 10_000 });
  const feedHttp = quickHttp(feedUrl, { timeoutMs: 10_000 });
  const wms = version(createWmsClient({ system: 'wms', send: http.send, sendFeed: feedHttp.send }));
  const lookups = {
    ...world.partners.lookups,
    wms: {
      ...createWmsLookup({ system: 'wms', ask: asking(http), askFeed: asking(feedHttp) }),
      understand: wms.understand,
    },
  };
  Object.assign(world.partners, { wms });
  const controls = createControls(db);
  const lanes = createWorkerLanes(db);
  const checkpoints = createCheckpoints(db);
  const parked = createParkedMessages(db);
  const broken = { is: true };
  const { takeWarehouseMessage } = world.app();
  const inbox = createWarehouseInbox({
    wms,
    application: {
      takeWarehouseMessage: async (...args) => {
        if (broken.is) throw new TypeError('cannot take it');
        return takeWarehouseMessage(...args);
      },
    },
    catalog: world.catalog,
    checkpoints,
    parked,
    clock: world.clock,
    retryBaseMs: 5,
    stuckBoard: createStuckBoard(db),
    controls,
    onError: (error) => {
      throw error;
    },
  });
  const asks = { lookups, executor: world.executor(), controls: noControls };
  const previewing = (held: Pick<Controls, 'pauses'> = noControls, feed = lookups.wms) =>
    workerRepair(
      { lanes, count: async () => {}, waitMs: 60_000 },
      inboxName,
      previewInbox({
        ...{ store: world.log, claims: world.claims, catalog: world.catalog, clock: world.clock },
        ...{ processes, checkpoints, parked, controls: held, feed, adapter: 'wms-feed' },
        producedAlready: (steps: readonly IntendedStep[]) => producedAlready(asks, steps),
      }),
    );
  const { signal } = new AbortController();
  /** The inbox works while `work` is under way, and only then. */
  const whileWorking = async <T>(work: Promise<T>): Promise<T> => {
    let done = false;
    const ended = work.finally(() => {
      done = true;
    });
    while (!done) {
      await controls.step();
      await inbox.step(signal);
    }
    return ended;
  };
  return { lanes, inbox, parked, broken, previewing, whileWorking, signal };
};

const appendedAfter = async (position: Position | 'start') => {
  const { events } = await world.log.readAfter(position, 1_000);
  return events.map(({ stream, type, data }) => ({ stream, type, data }));
};

describe('O-07 a replay of a lane of the warehouse inbox', () => {
  test('the dry run decides every message as the inbox then does, up to the message that holds up the others, and records nothing', async () => {
    const feed = makeFeed();
    const repair = feed.previewing();
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    await must(world.app().submitOrder(orderInput(bu), world.as('channel')));
    await world.settle();
    const { releaseId, shipmentId = '' } = ofType(await eventsOf(world, bu), 'AllocationReleased')[0]?.data ?? {};
    const lines = [{ lineReference: '10', quantity: '4' }];
    await byHand(warehouse.url, '/control/pick', { releaseId, lines });
    await byHand(warehouse.url, '/control/short', { releaseId, lines: [{ lineReference: '10', quantity: '100' }] });
    await byHand(warehouse.url, '/control/ship', { releaseId, lines });
    const heldNow = () => feed.lanes.held(inboxName, shipmentId);
    while ((await heldNow())[0]?.blockedCount !== 2) await feed.inbox.step(feed.signal);

    // The fix; the worker has not come by yet.
    feed.broken.is = false;
    const start = await world.log.head();
    const first = await repair.preview(shipmentId);
    expect(first).toMatchObject({
      waitingCount: 3,
      waiting: [{ what: 'PICKED' }, { what: 'SHORTED' }, { what: 'SHIPPED' }],
      applied: 1,
      error: { class: 'SHORT_EXCEEDS_OPEN' },
      decisions: [{ outcome: 'TAKEN' }, { outcome: 'REFUSED', events: [] }],
    });
    expect(first.decisions[0]?.events.map(({ type }) => type)).toEqual(['ItemsPicked', 'StockPicked']);
    expect(await repair.preview(shipmentId)).toEqual(first);
    expect(await world.log.head()).toBe(start);

    const outcome = await feed.whileWorking(repair.replay(shipmentId, run));
    expect(outcome.stillBlocked).toBe(2);
    expect(await appendedAfter(start)).toEqual(first.decisions[0]?.events);

    // Tried as often as one likes, it is not passed; when it can be taken, what waits behind it goes on.
    while (((await heldNow())[0]?.attempts ?? 0) < 6) await feed.inbox.step(feed.signal);
    const head = await world.log.head();
    const away = { ...world.partners.lookups.wms, messages: () => Promise.reject(new Error('away')) };
    for (const preview of [repair.preview(shipmentId), feed.previewing(noControls, away).preview(shipmentId)])
      expect(await preview).toMatchObject({
        waiting: [{ what: 'SHORTED' }, { what: 'SHIPPED' }],
        applied: 0,
        decisions: [{ outcome: 'REFUSED' }],
      });
    expect(await world.log.head()).toBe(head);

    // Discarded, it holds up nothing any more: what is behind it is decided and leads to what it then leads to.
    const [shorted] = await feed.parked.read(inboxName, [shipmentId]);
    await feed.parked.done(inboxName, shorted === undefined ? [] : [shorted]);
    const restarted = makeFeed();
    while ((await heldNow())[0]?.what !== 'SHIPPED') await restarted.inbox.step(restarted.signal);
    restarted.broken.is = false;
    const second = await repair.preview(shipmentId);
    expect(second.decisions.map(({ outcome: what }) => what)).toEqual(['TAKEN']);
    expect(second.messages.map(({ step }) => step)).toContain('afterConfirm');
    await restarted.whileWorking(repair.replay(shipmentId, run));
    expect(await appendedAfter(head)).toEqual(second.decisions[0]?.events);
    await world.think();
    const causes = new Set(ofType(await eventsOf(world, bu), 'ShipmentConfirmed').map(({ eventId }) => eventId));
    const issued = ofType(await eventsOf(world, bu), 'IntentsIssued').filter(({ data }) =>
      causes.has(data.causeEventId),
    );
    expect(second.messages.map(({ id, step, payload }) => ({ id, step, payload }))).toEqual(
      issued.flatMap(({ data }) => data.intents).map(({ intentId: id, step, payload }) => ({ id, step, payload })),
    );

    const paused = { pauses: () => [{ group: 'adapter', key: 'wms-feed' } as const] };
    expect(await feed.previewing(paused).preview(shipmentId)).toMatchObject({
      applied: 0,
      error: { class: 'PAUSED' },
      decisions: [],
    });
    expect(await repair.preview('nobody')).toMatchObject({ waitingCount: 0, decisions: [], error: null });
  });

  test('what is kept because nobody understood it is decided by what is understood now, also when the feed forgot it', async () => {
    const other = 'FEED2';
    await world.newBusinessUnit(other);
    const told = await startFeedServer();
    try {
      const feed = makeFeed(told.url);
      await receive(world, other, 'DC-EAST', 'BRG-6204', '10', 'R1');
      await must(world.app().submitOrder(orderInput(other), world.as('channel')));
      await world.settle();
      const { releaseId, shipmentId = '' } = ofType(await eventsOf(world, other), 'AllocationReleased')[0]?.data ?? {};
      const lines = [{ lineReference: '10', quantity: '4' }];
      const pick = await byHand(warehouse.url, '/control/pick', { releaseId, lines });
      told.say({ ...(pick as object), pickedAt: 'noon' });
      told.say(await byHand(warehouse.url, '/control/ship', { releaseId, lines }));
      feed.broken.is = false;
      // The other feed's cursor: both are the inbox of one system, and this one begins anew.
      await world.pool.query(`delete from ops.checkpoint where name = '${inboxName}'`);
      while ((await feed.inbox.step(feed.signal)) && (await feed.parked.read(inboxName, [shipmentId])).length < 2);
      told.forget();
      const start = await world.log.head();
      expect(await feed.previewing().preview(shipmentId)).toMatchObject({
        waiting: [{ what: 'NOT_UNDERSTOOD' }, { what: 'SHIPPED' }],
        decisions: [{ outcome: 'REFUSED', error: { class: 'NOT_UNDERSTOOD' } }],
      });

      const today = new Date().toISOString();
      const fixed = makeFeed(told.url, (wms) => ({
        ...wms,
        understand: (message) => wms.understand({ ...message, content: message.content.replace('noon', today) }),
      }));
      fixed.broken.is = false;
      const preview = await fixed.previewing().preview(shipmentId);
      expect(preview).toMatchObject({ applied: 2, decisions: [{ outcome: 'TAKEN' }, { outcome: 'TAKEN' }] });
      expect(await world.log.head()).toBe(start);
      while ((await fixed.inbox.step(fixed.signal)) && (await fixed.parked.read(inboxName, [shipmentId])).length > 0);
      expect(await appendedAfter(start)).toEqual(preview.decisions.flatMap(({ events }) => events));
    } finally {
      await told.close();
    }
  });
});
