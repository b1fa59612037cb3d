import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { contentSha256Of } from '../../commands/inbox/keptMessages.ts';
import type { WarehouseInboxPorts } from '../../commands/inbox/warehouseInboxPorts.ts';
import type { LaneRetry, MessageDiscard } from '../../commands/ports.ts';
import { deadLetters } from '../../projections/stuck.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { notice, strange } from './feedServer.ts';
import { type End, once, startTestWarehouse, stepUntil, type TestWarehouse } from './testInbox.ts';

const { signal } = new AbortController();

let database: TestDatabase<never>;
let warehouse: TestWarehouse;
let feed: TestWarehouse['feed'];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  warehouse = await startTestWarehouse(database.db);
  feed = warehouse.feed;
});
afterEach(() => warehouse.close());

/** One worker's inbox with little room. */
const anInbox = (taken: string[], endOf: (id: string) => End, over: Partial<WarehouseInboxPorts> = {}) =>
  warehouse.inbox(taken, endOf, { retryBaseMs: 2, pendingMax: 20, keptMax: 10, ...over });

const refusesAll = (): End => 'refused';
const refusesBad = (id: string): End => (id.startsWith('bad') ? 'refused' : 'taken');
const takesAll = (): End => 'taken';

const ofShipment = (taken: readonly string[], shipment: string) =>
  once(taken).filter((id) => id.endsWith(`-${shipment}`));

const lettersOf = async () => (await deadLetters(database.db, { consumer: warehouse.consumer, limit: 1_000 })).items;
const kept = () => warehouse.kept();
const cursor = () => warehouse.cursor();

/** Shipments S1 to Sn, each of which has a message that cannot be taken and one behind it, are kept. */
const keptShipments = async (
  count: number,
  first = (id: string, shipment: string): unknown => notice(id, shipment),
) => {
  const shipments = Array.from({ length: count }, (_, index) => `S${index + 1}`);
  feed.say(...shipments.map((shipment) => first(`bad-${shipment}`, shipment)));
  feed.say(...shipments.map((shipment) => notice(`next-${shipment}`, shipment)));
  await stepUntil(anInbox([], refusesBad), async () => (await cursor()) === String(2 * count));
  return shipments;
};

describe('05-beyond 6: messages of a warehouse that are kept, however many', () => {
  test('stop nothing that comes behind them, and are not all in memory', async () => {
    const taken: string[] = [];
    const inbox = anInbox(taken, refusesBad);
    let most = 0;
    for (let round = 0; round < 10; round += 1) {
      feed.say(...Array.from({ length: 10 }, (_, index) => notice(`bad-${round}-${index}`, `S${round}-${index}`)));
      feed.say(notice(`good-${round}`, `G${round}`));
      await stepUntil(inbox, async () => {
        most = Math.max(most, inbox.pending());
        return (await cursor()) === String(11 * (round + 1));
      });
    }
    expect(taken).toEqual(Array.from({ length: 10 }, (_, round) => `good-${round}`));
    await stepUntil(inbox, async () => (await lettersOf()).length === 100);
    await stepUntil(inbox, () => inbox.pending() <= 10);
    expect(await kept()).toHaveLength(100);
    expect(most).toBeLessThan(60);
    // Each of them is tried again, and none is taken from the board.
    const letters = await lettersOf();
    expect(new Set(letters.map(({ kind }) => kind))).toEqual(new Set(['STUCK']));
    await stepUntil(anInbox(taken, takesAll), async () => (await kept()).length === 0);
    expect(once(taken)).toHaveLength(110);
  });

  test('keep what comes behind them in the order of their shipment, wherever they are', async () => {
    const shipments = await keptShipments(60);
    const taken: string[] = [];
    const restarted = anInbox(taken, refusesBad);
    for (const name of ['third', 'fourth'])
      feed.say(...shipments.map((shipment) => notice(`${name}-${shipment}`, shipment)));
    await stepUntil(restarted, async () => (await cursor()) === '240');
    await stepUntil(restarted, async () => (await lettersOf()).every(({ blockedCount }) => blockedCount === 3));
    expect(taken).toEqual([]);
    feed.forget();
    expect(await lettersOf()).toHaveLength(60);
    const mended = anInbox(taken, takesAll);
    await stepUntil(mended, async () => (await kept()).length === 0);
    for (const shipment of shipments)
      expect(ofShipment(taken, shipment)).toEqual(
        ['bad', 'next', 'third', 'fourth'].map((name) => `${name}-${shipment}`),
      );
    await stepUntil(mended, async () => (await lettersOf()).length === 0);
    expect(mended.pending()).toBe(0);
  });

  test('are let go of, or tried now, when somebody says so, also those that are not in memory', async () => {
    const shipments = await keptShipments(40);
    const taken: string[] = [];
    let discards: readonly MessageDiscard[] = [];
    let retries: readonly LaneRetry[] = [];
    const controls = { retries: () => retries, discards: () => discards };
    const mended = new Set<string>();
    const inbox = anInbox(taken, (id) => (mended.has(id) ? 'taken' : refusesBad(id)), { controls });
    await stepUntil(inbox, async () => (await lettersOf()).length === 40 && inbox.pending() <= 20);
    const rows = await kept();
    discards = shipments.slice(0, 20).flatMap((shipment) => {
      const row = rows.find(({ item }) => item === `bad-${shipment}`);
      return row === undefined ? [] : [{ ...row, consumer: warehouse.consumer, contentSha256: contentSha256Of(row) }];
    });
    await inbox.step(signal);
    discards = [];
    await stepUntil(inbox, () => taken.length === 20);
    for (const shipment of shipments.slice(20)) mended.add(`bad-${shipment}`);
    retries = shipments.slice(20).map((laneKey) => ({ laneKey, token: '1' }));
    await stepUntil(inbox, async () => (await lettersOf()).length === 0);
    for (const [index, shipment] of shipments.entries())
      expect(ofShipment(taken, shipment)).toEqual(
        index < 20 ? [`next-${shipment}`] : [`bad-${shipment}`, `next-${shipment}`],
      );
    expect(await kept()).toEqual([]);
  });

  test('are told again in better words, and keep their place', async () => {
    const shipments = await keptShipments(40, strange);
    feed.say(...shipments.map((shipment) => ({ messageId: `lost-${shipment}`, aisle: 7 })));
    const taken: string[] = [];
    const inbox = anInbox(taken, takesAll);
    await stepUntil(inbox, async () => (await lettersOf()).length === 80 && inbox.pending() <= 20);
    feed.say(...shipments.map((shipment) => notice(`lost-${shipment}`, shipment)));
    feed.say(...shipments.map((shipment) => notice(`bad-${shipment}`, shipment)));
    await stepUntil(inbox, async () => (await kept()).length === 0);
    for (const shipment of shipments)
      expect(ofShipment(taken, shipment)).toEqual(['bad', 'next', 'lost'].map((name) => `${name}-${shipment}`));
    await stepUntil(inbox, async () => (await lettersOf()).length === 0);
  });

  test('may be hundreds of one shipment, which are taken in their order when it goes on', async () => {
    const names = Array.from({ length: 450 }, (_, index) => `bad${index}-S1`);
    feed.say(...names);
    feed.say(...names.map((name) => notice(name, 'S1')));
    const inbox = anInbox([], refusesAll);
    await stepUntil(inbox, async () => (await cursor()) === '900');
    const taken: string[] = [];
    const restarted = anInbox(taken, refusesAll);
    feed.say(notice('last-S1', 'S1'));
    await stepUntil(restarted, async () => (await cursor()) === '901');
    const letterOfS1 = async () => (await lettersOf()).find(({ laneKey }) => laneKey === 'S1');
    await stepUntil(restarted, async () => (await letterOfS1())?.blockedCount === 450);
    expect(restarted.pending()).toBeLessThan(300);
    const mended = anInbox(taken, takesAll);
    await stepUntil(mended, () => once(taken).length === 451);
    expect(once(taken)).toEqual([...names, 'last-S1']);
  });

  test('killed anywhere, also with two workers at once, all are taken after the fix, each shipment in its order', async () => {
    const taken: string[] = [];
    let calls = 0;
    let isMended = false;
    const answer = (id: string): End => {
      calls += 1;
      if (calls % 31 === 0) return 'killed';
      if (calls % 29 === 0 && (isMended || !id.startsWith('bad'))) return 'killed after it';
      return isMended ? 'taken' : refusesBad(id);
    };
    const room = { keptMax: 4, pendingMax: 1_000 };
    const shipments = Array.from({ length: 25 }, (_, index) => `S${index}`);
    const workers = [anInbox(taken, answer, room), anInbox(taken, answer, room)];
    const work = async (): Promise<void> => {
      await Promise.all(workers.map(({ step }) => step(signal)));
      // One of them is gone now and then, with all that it had in memory.
      if (calls % 5 === 0) workers[calls % 2] = anInbox(taken, answer, room);
    };
    const names = ['ok', 'bad', 'third', 'fourth', 'fifth'];
    for (const name of names) {
      feed.say(...shipments.map((shipment) => notice(`${name}-${shipment}`, shipment)));
      for (let step = 0; step < 4; step += 1) await work();
    }
    while ((await kept()).length < 100) await work();
    expect(once(taken).toSorted()).toEqual(shipments.map((shipment) => `ok-${shipment}`).toSorted());
    isMended = true;
    while (once(taken).length < 125 || (await kept()).length > 0) await work();
    for (const shipment of shipments)
      expect(ofShipment(taken, shipment)).toEqual(names.map((name) => `${name}-${shipment}`));
  });
});
