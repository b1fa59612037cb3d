import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createOutbox } from '../../../adapters/postgres/outbox.ts';
import { createParkedMessages } from '../../../adapters/postgres/parkedMessages.ts';
import { createStuckBoard } from '../../../adapters/postgres/stuckBoard.ts';
import type { OutboxItem, StuckItem } from '../../../commands/ports.ts';
import type { Position } from '../../../domain/eventLog.ts';
import { deadLetters, stuckCounts } from '../../../projections/stuck.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase<never>;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());

const shown = async (filter: Parameters<typeof deadLetters>[1] = {}) => (await deadLetters(database.db, filter)).items;

const stuck = (laneKey: string, changes: Partial<StuckItem> = {}): StuckItem => ({
  laneKey,
  item: `event-${laneKey}`,
  kind: 'STUCK',
  what: 'OrderHoldReleased',
  position: '00000000000000000042',
  payloadRef: { stream: 'order-ACME.O1', revision: 7 },
  errorClass: 'TypeError',
  detail: 'cannot react',
  attempts: 1,
  blockedCount: 0,
  ...changes,
});

describe('the board of what is stuck', () => {
  it('shows an item with everything an operator needs, and keeps when it was first seen', async () => {
    const board = createStuckBoard(database.db);
    await board.post('process:credit', ['A'], [stuck('A')]);
    const [first] = await shown();
    expect(first).toMatchObject({
      kind: 'STUCK',
      consumer: 'process:credit',
      projection: null,
      laneKey: 'A',
      eventId: 'event-A',
      eventType: 'OrderHoldReleased',
      position: '00000000000000000042',
      payloadRef: { stream: 'order-ACME.O1', revision: 7 },
      errorClass: 'TypeError',
      detail: 'cannot react',
      attempts: 1,
      blockedCount: 0,
    });
    await board.post('process:credit', ['A'], [stuck('A', { attempts: 5, blockedCount: 3 })]);
    // The worker was restarted and counts from one again.
    await board.post('process:credit', 'all', [stuck('A', { blockedCount: 4 })]);
    const [again] = await shown();
    expect(again).toMatchObject({ attempts: 5, blockedCount: 4, firstSeenAt: first?.firstSeenAt });
    expect(Date.parse(again?.lastSeenAt ?? '')).toBeGreaterThanOrEqual(Date.parse(first?.lastSeenAt ?? ''));
  });

  it('keeps with `all` a lane that was not named while messages of it are kept, and what is said of a lane is all of it', async () => {
    const board = createStuckBoard(database.db);
    const parked = createParkedMessages(database.db);
    const kept = { laneKey: 'A', item: 'm1', message: '{}', attempts: 5 };
    await parked.park('warehouse-inbox:wms', [kept, { ...kept, laneKey: 'B' }], 'start', '2' as Position);
    await board.post('warehouse-inbox:wms', ['A', 'B', 'C'], [stuck('A'), stuck('B'), stuck('C')]);
    await board.post('warehouse-inbox:wms', 'all', [stuck('B', { item: 'm1' })]);
    expect((await shown()).map(({ laneKey, eventId }) => [laneKey, eventId]).toSorted()).toEqual([
      ['A', 'event-A'],
      ['B', 'm1'],
    ]);
    await parked.done('warehouse-inbox:wms', [kept]);
    await board.post('warehouse-inbox:wms', 'all', []);
    expect((await shown()).map(({ laneKey }) => laneKey)).toEqual(['B']);
  });

  it('forgets a lane that goes on, what another event took the place of, and with `all` what was not named', async () => {
    const board = createStuckBoard(database.db);
    await board.post('process:credit', ['A', 'B', 'C'], [stuck('A'), stuck('B'), stuck('C')]);
    await board.post('process:o2c', ['A'], [stuck('A')]);
    await board.post('process:credit', ['A', 'B'], [stuck('B', { item: 'later' })]);
    const lanes = async () =>
      (await shown()).map(({ consumer, laneKey, eventId }) => `${consumer} ${laneKey} ${eventId}`);
    expect((await lanes()).sort()).toEqual([
      'process:credit B later',
      'process:credit C event-C',
      'process:o2c A event-A',
    ]);
    await board.post('process:credit', 'all', []);
    expect(await lanes()).toEqual(['process:o2c A event-A']);
  });

  it('is read page by page, oldest first, by kind, consumer and lane', async () => {
    const board = createStuckBoard(database.db);
    const lanes = Array.from({ length: 7 }, (_, n) => `lane-${n}`);
    const items = lanes.map((lane, n) => stuck(lane, { kind: n < 3 ? 'STUCK' : 'RETRYING' }));
    // All of them are first seen in one statement, some within one millisecond.
    await board.post('process:o2c', 'all', items);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await deadLetters(database.db, { limit: 2, cursor });
      seen.push(...page.items.map(({ laneKey }) => laneKey));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(lanes);
    expect(await shown({ kind: 'RETRYING' })).toHaveLength(4);
    expect(await shown({ consumer: 'process:o2c', laneKey: 'lane-3' })).toHaveLength(1);
    expect(await shown({ consumer: 'process:credit' })).toEqual([]);
    await expect(deadLetters(database.db, { cursor: Buffer.from('["1","2"]').toString('base64url') })).rejects.toThrow(
      'not one of ours',
    );
    expect(await stuckCounts(database.db)).toEqual([{ consumer: 'process:o2c', deadLetters: 3, lanes: 7 }]);
  });
});

describe('intents among what is stuck', () => {
  const intent = (lane: string, step: string, delayMs = 0): Omit<OutboxItem, 'attempts'> => ({
    ...{ intentId: `${randomUUID()}:${step}`, process: 'o2c', key: 'O1', bu: 'ACME', step, lane, delayMs, priority: 1 },
    ...{ payload: {}, causeEventId: 'cause', causePosition: '00000000000000000007', correlationId: 'c' },
  });
  const store = async (items: readonly Omit<OutboxItem, 'attempts'>[]) => {
    const outbox = createOutbox(database.db);
    await outbox.store(items, { name: 'outbox', from: 'start', to: '00000000000000000009' as Position });
    return outbox;
  };

  it('a failing one says why, since when and what waits behind it, until it is done', async () => {
    const [failing, later, elsewhere] = [intent('O1', 'allocate'), intent('O1', 'close'), intent('O2', 'close')];
    const outbox = await store([failing, later, elsewhere]);
    await outbox.take('w', 10, 30_000);
    expect(await shown()).toEqual([]);
    await outbox.retry(
      { ...failing, attempts: 1 },
      { kind: 'STUCK', class: 'SOURCING_UNBALANCED', detail: 'off by 1' },
      0,
    );
    const [first] = await shown();
    expect(first).toMatchObject({
      id: `outbox:${failing.intentId}`,
      kind: 'STUCK',
      consumer: 'outbox',
      laneKey: 'O1',
      eventType: 'allocate',
      eventId: 'cause',
      position: '00000000000000000007',
      payloadRef: { process: 'o2c', key: 'O1', intentId: failing.intentId },
      errorClass: 'SOURCING_UNBALANCED',
      detail: 'off by 1',
      attempts: 1,
      blockedCount: 1,
    });
    await outbox.take('w', 10, 30_000);
    await outbox.retry({ ...failing, attempts: 2 }, { kind: 'STUCK', class: 'TypeError', detail: 'x' }, 0);
    const [again] = await shown();
    expect(again).toMatchObject({ attempts: 2, errorClass: 'TypeError', firstSeenAt: first?.firstSeenAt });
    await outbox.done([failing.intentId]);
    expect(await shown()).toEqual([]);
  });

  it('an outage of a partner is RETRYING, and an answer that is not there yet shows only when it is late', async () => {
    const [away, early, late] = [intent('A', 'registerErp'), intent('B', 'collectOutcomes'), intent('C', 'cancel')];
    const outbox = await store([away, early, late]);
    await outbox.take('w', 10, 30_000);
    await outbox.retry({ ...away, attempts: 1 }, { kind: 'RETRYING', class: 'NETWORK', detail: 'refused' }, 0);
    for (const { intentId } of [early, late])
      await outbox.retry({ intentId, attempts: 1 }, { kind: 'WAITING', class: 'NotYet', detail: 'still working' }, 0);
    await database.pool.query(
      `update ops.outbox set first_failed_at = first_failed_at - interval '16 minutes' where intent_id = $1`,
      [late.intentId],
    );
    expect((await shown()).map(({ laneKey, kind }) => `${laneKey} ${kind}`)).toEqual(['C RETRYING', 'A RETRYING']);
    expect(await stuckCounts(database.db)).toEqual([{ consumer: 'outbox', deadLetters: 0, lanes: 2 }]);
    // It said no in the end: that is news, and the clock starts again.
    await outbox.retry({ ...late, attempts: 1 }, { kind: 'STUCK', class: 'TypeError', detail: 'x' }, 0);
    expect((await shown()).map(({ laneKey, kind }) => `${laneKey} ${kind}`)).toEqual(['A RETRYING', 'C STUCK']);
  });

  it('one whose runs die without an outcome shows too', async () => {
    const outbox = await store([intent('A', 'allocate')]);
    for (let run = 0; run < 4; run += 1) {
      expect(await shown()).toEqual([]);
      await outbox.take('w', 1, 0);
    }
    expect(await shown()).toMatchObject([{ kind: 'STUCK', errorClass: 'NoOutcome', attempts: 4 }]);
  });
});
