import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createParkedMessages } from '../../adapters/postgres/parkedMessages.ts';
import type { WarehouseInboxPorts } from '../../commands/inbox/warehouseInboxPorts.ts';
import { deadLetterById, deadLetters } from '../../projections/stuck.ts';
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

/** A later version, which understands what `strange` says. */
const fixed = (): WarehouseInboxPorts['wms'] => ({
  ...warehouse.wms,
  understand: (message) => warehouse.wms.understand({ ...message, content: message.content.replace('"a few"', '"1"') }),
});

/** One worker's inbox on the feed. */
const anInbox = (taken: string[], endOf?: (id: string) => End, over?: Partial<WarehouseInboxPorts>) =>
  warehouse.inbox(taken, endOf, over);

const refusesA1 = (id: string): End => (id === 'a1' ? 'refused' : 'taken');

const lettersOf = async () => (await deadLetters(database.db, { consumer: warehouse.consumer })).items;
const kept = () => warehouse.kept();
const cursor = () => warehouse.cursor();

describe('S-04 a message of the warehouse that nobody understands', () => {
  test('holds up what comes behind it of its own shipment, and nothing else', async () => {
    const taken: string[] = [];
    const inbox = anInbox(taken);
    feed.say(notice('a1', 'A'), strange('a2', 'A'), notice('b1', 'B'), notice('a3', 'A'), notice('b2', 'B'));
    await stepUntil(inbox, async () => (await lettersOf()).length > 0);
    feed.say(notice('a4', 'A'), notice('b3', 'B'));
    await stepUntil(inbox, async () => (await lettersOf())[0]?.blockedCount === 2);
    expect(taken.toSorted()).toEqual(['a1', 'b1', 'b2', 'b3']);
    expect(taken.filter((id) => id.startsWith('b'))).toEqual(['b1', 'b2', 'b3']);
    const [letter] = await lettersOf();
    expect(letter).toMatchObject({
      ...{ kind: 'STUCK', laneKey: 'A', eventType: 'NOT_UNDERSTOOD', errorClass: 'NOT_UNDERSTOOD', blockedCount: 2 },
      ...{
        detail: expect.stringContaining('/lines/0/quantityShort'),
        payloadRef: { system: warehouse.wms.system, shipmentId: 'A' },
      },
    });
    const content = await deadLetterById(database.db, letter?.id ?? '');
    expect(JSON.parse(content?.payload ?? '')).toEqual(strange('a2', 'A'));
  });

  test('waits by itself when it does not even say whose it is', async () => {
    const taken: string[] = [];
    const inbox = anInbox(taken);
    feed.say({ aisle: 7 }, notice('a1', 'A'), 'out of paper', notice('b1', 'B'));
    await stepUntil(inbox, async () => (await lettersOf()).length === 2);
    expect(taken).toEqual(['a1', 'b1']);
    const letters = await lettersOf();
    expect(letters.map(({ laneKey }) => laneKey).toSorted()).toEqual(['feed:1', 'feed:3']);
    expect(letters[0]?.payloadRef).toEqual({ system: warehouse.wms.system, messageId: expect.any(String) });
  });

  test('told again in words that are understood it is taken first, and then what waited for it', async () => {
    const taken: string[] = [];
    const inbox = anInbox(taken);
    feed.say(strange('a1', 'A'), notice('a2', 'A'), { messageId: 'b1', aisle: 7 });
    await stepUntil(inbox, async () => (await lettersOf()).length === 2);
    expect(taken).toEqual([]);
    feed.say(notice('a3', 'A'), notice('b1', 'B'), notice('a1', 'A'));
    await stepUntil(inbox, async () => (await lettersOf()).length === 0);
    expect(taken.filter((id) => id.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(taken).toContain('b1');
    expect(inbox.pending()).toBe(0);
  });

  test('ten thousand messages of other shipments pass it, and none of them is kept', async () => {
    const taken: string[] = [];
    const inbox = anInbox(taken);
    const others = Array.from({ length: 10_000 }, (_, index) => notice(`m${index}`, `S${index % 500}`));
    feed.say(strange('a1', 'A'), ...others);
    let most = 0;
    await stepUntil(inbox, async () => {
      most = Math.max(most, inbox.pending());
      return taken.length >= others.length;
    });
    expect(once(taken)).toHaveLength(others.length);
    expect(most).toBeLessThan(1_000);
    expect(inbox.pending()).toBe(1);
    await stepUntil(inbox, async () => (await cursor()) === '10001');
    const again: string[] = [];
    await stepUntil(anInbox(again), async () => (await lettersOf()).length === 1);
    expect(again).toEqual([]);
  });

  test('is kept here with what waits for it: the feed may forget them, and a version that understands takes them in order', async () => {
    const taken: string[] = [];
    feed.say(notice('a1', 'A'), strange('a2', 'A'), strange('a3', 'A'), notice('a4', 'A'), strange('c1', 'C'));
    const inbox = anInbox(taken);
    await stepUntil(inbox, async () => (await cursor()) === '5');
    feed.say(notice('a5', 'A'), notice('b1', 'B'));
    await stepUntil(inbox, async () => (await cursor()) === '7');
    feed.forget();
    // Restarted without the fix it still knows what waits.
    await stepUntil(anInbox(taken), async () => (await lettersOf())[0]?.blockedCount === 3);
    expect(taken).toEqual(['a1', 'b1']);
    const mended = anInbox(taken, undefined, { wms: fixed() });
    feed.say(notice('a6', 'A'));
    await stepUntil(mended, async () => once(taken).length === 8 && (await lettersOf()).length === 0);
    expect(taken.filter((id) => id.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
    expect(await kept()).toEqual([]);
  });

  test('I-07 refused for good, a message is kept with what waits for it: the feed may forget them, and they are taken in order when it can be', async () => {
    const taken: string[] = [];
    feed.say(notice('a1', 'A'), notice('a2', 'A'), notice('b1', 'B'));
    await stepUntil(anInbox(taken, refusesA1), async () => (await cursor()) === '3');
    feed.say(notice('a3', 'A'));
    const restarted = anInbox(taken, refusesA1);
    await stepUntil(restarted, async () => (await cursor()) === '4');
    feed.forget();
    await stepUntil(restarted, async () => (await lettersOf())[0]?.blockedCount === 2);
    expect(taken).toEqual(['b1']);
    expect(await lettersOf()).toMatchObject([{ laneKey: 'A', errorClass: 'SHORT_EXCEEDS_OPEN', kind: 'STUCK' }]);
    await stepUntil(anInbox(taken), async () => once(taken).length === 4);
    expect(taken.filter((id) => id.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
  });

  test('told again in words that are understood and refused then, a message keeps its place over a restart', async () => {
    const taken: string[] = [];
    feed.say(strange('a1', 'A'), notice('a2', 'A'));
    await stepUntil(anInbox(taken), async () => (await cursor()) === '2');
    feed.say(notice('a1', 'A'));
    const refusing = anInbox(taken, refusesA1);
    await stepUntil(refusing, async () => (await cursor()) === '3');
    feed.forget();
    expect((await kept()).map(({ message }) => JSON.parse(message).messageId)).toEqual(['a1', 'a2']);
    await stepUntil(anInbox(taken), async () => once(taken).length === 2);
    expect(taken).toEqual(['a1', 'a2']);
    expect(await kept()).toEqual([]);
  });

  test('what could not be kept at once is not passed, whatever is told meanwhile', async () => {
    const taken: string[] = [];
    const parked = createParkedMessages(database.db);
    const away = { ...parked, park: () => Promise.reject(new Error('away')) };
    const refusing = anInbox(taken, () => 'refused', { parked: away });
    feed.say(strange('a1', 'A'), notice('a2', 'A'));
    await expect(refusing.step(signal)).rejects.toThrow('away');
    feed.say(notice('a1', 'A'));
    await refusing.step(signal);
    expect(await cursor()).toBe('start');
    await stepUntil(anInbox(taken), async () => once(taken).length === 2);
    expect(once(taken)).toEqual(['a1', 'a2']);
  });

  test('two workers at once keep each message that waits once, in its order', async () => {
    const first: string[] = [];
    feed.say(notice('a1', 'A'), strange('a2', 'A'), notice('a3', 'A'));
    const workers = [anInbox(first), anInbox(first)];
    for (let index = 4; index < 30; index += 1) {
      feed.say(notice(`a${index}`, 'A'), notice(`b${index}`, 'B'));
      await Promise.all(workers.map(({ step }) => step(signal)));
    }
    while ((await kept()).length < 28) await Promise.all(workers.map(({ step }) => step(signal)));
    const names = (await kept()).map(({ item }) => item);
    expect(names).toEqual(['feed:2', ...Array.from({ length: 27 }, (_, index) => `a${index + 3}`)]);
  });

  test('killed anywhere, also with two workers at once: every other message is taken, each shipment in its order', async () => {
    const taken: string[] = [];
    let calls = 0;
    const dies = (): End => {
      calls += 1;
      if (calls > 500) return 'taken';
      return calls % 23 === 0 ? 'killed' : calls % 17 === 0 ? 'killed after it' : 'taken';
    };
    const shipments = ['A', 'B', 'C', 'D'];
    const expected = shipments.flatMap((shipment) => Array.from({ length: 40 }, (_, index) => `${shipment}${index}`));
    for (let index = 0; index < 40; index += 1) {
      feed.say(...shipments.map((shipment) => notice(`${shipment}${index}`, shipment)));
      if (index === 11) feed.say(strange('bad', 'A'), { aisle: 7 });
    }
    const free = expected.filter((id) => !id.startsWith('A') || Number(id.slice(1)) <= 11);
    const workers = [anInbox(taken, dies), anInbox(taken, dies)];
    while (once(taken).length < free.length) {
      await Promise.all(workers.map(({ step }) => step(signal)));
      // One of them is gone, with all that it had in memory.
      workers[calls % 2] = anInbox(taken, dies);
    }
    for (const { step } of workers) await step(signal);
    expect(once(taken).toSorted()).toEqual(free.toSorted());
    for (const shipment of shipments) {
      const ours = once(taken).filter((id) => id.startsWith(shipment));
      expect(ours).toEqual(free.filter((id) => id.startsWith(shipment)));
    }
  });
});
