import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { createErpBook } from '../../../adapters/erp/book.ts';
import { createErpClient } from '../../../adapters/erp/client.ts';
import { startErpSimulator } from '../../../adapters/erp/simulator.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { type ErpBookUnderTest, erpBookContract } from '../../contracts/erpBookContract.ts';
import { aBatch, aJournal } from '../../contracts/erpContract.ts';
import { byHand, quickHttp, strike, troubleOf, withFolder } from '../http/peer.ts';
import { anErpOrder } from './order.ts';

const { signal } = new AbortController();
const company = 'ACME';

const open = async (directory?: string): Promise<ErpBookUnderTest> => {
  const place = directory === undefined ? {} : { directory };
  const running = await startErpSimulator({ serve: serveSimulator, importDelayMs: 0, ...place });
  const { send } = quickHttp(running.url);
  return {
    erp: createErpClient({ system: 'erp', send, settleMs: 100, settlePollMs: 20 }),
    book: createErpBook({ system: 'erp', send }),
    strike: (fault) => strike(running.url, fault),
    post: async (batchId, journalId, documents) => {
      await byHand(running.url, '/control/documents', {
        ...{ company, batchId, journalId },
        documents: documents.map(([documentNumber, debitAmount]) => ({
          ...{ journalId, documentNumber, currencyCode: 'USD', debitAmount },
        })),
      });
    },
    deleteOrder: async (externalDocumentNumber) => {
      await byHand(running.url, '/control/orderStatuses', { company, externalDocumentNumber });
    },
    close: running.close,
  };
};

erpBookContract('the simulated ERP', () => open());

test('a restarted ERP still knows how far orders are, and what was posted, also by hand', () =>
  withFolder(async (folder) => {
    const first = await open(folder);
    const made = await first.erp.registerOrder(anErpOrder('O-1'));
    const erpNumber = made.kind === 'registered' ? made.erpNumber : '';
    const line = { lineId: '10', status: 'SHIPPED', shipped: '10', invoiced: '0', cancelled: '0' } as const;
    await first.book.tellOrders(company, [{ orderId: 'O-1', erpNumber, version: '7', lines: [line] }], signal);
    await first.erp.importJournals(aBatch('B-1', [aJournal('J-1')]));
    await first.post('B-1', 'J-1', [['JE-9', '41.00']]);
    const asked = async ({ book }: ErpBookUnderTest) => [
      await book.orders(company, ['O-1'], signal),
      await book.documents(company, 'B-1', '', signal),
    ];
    const before = await asked(first);
    await first.close();
    const second = await open(folder);
    expect(await asked(second)).toEqual(before);
    expect(before).toMatchObject([[{ version: '7', lines: [line] }], { documents: [{ amount: '4100' }] }]);
    await second.close();
  }));

describe('an ERP that answers otherwise', () => {
  const answering = async <T>(status: number, body: unknown, work: (url: string) => Promise<T>): Promise<T> => {
    const server = createServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    try {
      return await work(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
  const bookAt = (url: string) => createErpBook({ system: 'erp', send: quickHttp(url).send });

  test('cannot be asked where it has no such address, whatever its page for that says', async () => {
    await answering(404, 'no such page', async (url) => {
      const book = bookAt(url);
      const line = { lineId: '10', status: 'SHIPPED', shipped: '1', invoiced: '0', cancelled: '0' } as const;
      const order = { orderId: 'O-1', erpNumber: 'SO-1', version: '1', lines: [line] };
      expect(await book.orders(company, ['O-1'], signal)).toBeUndefined();
      expect(await book.tellOrders(company, [order], signal)).toBeUndefined();
      expect(await book.batches(company, ['B-1'], signal)).toBeUndefined();
    });
  });

  const document = { journalId: 'J-1', documentNumber: 'JE-1', currencyCode: 'USD', debitAmount: '1.00' };
  const order = { externalDocumentNumber: 'O-1', number: 'SO-1', sourceVersion: '', lines: [] };
  test.each([
    ['an order that was not asked for', { value: [{ ...order, externalDocumentNumber: 'O-2' }] }],
    ['a status that there is not', { value: [{ ...order, lines: [{ lineReference: '10', status: 'Odd' }] }] }],
  ])('%s is no answer', (_, body) =>
    answering(200, body, async (url) =>
      expect(await troubleOf(bookAt(url).orders(company, ['O-1'], signal))).toBe('BAD_RESPONSE'),
    ));

  test.each([
    ['an amount finer than a minor unit', { value: [{ ...document, debitAmount: '1.001' }], next: null }],
    ['documents out of order', { value: [{ ...document, journalId: 'J-2' }, document], next: null }],
    ['what was told before', { value: [{ ...document, journalId: 'J-0' }], next: null }],
    ['more, and no way to it', { value: [document], next: 'J-0' }],
  ])('%s is no answer', (_, body) =>
    answering(200, body, async (url) =>
      expect(await troubleOf(bookAt(url).documents(company, 'B-1', 'J-0', signal))).toBe('BAD_RESPONSE'),
    ));
});
