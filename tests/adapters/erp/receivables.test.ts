import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { createErpClient } from '../../../adapters/erp/client.ts';
import { createErpReceivables } from '../../../adapters/erp/receivables.ts';
import { startErpSimulator } from '../../../adapters/erp/simulator.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { aBatch } from '../../contracts/erpContract.ts';
import {
  anInvoiceJournal,
  type ReceivablesUnderTest,
  receivablesContract,
} from '../../contracts/receivablesContract.ts';
import { asking, byHand, quickHttp, strike, troubleOf, withFolder } from '../http/peer.ts';
import { anErpOrder } from './order.ts';

const { signal } = new AbortController();

const open = async (directory?: string): Promise<ReceivablesUnderTest> => {
  const place = directory === undefined ? {} : { directory };
  const running = await startErpSimulator({ serve: serveSimulator, importDelayMs: 0, ...place });
  const http = quickHttp(running.url);
  const company = 'ACME';
  return {
    erp: createErpClient({ system: 'erp', send: http.send, settleMs: 100, settlePollMs: 20 }),
    receivables: createErpReceivables({ system: 'erp', ask: asking(http) }),
    pay: async (invoiceReference, amount) => {
      await byHand(running.url, '/control/payments', { company, invoiceReference, ...(amount && { amount }) });
    },
    owe: async (customerNumber, amount, currencyCode = 'USD') => {
      await byHand(running.url, '/control/receivables', { company, customerNumber, currencyCode, amount });
    },
    strike: (fault) => strike(running.url, fault),
    close: running.close,
  };
};

receivablesContract('the simulated ERP', () => open());

test('a restarted ERP still knows who owes what, under the same cursors', () =>
  withFolder(async (folder) => {
    const first = await open(folder);
    await first.erp.registerOrder(anErpOrder('O-1'));
    await first.erp.importJournals(aBatch('B-1', [anInvoiceJournal('I-1', 'O-1', '10214')]));
    await first.pay('I-1', '0.14');
    const before = await first.receivables.figures('ACME', '1', signal);
    await first.close();
    const second = await open(folder);
    expect(await second.receivables.figures('ACME', '1', signal)).toEqual(before);
    expect(before.figures).toMatchObject([{ openAr: '10200', contains: [] }]);
    await second.close();
  }));

describe('answers that are no figures', () => {
  const figure = {
    ...{ company: 'ACME', customerNumber: 'C-1', currencyCode: 'USD', openAmount: '1.00' },
    ...{ asOf: '2026-11-24T10:00:00.000Z', postedInvoiceReferences: ['I-1'] },
  };
  const answer = (change: object, rest: object = {}) => ({
    value: [{ ...figure, ...change }],
    next: '7',
    more: false,
    ...rest,
  });

  test.each([
    ['an amount that is a number', answer({ openAmount: 1 })],
    ['an amount finer than a minor unit', answer({ openAmount: '1.001' })],
    ['an amount beyond all sense', answer({ openAmount: `1${'0'.repeat(30)}` })],
    ['a currency that is none', answer({ currencyCode: 'usd' })],
    ['an instant that is none', answer({ asOf: 'yesterday' })],
    ['a name that cannot be kept', answer({ customerNumber: 'C\u0000' })],
    ['an invoice that cannot be kept', answer({ postedInvoiceReferences: ['\ud800'] })],
    ['no invoices at all', answer({ postedInvoiceReferences: undefined })],
    ['another company', answer({ company: 'OTHER' })],
    ['no cursor', answer({}, { next: undefined })],
    ['more, behind the same cursor', answer({}, { next: '3', more: true })],
    ['a list that is none', { value: { length: 1 }, next: '7', more: false }],
    ['too many', { value: Array.from({ length: 1_001 }, () => figure), next: '7', more: false }],
  ])('%s', async (_, body) => {
    const server = createServer((_request, response) => response.end(JSON.stringify(body)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const http = quickHttp(`http://127.0.0.1:${address.port}`);
    const receivables = createErpReceivables({ system: 'erp', ask: asking(http) });
    expect(await troubleOf(receivables.figures('ACME', '3', signal))).toBe('BAD_RESPONSE');
    server.closeAllConnections();
    server.close();
  });
});
