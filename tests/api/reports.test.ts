import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Role } from '../../api/permissions.ts';
import { readModels } from '../../api/reads.ts';
import { reports } from '../../projections/reports/catalogue.ts';
import { playEventfulOrders } from '../projections/eventfulHistory.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { append, ask, type Body, contentOf, project, startedHistory } from './asOfReports.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

type Row = Readonly<Record<string, string | number | boolean | null>>;
type Answer = Body & {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly items: readonly Row[];
  readonly totals: readonly Row[] | null;
  readonly nextCursor: string | null;
  readonly knowsThePast: boolean;
};

const orderIds = ['01JD0000000000000000000001', '01JD0000000000000000000002', '01JD0000000000000000000003'] as const;
let api: TestApi;

beforeAll(async () => {
  api = await makeTestApi();
  const log = startedHistory();
  for (const id of orderIds) playGoldenOrder(log, id);
  playEventfulOrders(log);
  await append(api, log, 0);
  await project(api);
});
afterAll(() => api.close());

const read = async (path: string): Promise<Answer> => (await ask(api, `/v1/reports/${path}`)) as Answer;
const get = (path: string, role: Role = 'finance', headers: Readonly<Record<string, string>> = {}) =>
  call(api, 'GET', `/v1/reports${path}`, { role, headers });
const sum = (rows: readonly Row[], name: string): bigint =>
  rows.reduce((total, row) => total + BigInt(String(row[name] ?? '0')), 0n);

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

    const whole = await read(`${name}?bu=ACME&limit=5000`);
    expect(contentOf(await read(`${report.id}?bu=ACME&limit=5000`))).toEqual(contentOf(whole));
    expect(whole.items.length).toBeGreaterThan(0);
    for (const row of whole.items) expect(Object.keys(row)).toEqual(Object.keys(report.columns));
    for (const { name: column, type } of whole.columns)
      for (const row of [...whole.items, ...(whole.totals ?? [])]) {
        const value = row[column];
        if (value == null) continue;
        const kind = type === 'count' ? 'number' : type === 'flag' ? 'boolean' : 'string';
        expect({ column, kind: typeof value }).toEqual({ column, kind });
        if (type === 'money' || type === 'quantity')
          expect({ column, value }).toEqual({ column, value: BigInt(value).toString() });
      }

    // Pages, in both forms, are the whole; and each total is that of all rows.
    expect(await allRows(`${name}?bu=ACME`, 2)).toEqual(whole.items);
    const first = await read(`${name}?bu=ACME&limit=1`);
    expect(first.totals).toEqual(whole.totals);
    for (const total of whole.totals ?? []) {
      const rows = whole.items.filter(({ currency }) => currency === total.currency);
      expect(total.rows).toBe(rows.length);
      for (const { name: column, type } of whole.columns.filter(
        ({ name: each }) => each in total && each !== 'currency',
      ))
        if (type === 'money')
          expect({ column, total: total[column] }).toEqual({ column, total: sum(rows, column).toString() });
    }
    const csv = await get(`/${name}?bu=ACME&limit=5000`, 'finance', { accept: 'text/csv' });
    expect(csv.text.split('\r\n')).toHaveLength(whole.items.length + 2);
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'x-report-sha256': whole.report.sha256,
      'x-report-position': whole.report.position,
    });

    // Of no other business unit, and in the forms in which a filter can be asked.
    expect(
      (
        await read(
          `${name}?bu=ACME&from=2026-11-01&to=2026-11-02`.replace(report.filters.includes('from') ? '' : /&.*/, ''),
        )
      ).items.length,
    ).toBeLessThanOrEqual(whole.items.length);
    for (const role of ['finance', 'auditor', 'ops', 'admin'] as const) {
      const { status, body } = await get(`/${name}?bu=ACME`, role);
      const may = report.readers.includes(role);
      expect({ role, status, code: body.code }).toEqual({
        role,
        status: may ? 200 : 403,
        code: may ? undefined : 'FORBIDDEN',
      });
    }
  });
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

  test('in a form that it does not have', async () => {
    expect((await get('/trial-balance', 'finance', { accept: 'application/xml' })).status).toBe(406);
    expect(
      (await call(api, 'GET', '/v1/gl-journals', { role: 'finance', headers: { accept: 'text/csv' } })).status,
    ).toBe(406);
    const refused = await get('/trial-balance?node=X', 'finance', { accept: 'text/csv' });
    expect([refused.status, refused.headers['content-type']]).toEqual([422, 'application/problem+json; charset=utf-8']);
  });
});

describe('R11 trial balance', () => {
  test('is the trial balance of the ledger, and each closing balance is somewhere on its way to the ERP', async () => {
    for (const asked of ['', '&period=202611', '&ledger=PRIMARY&period=202611', '&validAsOf=2026-11-23']) {
      const { items, totals } = await read(`R11?bu=ACME${asked}`);
      const ledger = (await ask(api, `/v1/trial-balance?bu=ACME${asked}`)) as Body & { readonly items: readonly Row[] };
      expect(
        items.map(({ account, accountName: name, role, currency, opening, debit, credit, closing }) => ({
          ...{ account, name, role, currency, opening, debit, credit, closing },
        })),
      ).toEqual(ledger.items);
      expect(items.length).toBeGreaterThan(5);
      expect(totals?.map(({ debit, credit, closing }) => [debit === credit, closing])).toEqual(
        totals?.map(() => [true, '0']),
      );
      for (const { closing, staged, sealed, acknowledged } of items)
        expect(BigInt(String(staged)) + BigInt(String(sealed)) + BigInt(String(acknowledged))).toBe(
          BigInt(String(closing)),
        );
    }
  });

  test('what lies before the first day is the opening balance', async () => {
    const whole = await read('R11?bu=ACME');
    const later = await read('R11?bu=ACME&from=2026-11-24');
    const before = await read('R11?bu=ACME&to=2026-11-23');
    expect(later.items.map(({ account, closing }) => [account, closing])).toEqual(
      whole.items.map(({ account, closing }) => [account, closing]),
    );
    for (const { account, closing } of before.items)
      expect(later.items.find((row) => row.account === account)?.opening).toBe(closing);
  });
});
