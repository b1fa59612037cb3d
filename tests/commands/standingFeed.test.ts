import { describe, expect, test } from '@jest/globals';
import { createWarehouseInbox } from '../../commands/inbox/warehouseInbox.ts';
import { PartnerUnavailable, type WarehouseMessage, type Wms } from '../../commands/partnerPorts.ts';
import type { StuckItem } from '../../commands/ports.ts';
import { applyToCatalog, emptyCatalog } from '../../domain/masterData/catalog.ts';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';

const catalog = applyToCatalog(emptyCatalog, {
  type: 'BusinessUnitDefined',
  data: { ...demoBusinessUnit, version: 1 },
});
const { signal } = new AbortController();

const short = (messageId: string): WarehouseMessage => ({
  ...{ kind: 'SHORTED', messageId, shipmentId: 'S1' },
  lines: [{ lineId: '10', qty: '1', cause: 'DAMAGED' }],
});

/** An inbox that can take nothing, on a feed that says what it likes. */
const anInbox = (messages: Wms['messages']) => {
  const board = new Map<string, readonly StuckItem[]>();
  const inbox = createWarehouseInbox({
    wms: { system: 'wms', messages },
    application: {
      takeWarehouseMessage: async () => ({
        kind: 'refused',
        refusal: { refused: 'SHIPMENT_NOT_PLANNED', detail: 'Not planned.' },
      }),
    },
    catalog: { current: () => catalog },
    checkpoints: { read: async () => 'start', advance: async () => true },
    retryBaseMs: 5,
    clock: () => '2026-11-23T09:00:00.000Z',
    onError: (error) => {
      throw error;
    },
    stuckBoard: {
      post: async (_, lanes, items) => {
        for (const lane of lanes === 'all' ? board.keys() : lanes) board.delete(lane);
        for (const item of items) board.set(item.laneKey, [...(board.get(item.laneKey) ?? []), item]);
      },
    },
  });
  return { inbox, board };
};

const pause = () => new Promise((resolve) => setTimeout(resolve, 510));

describe('a feed that nobody understands', () => {
  test('is shown by the place where it stands, is stuck after a few attempts, and gone when it goes on', async () => {
    let isUnderstood = false;
    const { inbox, board } = anInbox(async (cursor) => {
      if (isUnderstood) return { messages: [], cursor: '18' };
      throw new PartnerUnavailable(
        'wms',
        `wms: messages: the message after ${cursor || 'the start'} is not understood`,
        {
          class: 'BAD_RESPONSE',
        },
      );
    });
    const standing = () => board.get('feed')?.[0];
    await expect(inbox.step(signal)).rejects.toThrow('not understood');
    expect(standing()).toMatchObject({
      ...{ kind: 'RETRYING', what: 'FEED', errorClass: 'BAD_RESPONSE', attempts: 1 },
      payloadRef: { system: 'wms', after: '0' },
    });
    for (let tries = 0; tries < 4; tries += 1) await expect(inbox.step(signal)).rejects.toThrow('not understood');
    await pause();
    await expect(inbox.step(signal)).rejects.toThrow('not understood');
    expect(standing()).toMatchObject({ kind: 'STUCK', attempts: 6 });
    isUnderstood = true;
    await pause();
    await inbox.step(signal);
    expect(standing()).toBeUndefined();
  });

  test('a partner that is away is no standing feed: the breaker tells of it', async () => {
    const { inbox, board } = anInbox(async () => {
      throw new PartnerUnavailable('wms', 'wms: messages: no connection', { class: 'NETWORK' });
    });
    await expect(inbox.step(signal)).rejects.toThrow('no connection');
    expect(board.size).toBe(0);
  });

  test('a cursor that does not move shows the same page for ever: what waits does not pile up', async () => {
    const { inbox, board } = anInbox(async () => ({ messages: [short('m1'), short('m1')], cursor: '7' }));
    for (let step = 0; step < 4; step += 1) await inbox.step(signal);
    expect(inbox.pending()).toBe(1);
    await pause();
    await inbox.step(signal);
    expect(board.get('S1')).toHaveLength(1);
  });
});
