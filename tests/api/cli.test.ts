import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { callService } from '../../api/cli/service.ts';
import { keyRoles, makeKeys } from '../../api/keys.ts';
import { throughline } from '../support/throughline.ts';

const emptyFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'throughline-cli-'));

describe('the command line', () => {
  test('explains itself, with examples and exit codes', async () => {
    const { code, out } = await throughline(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
    expect(out).toContain('Exit codes:');
    const help = async (command: string) => (await throughline([command, '--help'])).out.replaceAll(/\s+/g, ' ');
    const rebuild = await help('rebuild');
    expect(rebuild).toContain('throughline -- rebuild orders');
    expect(rebuild).toContain('auditor, ops, admin, admin2, supplier; ops unless said');
    expect(await help('erase')).toContain('admin unless said');
    for (const name of ['trace', 'export']) expect(await help(name)).toContain('auditor unless said');
  });

  test('wrong usage ends with 2 and says what was wrong', async () => {
    const unknown = await throughline(['nonsense']);
    expect({ code: unknown.code, out: unknown.out }).toEqual({ code: 2, out: '' });
    expect(unknown.err).toContain('nonsense');
    expect((await throughline(['rebuild'])).code).toBe(2);
    expect((await throughline(['projections', '--colour'])).code).toBe(2);
    const lane = await throughline(['pause', 'DC-EAST', '--reason', 'fire alarm']);
    expect({ code: lane.code, err: lane.err }).toEqual({ code: 2, err: expect.stringContaining('node:<code>') });
    for (const [key, rate, said] of [
      ['edi', '50/s', 'channel:<code>'],
      ['channel:edi', 'fast', '30/min'],
      ['channel:edi', '0/s', '30/min'],
    ] as const) {
      const limit = await throughline(['limit', key, rate, '--reason', 'a flood']);
      expect({ code: limit.code, err: limit.err }).toEqual({ code: 2, err: expect.stringContaining(said) });
    }
  });

  test('without a service it ends with 5 and says how to start one', async () => {
    const { code, err } = await throughline(['projections'], { DATA_DIR: await emptyFolder() });
    expect(code).toBe(5);
    expect(err).toContain('npm start');
  });

  test('what works on the database ends with 5 when that is away, and says so', async () => {
    const { code, err } = await throughline(['doctor'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
    expect({ code, err }).toEqual({ code: 5, err: expect.stringContaining('Postgres cannot be reached') });
  });

  test('an address or a credential that cannot be used is wrong usage, and an empty variable is none', async () => {
    const env = { DATA_DIR: await emptyFolder(), THROUGHLINE_URL: '', KEYS_FILE: '' };
    expect((await throughline(['lanes'], env)).code).toBe(5);
    const noScheme = await throughline(['lanes', '--url', 'localhost:3000', '--key', 'any'], env);
    expect({ code: noScheme.code, err: noScheme.err }).toEqual({ code: 2, err: expect.stringContaining('http://') });
    const noKey = await throughline(['lanes', '--url', 'http://127.0.0.1:1'], env);
    expect({ code: noKey.code, err: noKey.err }).toEqual({ code: 2, err: expect.stringContaining('--key') });
    expect(noKey.err).toContain(join(env.DATA_DIR, 'keys.json'));
  });

  test('a rebuild whose service goes away meanwhile is named, so that it can be asked for later', async () => {
    const server = createServer((request, response) => {
      if (request.method === 'POST')
        response.writeHead(202, { 'content-type': 'application/json' }).end('{"rebuildId":"orders-v7"}');
      else response.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, err } = await throughline(['rebuild', 'orders', '--reason', 'a fix', '--url', url, '--key', 'any']);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect({ code, err }).toEqual({ code: 5, err: expect.stringContaining('throughline -- difference orders-v7') });
  });

  test('a period that is not ready is shown with what is in the way, and ends with 8', async () => {
    const blocker = { class: 'JOURNALS_HELD', must: true, owner: 'finance', count: 2, oldest: '2026-11-23', items: [] };
    const readiness = {
      ...{ periodId: 'ACME.PRIMARY.202611', state: 'SOFT_CLOSED', ready: false },
      blockers: [{ ...blocker, amounts: [{ currency: 'USD', amount: '4200' }], detail: 'Cure it.' }],
      accrualForecast: [{ currency: 'USD', lines: 3, net: '8050', cost: '4200' }],
    };
    const periods = [
      { periodId: 'ACME.PRIMARY.202612', period: '202612', state: 'OPEN' },
      { periodId: 'ACME.PRIMARY.202611', period: '202611', state: 'SOFT_CLOSED' },
      { periodId: 'ACME.PRIMARY.202610', period: '202610', state: 'CLOSED' },
    ];
    const server = createServer((request, response) => {
      const body = request.url?.endsWith('202611/readiness') ? readiness : { items: periods, nextCursor: null };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, out } = await throughline(['readiness', 'ACME', '--url', url, '--key', 'any']);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(code).toBe(8);
    expect(out).toMatch(/MUST +JOURNALS_HELD +finance +2 +42\.00 USD +2026-11-23/);
    expect(out).toContain('Shipped and not invoiced: 3 lines, net 80.50 USD, cost 42.00 USD.');
  });

  test('a journal is posted anew, and a period soft-closed, and each says what comes next', async () => {
    const sent: string[] = [];
    const server = createServer((request, response) => {
      request.on('data', (part) => sent.push(`${request.url} ${part}`));
      const corrected = { journalId: 'J-1', accountingDate: '2026-11-30', reversedBy: 'J-2', repostedBy: 'J-3' };
      const periods = {
        items: [{ periodId: 'ACME.PRIMARY.202611', period: '202611', ledger: 'PRIMARY', state: 'OPEN' }],
        nextCursor: null,
      };
      const body = request.method === 'POST' ? corrected : periods;
      response.writeHead(request.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
      request.on('end', () => response.end(JSON.stringify(body))).resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const at = ['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, '--key', 'any'];
    const repost = await throughline(['repost', 'J-1', '--reason', 'wrong', '--date', '2026-11-30', ...at]);
    const opened = await throughline(['open-period', 'ACME', '202612', ...at]);
    const softClose = await throughline(['soft-close', 'ACME', '202611', '--reason', 'month end', ...at]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect([repost.code, opened.code, softClose.code]).toEqual([0, 0, 0]);
    expect(sent).toEqual([
      '/v1/gl-journals/J-1/reposts {"reason":"wrong","accountingDate":"2026-11-30"}',
      '/v1/accounting-periods {"bu":"ACME","ledger":"PRIMARY","period":"202612"}',
      '/v1/accounting-periods/ACME.PRIMARY.202611/soft-closes {"reason":"month end"}',
    ]);
    expect(repost.out).toContain('Taken back by J-2.\nPosted anew as J-3.\n');
    expect(softClose.out).toContain('`readiness` names what is left, then `close`');
  });

  test('an error of a partner is shown with its time, since the partner may have answered after it', async () => {
    const partner = {
      name: 'wms',
      state: 'RUNNING',
      waiting: 0,
      lagSeconds: 0,
      calls: 9,
      errorRate: 0,
      pausedBy: null,
    };
    const last = { lastSuccessAt: '2026-11-29T17:00:00.000Z', lastErrorAt: '2026-11-29T08:00:00.000Z' };
    const items = [{ ...partner, ...last, lastErrorClass: 'TIMEOUT' }];
    const server = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items })),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, out } = await throughline(['adapters', '--url', url, '--key', 'any']);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining('last error TIMEOUT at 2026-11-29T08:00:00.000Z'),
    });
  });

  test('makes a set of keys as JSON on stdout and nothing else', async () => {
    const { code, out } = await throughline(['new-keys']);
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(out))).toEqual([...keyRoles]);
  });

  test('a caller uses the key of the data folder that --as names, or the one it is given', async () => {
    const seen: (string | undefined)[] = [];
    const paths = new Set<string | undefined>();
    const server = createServer((request, response) => {
      paths.add(request.url);
      seen.push(request.headers.authorization);
      response.setHeader('content-type', 'application/json').end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const keys = makeKeys('tl_');
    const folder = await emptyFolder();
    await writeFile(join(folder, 'keys.json'), JSON.stringify(keys));
    const before = process.env.DATA_DIR;
    process.env.DATA_DIR = folder;
    try {
      await (await callService({ url })).get('/v1/orders');
      await (await callService({ url: `${url}/`, as: 'admin' })).get('/v1/orders');
      await (await callService({ url, key: 'another' })).get('/v1/orders');
      await expect(callService({ url, as: 'nobody' })).rejects.toMatchObject({ exitCode: 2 });
      expect([...paths]).toEqual(['/v1/orders']);
      expect(seen).toEqual([`Bearer ${keys.ops}`, `Bearer ${keys.admin}`, 'Bearer another']);
    } finally {
      if (before === undefined) delete process.env.DATA_DIR;
      else process.env.DATA_DIR = before;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await expect((await callService({ url, key: 'any' })).get('/v1/orders')).rejects.toMatchObject({ exitCode: 5 });
  });
});
