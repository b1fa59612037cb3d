import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { tieOutsCommand } from '../../api/cli/tieOuts.ts';

const explained = [{ reason: 'PAYMENTS_POSTED_BY_ERP', amount: '-3100', count: 3 }];
const sides = { currency: 'USD', subledger: '7114', gl: '10214', difference: '-3100', explained, unexplained: '0' };

const asked: string[] = [];
let items: readonly object[] = [];
const server = createServer((request, response) => {
  asked.push(String(request.url));
  const body = { items, nextCursor: null };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
let options = { url: '', key: 'any' };
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  options = { ...options, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('the tie-outs of a period, with what explains them', async () => {
  items = [{ pair: 'AR', ...sides }];
  const { text, value } = await tieOutsCommand.run(['ACME'], { ...options, period: '202611' });
  expect(text).toMatch(/AR +71\.14 USD +102\.14 USD +-31\.00 USD +0\.00 USD +PAYMENTS_POSTED_BY_ERP -31\.00 USD/);
  expect(value).toEqual(items);
  expect(asked).toEqual(['/v1/tie-outs?bu=ACME&period=202611']);
});

test('the documents of a pair on which the two differ, or all of them', async () => {
  items = [{ document: 'I-1', entries: [], postings: [], ...sides }];
  expect((await tieOutsCommand.run(['ACME', 'AR'], options)).text).toMatch(/I-1 +71\.14 USD/);
  items = [];
  expect((await tieOutsCommand.run(['ACME', 'AR'], options)).text).toBe('Both sides agree on every document.');
  await tieOutsCommand.run(['ACME', 'AR'], { ...options, all: true });
  expect(asked).toEqual([
    '/v1/tie-outs/AR/items?bu=ACME&differences=true&limit=500',
    '/v1/tie-outs/AR/items?bu=ACME&differences=true&limit=500',
    '/v1/tie-outs/AR/items?bu=ACME&limit=500',
  ]);
});
