import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Erp, ErpBook, OrderProgress } from '../../commands/partnerPorts.ts';
import { anErpOrder } from '../adapters/erp/order.ts';
import { troubleOf } from '../adapters/http/peer.ts';
import { aBatch, aJournal } from './erpContract.ts';

/** An ERP whose books can be asked, and which a contract run may break and change by hand. */
export type ErpBookUnderTest = {
  readonly erp: Erp;
  readonly book: ErpBook;
  readonly strike: (fault: {
    mode: string;
    times?: number;
    operation?: string;
    match?: string;
    code?: string;
  }) => Promise<void>;
  /** Somebody there changes what documents there are of a journal of ACME: number and amount in major units of USD. */
  readonly post: (
    batchId: string,
    journalId: string,
    documents: readonly (readonly [documentNumber: string, amount: string])[],
  ) => Promise<void>;
  readonly deleteOrder: (orderId: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

const { signal } = new AbortController();

const progress = (orderId: string, erpNumber: string, version: string, shipped = '7'): OrderProgress => ({
  ...{ orderId, erpNumber, version },
  lines: [{ lineId: '10', status: 'PARTIALLY_INVOICED', shipped, invoiced: '5', cancelled: '1' }],
});

/** What every adapter must do whose ERP tells of its books. */
export const erpBookContract = (name: string, open: () => Promise<ErpBookUnderTest>): void => {
  describe(`${name} tells of its books`, () => {
    let under: ErpBookUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const registered = async (orderId: string): Promise<string> => {
      const answer = await under.erp.registerOrder(anErpOrder(orderId));
      if (answer.kind !== 'registered') throw new Error(JSON.stringify(answer));
      return answer.erpNumber;
    };
    const held = (...orderIds: string[]) => under.book.orders('ACME', orderIds, signal);
    const tell = (...orders: OrderProgress[]) => under.book.tellOrders('ACME', orders, signal);

    test('P-19 how far an order is, is what they were told last, whatever comes again or too late', async () => {
      const erpNumber = await registered('O-1');
      expect(await held('O-1', 'O-2')).toEqual([{ orderId: 'O-1', erpNumber, version: '', lines: [] }]);
      const [older, newer] = [progress('O-1', erpNumber, '0041', '3'), progress('O-1', erpNumber, '0042')];
      expect(await tell(newer)).toEqual([]);
      expect(await tell(older)).toEqual([]);
      expect(await held('O-1')).toEqual([newer]);
      expect(await tell(newer)).toEqual([]);
      expect(await held('O-1')).toEqual([newer]);
      expect(await under.book.orders('OTHER', ['O-1'], signal)).toEqual([]);
      expect(await under.erp.registerOrder(anErpOrder('O-1'))).toEqual({ kind: 'registered', erpNumber });
    });

    test('of many orders that are told at once, one that they refuse or do not know keeps no other from being taken', async () => {
      const [first, second, third] = [await registered('O-1'), await registered('O-2'), await registered('O-3')];
      await under.strike({ mode: 'refuse', operation: 'orderStatus', match: 'O-2', code: 'OrderLocked' });
      const orders = [
        progress('O-1', first, '0042'),
        progress('O-2', second, '0042'),
        progress('O-9', 'SO-NONE', '0042'),
        progress('O-3', third, '0042'),
        progress('O'.repeat(200), third, '0042'),
      ];
      expect([...((await tell(...orders)) ?? [])].sort((a, b) => a.code.localeCompare(b.code))).toEqual([
        { orderId: 'O'.repeat(200), code: 'NOT_REPRESENTABLE' },
        { orderId: 'O-2', code: 'ORDER_LOCKED' },
        { orderId: 'O-9', code: 'SALES_ORDER_NOT_FOUND' },
      ]);
      expect((await held('O-1', 'O-2', 'O-3'))?.map(({ version }) => version)).toEqual(['0042', '', '0042']);
    });

    test('an order with which they refuse a whole call is found by halves, and keeps no other from being taken', async () => {
      const orderIds = ['O-1', 'O-2', 'O-3', 'O-4', 'O-5'];
      const orders: OrderProgress[] = [];
      for (const orderId of orderIds) orders.push(progress(orderId, await registered(orderId), '0042'));
      const broken = { mode: 'refuse', operation: 'tellOrderStatuses', match: 'O-2', code: 'BadRequest' };
      await under.strike({ ...broken, times: 4 });
      expect(await tell(...orders)).toEqual([{ orderId: 'O-2', code: 'BAD_REQUEST' }]);
      expect((await held(...orderIds))?.map(({ version }) => version)).toEqual(['0042', '', '0042', '0042', '0042']);
    });

    test('an order that is deleted there is not there, and an update that they lost is as if it had never come', async () => {
      const erpNumber = await registered('O-1');
      await under.strike({ mode: 'lose', operation: 'orderStatus', match: 'O-1' });
      expect(await tell(progress('O-1', erpNumber, '0042'))).toEqual([]);
      expect(await held('O-1')).toMatchObject([{ version: '' }]);
      await under.deleteOrder('O-1');
      expect(await held('O-1')).toEqual([]);
    });

    test('what is in a batch comes to what was posted of it, and is told by journal', async () => {
      await under.strike({ mode: 'refuse', operation: 'postJournal', match: 'J-2' });
      await under.erp.importJournals(aBatch('B-1', [aJournal('J-1'), aJournal('J-2'), aJournal('J-3', '100')]));
      expect(await under.book.batches('ACME', ['B-1', 'B-9'], signal)).toEqual([
        { batchId: 'B-1', documents: 2, amounts: { USD: '4300' } },
      ]);
      expect(await under.book.batches('OTHER', ['B-1'], signal)).toEqual([]);
      const { documents, next } = await under.book.documents('ACME', 'B-1', '', signal);
      expect(next).toBeNull();
      expect(documents).toEqual([
        { journalId: 'J-1', document: expect.stringMatching(/\S/), amount: '4200', currency: 'USD' },
        { journalId: 'J-3', document: expect.stringMatching(/\S/), amount: '100', currency: 'USD' },
      ]);
      await under.post('B-1', 'J-1', [
        ['JE-1', '42.00'],
        ['JE-2', '42.00'],
      ]);
      await under.post('B-1', 'J-2', [['JE-3', '42.00']]);
      await under.post('B-1', 'J-3', []);
      expect(await under.book.batches('ACME', ['B-1'], signal)).toEqual([
        { batchId: 'B-1', documents: 3, amounts: { USD: '12600' } },
      ]);
      expect(await under.erp.journalOutcomes('ACME', 'B-1')).toMatchObject({
        journals: [{ outcome: 'ACKNOWLEDGED' }, { journalId: 'J-2', outcome: 'ACKNOWLEDGED' }, {}],
      });
    });

    test('many documents come page by page, each once, those of a journal together', async () => {
      const journals = Array.from({ length: 1_100 }, (_, n) => aJournal(`J-${String(n).padStart(4, '0')}`));
      await under.erp.importJournals(aBatch('B-1', journals));
      await under.post('B-1', 'J-0499', [
        ['JE-1', '42.00'],
        ['JE-2', '42.00'],
      ]);
      const told: string[] = [];
      let pages = 0;
      for (let after: string | null = ''; after !== null; pages += 1) {
        const page: Awaited<ReturnType<ErpBook['documents']>> = await under.book.documents(
          'ACME',
          'B-1',
          after,
          signal,
        );
        told.push(...page.documents.map(({ journalId }) => journalId));
        after = page.next;
      }
      expect(pages).toBeGreaterThan(1);
      expect(told).toEqual([...journals.map(({ journalId }) => journalId), 'J-0499'].sort());
    });

    test('one that is down or answers rubbish is unavailable, never empty; a batch that they do not know has no documents', async () => {
      await under.strike({ mode: 'fail', operation: 'orderStatuses', times: 4 });
      expect(await troubleOf(held('O-1'))).toBe('SERVER_ERROR');
      await under.strike({ mode: 'malformed', operation: 'journalImportTotals' });
      expect(await troubleOf(under.book.batches('ACME', ['B-1'], signal))).toBe('BAD_RESPONSE');
      expect(await troubleOf(under.book.documents('ACME', 'B-9', '', signal))).toBe('BAD_RESPONSE');
      await under.strike({ mode: 'lose-answer', operation: 'tellOrderStatuses' });
      const erpNumber = await registered('O-1');
      expect(await tell(progress('O-1', erpNumber, '0042'))).toEqual([]);
    });
  });
};
