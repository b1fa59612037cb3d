import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { reportCommand, reportsCommand, writeCsv } from '../../api/cli/reports.ts';
import { callService } from '../../api/cli/service.ts';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Role } from '../../api/permissions.ts';
import type { Principal } from '../../api/principal.ts';
import { readModels } from '../../api/reads.ts';
import { reports } from '../../projections/reports/catalogue.ts';
import type { Report } from '../../projections/reports/report.ts';
import { contentOf } from './asOfReports.ts';
import { makeReported, orderIds, type ReportAnswer, type Row, readReport, sum } from './reported.ts';
import { call, keyOf, keys, type TestApi } from './testApi.ts';

/** Reads every report, of another business unit. */
const elsewhere: Principal = {
  ...{ tenant: 'default', id: 'elsewhere', kind: 'USER', roles: ['finance', 'ops'] },
  ...{ businessUnits: ['OTHER'], customers: 'all', nodes: 'all' },
};

let api: TestApi;
beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  api = await makeReported({ authenticate: async (token) => (token === elsewhere.id ? elsewhere : byKey(token)) });
});
afterAll(() => api.close());

const read = (path: string): Promise<ReportAnswer> => readReport(api, path);
const get = (path: string, role: Role = 'finance', headers: Readonly<Record<string, string>> = {}) =>
  call(api, 'GET', `/v1/reports${path}`, { role, headers });

/** All rows, page by page, at the moment of the first page. */
const allRows = async (path: string, limit: number): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  let from = '';
  for (;;) {
    const { items, nextCursor, report, knowsThePast } = await read(
      `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${from}`,
    );
    rows.push(...items);
    if (nextCursor === null) return rows;
    const moment = knowsThePast ? `&knownAsOf=${report.position}` : '';
    from = `&totals=false${moment}&cursor=${encodeURIComponent(nextCursor)}`;
  }
};

const isOfType = (type: string, value: string | number | boolean): boolean => {
  if (type === 'count') return Number.isInteger(value);
  if (type === 'flag') return typeof value === 'boolean';
  if (typeof value !== 'string') return false;
  return (type !== 'money' && type !== 'quantity') || BigInt(value).toString() === value;
};

/** What each is asked of here. */
const asked = ({ needs = [] }: Report): string =>
  `bu=ACME${needs.includes('period') ? '&ledger=PRIMARY&period=202611' : ''}`;

describe('every report', () => {
  test('is in the catalogue as it is declared', async () => {
    const { items } = (await get('')).body as { readonly items: readonly Row[] };
    expect(items.map(({ id, href }) => [id, href])).toEqual(reports.map(({ id, name }) => [id, `/v1/reports/${name}`]));
    expect(new Set(reports.flatMap(({ id, name }) => [id, name])).size).toBe(2 * reports.length);
  });

  test.each(reports.map((report) => [report.name, report] as const))('%s', async (name, report) => {
    const own = new Set(['bu', 'ledger', 'period', 'from', 'to']);
    expect(report.filters.filter((filter) => !own.has(filter) && !(filter in report.columns))).toEqual([]);
    expect(report.models.filter((model) => !(readModels as readonly string[]).includes(model))).toEqual([]);
    expect(
      Object.values(report.columns).flatMap(({ of = [] }) => of.filter((one) => !(one in report.columns))),
    ).toEqual([]);

    const whole = await read(`${name}?${asked(report)}&limit=5000`);
    expect(contentOf(await read(`${report.id}?${asked(report)}&limit=5000`))).toEqual(contentOf(whole));
    expect(whole.items.length).toBeGreaterThan(0);
    const names = Object.keys(report.columns);
    expect(whole.items.filter((row) => Object.keys(row).join() !== names.join())).toEqual([]);
    const rows = [...whole.items, ...(whole.totals ?? [])];
    const wrong = whole.columns.flatMap((column) =>
      rows.map((row) => row[column.name]).filter((value) => value != null && !isOfType(column.type, value)),
    );
    expect(wrong).toEqual([]);

    // Pages, in both forms, are the whole; and each total is that of all rows.
    expect(await allRows(`${name}?${asked(report)}`, Math.ceil(whole.items.length / 3))).toEqual(whole.items);
    const first = await read(`${name}?${asked(report)}&limit=1`);
    expect(first.totals).toEqual(whole.totals);
    for (const total of whole.totals ?? []) {
      const own = whole.items.filter(({ currency = null }) => currency === total.currency);
      expect(total.rows).toBe(own.length);
      for (const { name: column, type } of whole.columns.filter(
        ({ name: each }) => each in total && each !== 'currency',
      ))
        if (type === 'money')
          expect({ column, total: total[column] }).toEqual({ column, total: sum(own, column).toString() });
    }
    const csv = await get(`/${name}?${asked(report)}&limit=5000`, 'finance', { accept: 'text/csv' });
    expect(csv.text.split('\r\n')).toHaveLength(whole.items.length + 2);
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'x-report-sha256': whole.report.sha256,
      'x-report-position': whole.report.position,
    });

    // Of no other business unit, and in the forms in which a filter can be asked.
    const days = report.filters.includes('from') ? '&from=2026-11-01&to=2026-11-02' : '';
    const some = await read(`${name}?${asked(report)}${days}`);
    expect(some.items.length).toBeLessThanOrEqual(whole.items.length);
    for (const path of [`${name}?${asked(report)}`, ...(report.needs === undefined ? [name] : [])]) {
      const { status, body } = await call(api, 'GET', `/v1/reports/${path}`, { token: elsewhere.id });
      expect({ path, status, body }).toMatchObject({
        path,
        status: 200,
        body: { items: [], totals: [], nextCursor: null },
      });
    }
    for (const role of ['finance', 'auditor', 'ops', 'admin'] as const) {
      const { status, body } = await get(`/${name}?${asked(report)}`, role);
      const may = report.readers.includes(role);
      expect({ role, status, code: body.code }).toEqual({
        role,
        status: may ? 200 : 403,
        code: may ? undefined : 'FORBIDDEN',
      });
    }
  });
});

test('O-21: cycle time, fill rate, perfect orders and the quality of a close are reported, and each order tells its story', async () => {
  const outcomes: Readonly<Record<string, readonly string[]>> = {
    R06: ['linePercent', 'unitPercent', 'valuePercent', 'ordersPercent'],
    R07: ['perfect', 'inFull', 'firstFailing'],
    R08: ['leg', 'median', 'p90', 'p99'],
    R14: ['kind', 'class', 'count', 'oldest', 'perThousandOrders'],
  };
  for (const [id, columns] of Object.entries(outcomes)) {
    const report = reports.find((each) => each.id === id);
    const { items } = await read(`${id}?${report === undefined ? '' : asked(report)}`);
    expect({ id, rows: items.length > 0 }).toEqual({ id, rows: true });
    expect(Object.keys(items[0] ?? {})).toEqual(expect.arrayContaining([...columns]));
  }
  const { body } = await call(api, 'GET', `/v1/orders/${orderIds[0]}/timeline`, { role: 'finance' });
  const [first] = body.items as readonly Row[];
  expect(first).toMatchObject({ at: expect.stringMatching(/^\d{4}-/), text: expect.stringMatching(/./) });
});

describe('a report cannot be asked', () => {
  test.each([
    ['/nothing', 404, 'NOT_FOUND', undefined],
    ['/trial-balance?node=DC-EAST', 422, 'UNKNOWN_PROPERTY', '/query/node'],
    ['/trial-balance?colour=red', 422, 'UNKNOWN_PROPERTY', '/query/colour'],
    ['/trial-balance?period=202611&from=2026-11-01', 422, 'VALUE_INVALID', '/query/period'],
    ['/trial-balance?from=2026-11-02&to=2026-11-01', 422, 'VALUE_INVALID', '/query/to'],
    ['/trial-balance?limit=5001', 422, 'VALUE_INVALID', '/query/limit'],
    ['/trial-balance?cursor=x', 400, 'CURSOR_INVALID', undefined],
    ['/trial-balance?knownAsOf=0', 422, 'KNOWN_AS_OF_TOO_OLD', '/query/knownAsOf'],
  ])('%s is %i %s', async (path, status, code, pointer) => {
    const { status: answered, body } = await get(path);
    const errors = body.errors as readonly { readonly pointer: string; readonly code: string }[] | undefined;
    expect([answered, errors?.[0]?.code ?? body.code, errors?.[0]?.pointer]).toEqual([status, code, pointer]);
  });

  test('wherever it is wrong, all of that is told at once', async () => {
    const { body } = await get('/R11?node=X&from=2026-13-01&to=soon&limit=0');
    const told = (body.errors as readonly Row[]).map(({ pointer, code }) => `${pointer} ${code}`);
    expect(told.sort()).toEqual([
      '/query/from DATE_INVALID',
      '/query/limit VALUE_INVALID',
      '/query/node UNKNOWN_PROPERTY',
      '/query/to FORMAT_INVALID',
    ]);
  });

  test('as CSV page by page: each names the next one, at the moment of the first and without sums that no table shows', async () => {
    const asCsv = (path: string) => call(api, 'GET', path, { role: 'finance', headers: { accept: 'text/csv' } });
    const whole = await asCsv('/v1/reports/R10?bu=ACME&limit=5000');
    const lines: string[] = [];
    let next: string | undefined = '/v1/reports/R10?bu=ACME&limit=7';
    for (let pages = 0; next !== undefined; pages += 1) {
      const page: Awaited<ReturnType<typeof asCsv>> = await asCsv(next);
      expect(page.headers['x-report-position']).toBe(whole.headers['x-report-position']);
      lines.push(...page.text.split('\r\n').slice(pages === 0 ? 0 : 1, -1));
      next = /^<(.+)>; rel="next"$/.exec(page.headers.link ?? '')?.[1];
      if (next !== undefined) expect(next).toMatch(/totals=false.*knownAsOf=\d+|knownAsOf=\d+.*totals=false/);
    }
    expect(lines).toEqual(whole.text.split('\r\n').slice(0, -1));
  });

  test('in a form that it does not have', async () => {
    expect((await get('/trial-balance', 'finance', { accept: 'application/xml' })).status).toBe(406);
    expect(
      (await call(api, 'GET', '/v1/gl-journals', { role: 'finance', headers: { accept: 'text/csv' } })).status,
    ).toBe(406);
    const refused = await get('/trial-balance?node=X', 'finance', { accept: 'text/csv' });
    expect([refused.status, refused.headers['content-type']]).toEqual([422, 'application/problem+json; charset=utf-8']);
  });
});

describe('at the terminal', () => {
  let server: Server;
  let service: { readonly url: string; readonly key: string };
  beforeAll(async () => {
    server = api.app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    service = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: keyOf('finance') };
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('the reports there are, and what one of them has', async () => {
    expect((await reportsCommand.run([], service)).text).toMatch(/R01 +revenue +Revenue +finance, auditor, admin/);
    expect((await reportsCommand.run(['R12'], service)).text).toContain('Filters: bu (needed), period');
    await expect(reportsCommand.run(['nothing'], service)).rejects.toMatchObject({ exitCode: 3 });
  });

  test('a table of the columns in which there is something, with amounts as people write them', async () => {
    const asked = { bu: 'ACME', where: [`orderId=${orderIds[1]}`], ...service };
    const { text = '', value } = await reportCommand.run(['revenue'], asked);
    expect(text).toMatch(/lineDiscount/);
    expect(text).toContain('95.50');
    expect(text).toMatch(/Nothing in: headerDiscount, other, returns, allowances/);
    expect(text).toContain((value as ReportAnswer).report.sha256);
    expect((await reportCommand.run(['revenue'], { bu: 'ACME', period: '209901', ...service })).text).toBe(
      'R01 Revenue: no rows.',
    );
    await expect(reportCommand.run(['revenue'], { where: ['customer'], ...service })).rejects.toMatchObject({
      exitCode: 2,
    });
    await expect(reportCommand.run(['revenue'], { limit: '0', ...service })).rejects.toMatchObject({ exitCode: 2 });
  });

  test('all rows as CSV, page by page, are those of one answer', async () => {
    const pages: string[] = [];
    const keep = async (text: string) => pages.push(text);
    await writeCsv(await callService(service), 'journal-detail', new URLSearchParams({ bu: 'ACME' }), keep, 20);
    expect(pages.length).toBeGreaterThan(2);
    const whole = await get('/R10?bu=ACME&limit=5000', 'finance', { accept: 'text/csv' });
    expect(pages.join('')).toBe(whole.text);
  });
});
