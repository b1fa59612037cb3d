import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Application, Outcome } from '../../commands/application.ts';
import { createWarehouseInbox } from '../../commands/inbox/warehouseInbox.ts';
import type { StuckMessage, WarehouseInboxPorts } from '../../commands/inbox/warehouseInboxPorts.ts';
import type { WarehouseMessage } from '../../commands/partnerPorts.ts';
import type { Checkpoints, StuckItem } from '../../commands/ports.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { applyToCatalog, emptyCatalog } from '../../domain/masterData/catalog.ts';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';

const catalog = applyToCatalog(emptyCatalog, {
  type: 'BusinessUnitDefined',
  data: { ...demoBusinessUnit, version: 1 },
});
const { signal } = new AbortController();
/** Pauses grow from here, so that nobody waits for them. */
const shortly: Pick<WarehouseInboxPorts, 'retryBaseMs'> = { retryBaseMs: 5 };

afterEach(() => {
  jest.restoreAllMocks();
});

/** A clock that stands still until somebody moves it. */
const heldClock = () => {
  let nowMs = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  return {
    pass: (ms: number): void => {
      nowMs += ms;
    },
  };
};

const shipped = (messageId: string, shipmentId: string): WarehouseMessage => ({
  kind: 'SHIPPED',
  messageId,
  shipmentId,
  confirmationId: messageId,
  shippedAt: '2026-11-23T08:00:00Z',
  tracking: [],
  lines: [{ lineId: '10', qty: '1', lots: [], serials: [] }],
});

const refusal = (code: 'SHIPMENT_NOT_PLANNED' | 'SHORT_EXCEEDS_OPEN'): Outcome<never> => ({
  kind: 'refused',
  refusal: { refused: code, detail: code },
});

/** A feed of numbered messages whose cursor is the number of the last one, in pages of two. */
const makeInbox = (
  feed: WarehouseMessage[],
  answer: (message: WarehouseMessage) => Outcome<never> | 'taken',
  stored = { cursor: 'start' },
  isPaused: () => boolean = () => false,
  pauses = shortly,
) => {
  /** How long the feed was to wait for messages, each time it was asked. */
  const asked: number[] = [];
  const outcomes: boolean[] = [];
  const taken: string[] = [];
  const stuck: StuckMessage[] = [];
  const board: { consumer: string; items: readonly StuckItem[] } = { consumer: '', items: [] };
  const take: Application['takeWarehouseMessage'] = async (_bu, message) => {
    const outcome = answer(message);
    if (outcome !== 'taken') return outcome;
    taken.push(message.messageId);
    const receipt = { commandId: 'c', stream: 's', revision: 0, position: '1', recordedAt: '' };
    return { kind: 'done', value: { shipmentId: message.shipmentId }, receipt };
  };
  const checkpoints: Checkpoints = {
    read: async () => stored.cursor as Awaited<ReturnType<Checkpoints['read']>>,
    advance: async (_name, from, to) => {
      if (from !== stored.cursor) return false;
      stored.cursor = to;
      return true;
    },
  };
  const messages = async (cursor: string, waitMs: number) => {
    asked.push(waitMs);
    const from = Number(cursor === '' ? '0' : cursor);
    const page = feed.slice(from, from + 2);
    return { messages: page, cursor: String(from + page.length) };
  };
  const inbox = createWarehouseInbox({
    wms: { system: 'wms', messages },
    application: { takeWarehouseMessage: take },
    catalog: { current: () => catalog },
    checkpoints,
    clock: () => '2026-11-23T09:00:00.000Z',
    ...pauses,
    onError: (error) => {
      throw error;
    },
    onStuck: (each) => stuck.push(each),
    isPaused,
    onOutcome: (isTaken) => outcomes.push(isTaken),
    stuckBoard: {
      post: async (consumer, _lanes, items) => {
        Object.assign(board, { consumer, items });
      },
    },
  });
  return { inbox, taken, stuck, stored, board, asked, outcomes };
};

describe('the warehouse inbox', () => {
  test('takes messages and moves its stored cursor behind them', async () => {
    const { inbox, taken, stored } = makeInbox(
      [shipped('m1', 'S1'), shipped('m2', 'S2'), shipped('m3', 'S1')],
      () => 'taken',
    );
    await inbox.step(signal);
    await inbox.step(signal);
    expect(taken).toEqual(['m1', 'm2', 'm3']);
    expect(stored.cursor).toBe('3');
  });

  test('shows a message it cannot take: early for a few attempts, stuck from then on, gone when it is taken', async () => {
    const clock = heldClock();
    let planned = false;
    const feed = [shipped('m1', 'S1'), shipped('m2', 'S1')];
    const { inbox, board } = makeInbox(feed, () => (planned ? 'taken' : refusal('SHIPMENT_NOT_PLANNED')));
    await inbox.step(signal);
    expect(board).toMatchObject({
      consumer: 'warehouse-inbox:wms',
      items: [
        {
          laneKey: 'S1',
          item: 'm1',
          kind: 'RETRYING',
          what: 'SHIPPED',
          errorClass: 'SHIPMENT_NOT_PLANNED',
          payloadRef: { system: 'wms', messageId: 'm1', shipmentId: 'S1' },
          blockedCount: 1,
        },
      ],
    });
    for (let attempts = 2; attempts <= 5; attempts += 1) {
      expect(board.items[0]).toMatchObject({ kind: 'RETRYING', attempts: attempts - 1 });
      // Time for the next attempt, and for the board to be told.
      clock.pass(1_000);
      await inbox.step(signal);
    }
    expect(board.items[0]).toMatchObject({ item: 'm1', kind: 'STUCK', attempts: 5, blockedCount: 1 });
    planned = true;
    clock.pass(1_000);
    await inbox.step(signal);
    expect(board.items).toEqual([]);
  });

  test('unless told otherwise it waits a quarter of a second or more before it tries again, twice as long each time', async () => {
    const clock = heldClock();
    const { inbox, stuck, asked } = makeInbox(
      [shipped('m1', 'S1')],
      () => refusal('SHORT_EXCEEDS_OPEN'),
      undefined,
      undefined,
      {},
    );
    const attemptsAfter = async (ms: number): Promise<number> => {
      clock.pass(ms);
      await inbox.step(signal);
      return stuck.length;
    };
    expect(await attemptsAfter(0)).toBe(1);
    expect([await attemptsAfter(249), await attemptsAfter(251)]).toEqual([1, 2]);
    expect([await attemptsAfter(499), await attemptsAfter(501)]).toEqual([2, 3]);
    expect(asked).toEqual([1_000, 250, 250, 250, 250]);
  });

  test('keeps an early message, in the order of its shipment, without holding up others, and takes it later', async () => {
    let planned = false;
    const feed = [shipped('m1', 'S1'), shipped('m2', 'S1'), shipped('m3', 'S2')];
    const { inbox, taken, stored } = makeInbox(feed, ({ shipmentId }) =>
      planned || shipmentId === 'S2' ? 'taken' : refusal('SHIPMENT_NOT_PLANNED'),
    );
    await inbox.step(signal);
    await inbox.step(signal);
    expect(taken).toEqual(['m3']);
    expect(stored.cursor).toBe('start');
    planned = true;
    while (taken.length < 3) await inbox.step(signal);
    expect(taken).toEqual(['m3', 'm1', 'm2']);
    expect(stored.cursor).toBe('3');
  });

  test('I-07 a message that is refused holds up its own shipment however often it is tried, nothing else, and is never dropped', async () => {
    const feed = [shipped('bad', 'S1'), shipped('good', 'S1'), shipped('other', 'S2')];
    const { inbox, taken, stuck, stored, board } = makeInbox(feed, ({ messageId }) =>
      messageId === 'bad' ? refusal('SHORT_EXCEEDS_OPEN') : 'taken',
    );
    while (stuck.length < 6) await inbox.step(signal);
    expect(taken).toEqual(['other']);
    expect(stuck.map(({ messageId }) => messageId)).toEqual(Array.from({ length: 6 }, () => 'bad'));
    expect(board.items).toMatchObject([{ laneKey: 'S1', item: 'bad', kind: 'STUCK', blockedCount: 1 }]);
    expect(inbox.pending()).toBe(2);
    expect(stored.cursor).toBe('start');
    const afterRestart = makeInbox(feed, () => 'taken', stored);
    while (afterRestart.taken.length < 3) await afterRestart.inbox.step(signal);
    expect(afterRestart.taken.filter((id) => id !== 'other')).toEqual(['bad', 'good']);
  });

  test('an outage, however long, lets nothing of a shipment pass what came before it', async () => {
    let isAway = true;
    const feed = [shipped('first', 'S1'), shipped('second', 'S1')];
    const { inbox, taken, stuck } = makeInbox(feed, ({ messageId }) => {
      if (messageId === 'first' && isAway) throw new LogUnavailable('away');
      return 'taken';
    });
    while (stuck.length < 6) await inbox.step(signal);
    expect(taken).toEqual([]);
    isAway = false;
    while (taken.length < 2) await inbox.step(signal);
    expect(taken).toEqual(['first', 'second']);
  });

  test('while its feed is held it neither asks for messages nor takes what waits, and then goes on where it stood', async () => {
    const held = { is: true };
    let planned = false;
    const answer = () => (planned ? ('taken' as const) : refusal('SHIPMENT_NOT_PLANNED'));
    const feed = [shipped('m1', 'S1'), shipped('m2', 'S2')];
    const { inbox, taken, stored, asked } = makeInbox(feed, answer, undefined, () => held.is);
    await inbox.step(signal);
    expect([asked.length, stored.cursor]).toEqual([0, 'start']);
    held.is = false;
    await inbox.step(signal);
    planned = true;
    held.is = true;
    const before = asked.length;
    for (let step = 0; step < 4; step += 1) await inbox.step(signal);
    expect([asked.length, taken, stored.cursor]).toEqual([before, [], 'start']);
    held.is = false;
    while (taken.length < 2) await inbox.step(signal);
    expect([taken.toSorted(), stored.cursor]).toEqual([['m1', 'm2'], '2']);
  });

  test('O-40 tells how each message ended, once: refused, failed or taken, but neither early ones nor an outage', async () => {
    const feed = ['refused', 'early', 'broken', 'away', 'good'].map((id) => shipped(id, `S-${id}`));
    const { inbox, outcomes, taken } = makeInbox(feed, ({ messageId }) => {
      if (messageId === 'broken') throw new TypeError('a bug');
      if (messageId === 'away') throw new LogUnavailable('away');
      if (messageId === 'good') return 'taken';
      return refusal(messageId === 'early' ? 'SHIPMENT_NOT_PLANNED' : 'SHORT_EXCEEDS_OPEN');
    });
    while (taken.length === 0) await inbox.step(signal);
    for (let step = 0; step < 6; step += 1) await inbox.step(signal);
    expect(outcomes.toSorted()).toEqual([false, false, true]);
  });
});
