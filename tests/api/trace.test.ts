import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rootsFor } from '../../api/cli/trace.ts';
import { type RunningServer, startServer } from '../../api/server.ts';
import { toDomain } from '../../commands/codec.ts';
import { projections } from '../../projections/catalogue.ts';
import { catchUp } from '../../projections/runner.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { openBooks } from '../projections/masterDataHistory.ts';
import { createMemoryLog } from '../projections/memoryLog.ts';
import { call, keyOf, makeTestApi, type TestApi } from './testApi.ts';

const cli = join(import.meta.dirname, '../../api/cli.js');
const orderId = '01JD0000000000000000000001';

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

describe('throughline trace', () => {
  let api: TestApi;
  let server: RunningServer;
  const known: Record<string, string> = {};

  const trace = (...args: readonly string[]): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const env = { PATH: process.env.PATH ?? '', THROUGHLINE_KEY: keyOf('auditor') };
      const child = spawn(process.execPath, [cli, 'trace', '--url', server.url, ...args], { env });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => {
        out += String(chunk);
      });
      child.stderr.on('data', (chunk) => {
        err += String(chunk);
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out, err }));
    });

  beforeAll(async () => {
    api = await makeTestApi();
    const log = createMemoryLog();
    openBooks(log);
    playGoldenOrder(log, orderId);
    for (const { stream, revision, position: _, recordedAt: __, ...event } of log.events)
      await api.log.append(stream, revision === 0 ? 'no-stream' : revision - 1, [event]);
    for (const projection of projections)
      await catchUp({ db: api.database.db, feed: api.log, decode: toDomain }, projection);
    server = await startServer(api.app, { host: '127.0.0.1', port: 0 });
    const { items } = (await call(api, 'GET', '/v1/gl-journals?limit=500', { role: 'auditor' })).body as {
      readonly items: readonly { readonly journalId: string; readonly templateId: string }[];
    };
    const invoices = (await call(api, 'GET', '/v1/invoices', { role: 'auditor' })).body as {
      readonly items: readonly { readonly number: string }[];
    };
    known.journal = items.find(({ templateId }) => templateId === 'T03')?.journalId ?? '';
    known.line = `${known.journal}:2`;
    known.number = invoices.items[0]?.number ?? '';
    known.event = log.events.find(({ type }) => type === 'InvoiceIssued')?.eventId ?? '';
  });

  afterAll(async () => {
    await server.stop(100);
    await api.close();
  });

  test.each([
    ['the PO', () => 'PO-7001', '<- asked for'],
    ['the order', () => orderId, '<- asked for'],
    ['an order line', () => `${orderId}/10`, '<- asked for'],
    ['a shipment', () => `${orderId}-s1`, '<- asked for'],
    ['a journal', () => known.journal ?? '', '<- asked for'],
    ['a GL line', () => known.line ?? '', '<- asked for'],
    ['a GL line as the graph calls it', () => `gl-line:${known.line}`, '<- asked for'],
    ['the number of an invoice', () => known.number ?? '', '<- asked for'],
    ['a correlation', () => `correlation-${orderId}`, 'order line'],
    ['an event', () => known.event ?? '', 'order line'],
  ])('finds %s and draws where it comes from and goes to', async (_what, text, expected) => {
    const { code, out, err } = await trace(text());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(expected);
    expect(out).toMatch(/└─|├─/);
    expect(out).toContain('complete');
  });

  test('says 3 for what nobody knows, and JSON for machines', async () => {
    const err = expect.stringMatching(/Nothing is known of no-such-thing\. .*GET \/v1\/orders.*npm run demo/);
    expect(await trace('no-such-thing')).toMatchObject({ code: 3, out: '', err });
    const { out } = await trace('PO-7001', '--json');
    expect(JSON.parse(out)).toMatchObject({ root: 'customer-po:PO-7001', report: { exact: true } });
  });

  test('draws what was known at a position', async () => {
    const { out } = await trace(orderId, '--known-as-of', '12', '--json');
    const view = JSON.parse(out) as { readonly nodes: readonly { readonly type: string }[] };
    expect(view.nodes.map(({ type }) => type)).not.toContain('GL_LINE');
  });
});

describe('what a text can mean', () => {
  test.each([
    ['gl-line:J1:3', ['gl-line:J1:3']],
    ['PO-7001', ['customer-po:PO-7001', 'erp-doc:PO-7001']],
    ['01JD0000000000000000000001', ['order:01JD0000000000000000000001', 'shipment:01JD0000000000000000000001']],
    ['a'.repeat(64), [`payload:${'a'.repeat(64)}`]],
  ])('%s', (text, first) => {
    expect(rootsFor(text).slice(0, first.length)).toEqual(first);
  });
});
