import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { WarehouseStock, Wms } from '../../commands/partnerPorts.ts';
import { troubleOf } from '../adapters/http/peer.ts';
import { aRelease } from '../adapters/wms/release.ts';
import { readFeed } from './wmsContract.ts';

/** A warehouse with goods on its shelves, which a contract run may break and move by hand. */
type WarehouseStockUnderTest = {
  readonly stock: WarehouseStock;
  readonly wms: Wms;
  readonly strike: (fault: { mode: string; times?: number; operation?: string; match?: string }) => Promise<void>;
  readonly ship: (releaseId: string) => Promise<void>;
  readonly shelve: (
    bu: string,
    node: string,
    ...goods: readonly (readonly [item: string, quantity: string])[]
  ) => Promise<void>;
  readonly close: () => Promise<void>;
};

const { signal } = new AbortController();

/** What every adapter must do whose warehouse can be asked what it has. */
export const warehouseStockContract = (name: string, open: () => Promise<WarehouseStockUnderTest>): void => {
  describe(`${name} keeps the contract of stock reports`, () => {
    let under: WarehouseStockUnderTest;
    beforeEach(async () => {
      under = await open();
      await under.shelve('ACME', 'DC-EAST', ['BRG-6204', '10']);
      await under.shelve('ACME', 'DC-WEST', ['BELT-A42', '5']);
      await under.shelve('OTHER', 'DC-EAST', ['BRG-6204', '7']);
    });
    afterEach(() => under.close());

    const counted = async (reportId: string) => {
      const found: Record<string, string> = {};
      for (let after: string | null = ''; after !== null; ) {
        const page = await under.stock.lines(reportId, after, signal);
        for (const { node, item, onHand } of page.lines) found[`${node}/${item}`] = onHand;
        after = page.next;
      }
      return found;
    };

    test('counts what one business unit has, as of one instant, and says which messages that includes', async () => {
      await under.wms.release(aRelease('R1'));
      await under.wms.release(aRelease('R2'));
      await under.ship('R1');
      const { cursor } = await readFeed(under.wms);
      const report = await under.stock.take('ACME', 'REP-1', signal);
      await under.ship('R2');
      expect(report).toEqual({ takenAt: expect.stringMatching(/Z$/), through: expect.any(String) });
      expect(await counted('REP-1')).toEqual({
        'DC-EAST/BRG-6204': '3',
        'DC-EAST/BELT-A42': '-2',
        'DC-WEST/BELT-A42': '5',
      });
      const through = report?.through ?? '';
      expect([under.stock.isThrough(cursor, through), under.stock.isThrough('', through)]).toEqual([true, false]);
      expect(await under.stock.take('ACME', 'REP-1', signal)).toEqual(report);
      const later = await under.stock.take('ACME', 'REP-2', signal);
      expect(under.stock.isThrough(cursor, later?.through ?? '')).toBe(false);
      expect(await counted('REP-2')).toMatchObject({ 'DC-EAST/BRG-6204': '-4' });
    });

    test('many lines come page by page, each once', async () => {
      const items = Array.from({ length: 600 }, (_, n) => [`ITEM-${n}`, '1'] as const);
      await under.shelve('BULK', 'DC-EAST', ...items);
      await under.stock.take('BULK', 'REP-1', signal);
      const first = await under.stock.lines('REP-1', '', signal);
      expect(first.next).not.toBeNull();
      expect(Object.keys(await counted('REP-1'))).toHaveLength(600);
    });

    test('messages that were lost come again under the ids that they had, once for each request', async () => {
      await under.wms.release(aRelease('R1'));
      await under.strike({ mode: 'lose', operation: 'messages', match: 'R1' });
      await under.ship('R1');
      const before = await readFeed(under.wms);
      expect(before.messages).toEqual([]);
      await under.stock.take('ACME', 'REP-1', signal);
      expect(await counted('REP-1')).toMatchObject({ 'DC-EAST/BRG-6204': '3' });
      for (const requestId of ['ASK-1', 'ASK-1', 'ASK-2'])
        expect(await under.stock.sendAgain('R1', requestId, signal)).toEqual({ kind: 'promised', messages: 1 });
      const again = await readFeed(under.wms, before.cursor);
      expect(again.messages.map(({ kind }) => kind)).toEqual(['SHIPPED', 'SHIPPED']);
      expect(new Set(again.messages.map(({ messageId }) => messageId)).size).toBe(1);
      await under.stock.take('ACME', 'REP-2', signal);
      expect(await counted('REP-2')).toMatchObject({ 'DC-EAST/BRG-6204': '3' });
      expect(await under.stock.sendAgain('R9', 'ASK-3', signal)).toMatchObject({ kind: 'refused' });
    });

    test('a warehouse that is down or answers rubbish is unavailable, and heals', async () => {
      await under.strike({ mode: 'fail', operation: 'inventoryReport', times: 4 });
      expect(await troubleOf(under.stock.take('ACME', 'REP-1', signal))).toBe('SERVER_ERROR');
      await under.strike({ mode: 'malformed', operation: 'inventoryReport' });
      expect(await troubleOf(under.stock.take('ACME', 'REP-1', signal))).toBe('BAD_RESPONSE');
      expect(await under.stock.take('ACME', 'REP-9', signal)).toMatchObject({ through: '0' });
      expect(await troubleOf(under.stock.lines('REP-NONE', '', signal))).toBe('BAD_RESPONSE');
    });
  });
};
