import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { reportCommand, reportsCommand, writeCsv } from '../../api/cli/reports.ts';
import { callService } from '../../api/cli/service.ts';
import type { Role } from '../../api/permissions.ts';
import { readModels } from '../../api/reads.ts';
import type { Position } from '../../domain/eventLog.ts';
import { reports } from '../../projections/reports/catalogue.ts';
import { playEventfulOrders } from '../projections/eventfulHistory.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { draftInvoice, firstInvoice, issuedInvoice } from '../projections/invoiceHistory.ts';
import type { MemoryLog } from '../projections/memoryLog.ts';
import { append, ask, type Body, contentOf, project, startedHistory } from './asOfReports.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call, keyOf, makeTestApi, type TestApi } from './testApi.ts';

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

/** Two lines and their freight on one invoice, and the void of another one in the next period. */
const twoLinesAndAVoid = (log: MemoryLog): void => {
  const [orderId, voided] = ['O-TWO', orderIds[0]];
  const issued = issuedInvoice(orderId, 1, firstInvoice);
  const [line] = issued.lines;
  if (line === undefined) throw new Error('an invoice has a line');
  const other = { ...line, invoiceLineId: '2', orderLineId: '20', shipmentLineId: '20', tax: '0' };
  draftInvoice(log, orderId, 1, firstInvoice);
  log.append(`invoice-ACME.${issued.invoiceId}`, 'InvoiceIssued', {
    ...issued,
    lines: [line, other],
    totals: { gross: '17500', discount: '1400', charges: '1500', tax: '664', total: '18264' },
  });
  const first = issuedInvoice(voided, 1, firstInvoice);
  const { invoiceId, bu, number } = first;
  const issuedEvent = log.events.find(({ type, stream }) => type === 'InvoiceIssued' && stream.endsWith(invoiceId));
  log.append('period-ACME.PRIMARY.202612', 'PeriodOpened', {
    ...{ bu, ledger: 'PRIMARY', period: '202612', firstDay: '2026-12-01', lastDay: '2026-12-31' },
  });
  log.append(`invoice-ACME.${invoiceId}`, 'InvoiceVoided', {
    ...{ invoiceId, orderId: voided, bu, number, voidDate: '2026-12-02', reason: 'wrong address' },
    ...{ issuedEventId: issuedEvent?.eventId ?? '', issued: first },
  });
};

beforeAll(async () => {
  api = await makeTestApi();
  const log = startedHistory();
  for (const id of orderIds) playGoldenOrder(log, id);
  playEventfulOrders(log);
  twoLinesAndAVoid(log);
  log.append('credit-ACME.C-1001', 'ExposureSynchronised', {
    ...{ bu: 'ACME', customer: 'C-1001', currency: 'USD', openAr: '25000', asOf: '2026-11-24T08:00:00.000Z' },
  });
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

const isOfType = (type: string, value: string | number | boolean): boolean => {
  if (type === 'count') return Number.isInteger(value);
  if (type === 'flag') return typeof value === 'boolean';
  if (typeof value !== 'string') return false;
  return (type !== 'money' && type !== 'quantity') || BigInt(value).toString() === value;
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
    const names = Object.keys(report.columns);
    expect(whole.items.filter((row) => Object.keys(row).join() !== names.join())).toEqual([]);
    const rows = [...whole.items, ...(whole.totals ?? [])];
    const wrong = whole.columns.flatMap((column) =>
      rows.map((row) => row[column.name]).filter((value) => value != null && !isOfType(column.type, value)),
    );
    expect(wrong).toEqual([]);

    // Pages, in both forms, are the whole; and each total is that of all rows.
    expect(await allRows(`${name}?bu=ACME`, Math.ceil(whole.items.length / 3))).toEqual(whole.items);
    const first = await read(`${name}?bu=ACME&limit=1`);
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

/** What the accounts of some roles come to in the trial balance, debit less credit. */
const balanceOf = async (roles: readonly string[], asked: string): Promise<bigint> => {
  const { items } = await read(`R11?bu=ACME${asked}`);
  const own = items.filter(({ role }) => roles.includes(String(role)));
  return sum(own, 'debit') - sum(own, 'credit');
};

const revenueRoles = ['REVENUE_PRODUCT', 'REVENUE_FREIGHT', 'REVENUE_OTHER', 'SALES_DISCOUNT'];

describe('R01 revenue', () => {
  test('an invoice line, to the minor unit', async () => {
    const { items } = await read(`R01?bu=ACME&orderId=${orderIds[1]}`);
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({
      ...{ period: '202611', bu: 'ACME', region: 'US-EAST', channel: 'portal', node: 'DC-EAST', customer: 'C-1001' },
      ...{
        customerGroup: 'TRADE',
        item: 'BRG-6204',
        itemGroup: 'BEARING',
        line: '1',
        qty: '7',
        uom: 'EA',
        orderLine: '10',
      },
      ...{ invoice: `INV-${orderIds[1]}-1`, gross: '8750', lineDiscount: '700', headerDiscount: '0', net: '8050' },
      ...{
        freight: '1500',
        other: '0',
        tax: '664',
        returns: '0',
        allowances: '0',
        netRevenue: '9550',
        currency: 'USD',
      },
      ...{ functionalAmount: '9550', functionalCurrency: 'USD', template: 'T03', invoiceId: `${orderIds[1]}-i1` },
    });
  });

  test('freight of an invoice of two lines is a row of its own', async () => {
    const { items } = await read('R01?bu=ACME&orderId=O-TWO');
    expect(items.map(({ line, qty, gross, freight, tax }) => [line, qty, gross, freight, tax])).toEqual([
      [null, null, '0', '1500', '0'],
      ['1', '7', '8750', '0', '664'],
      ['2', '7', '8750', '0', '0'],
    ]);
  });

  test('what was voided is taken back in the period of the void', async () => {
    const { items } = await read('R01?bu=ACME&period=202612');
    expect(items).toMatchObject([
      { template: 'T11', qty: '-7', gross: '-8750', lineDiscount: '-700', netRevenue: '-9550' },
    ]);
  });

  test.each([
    '',
    '&period=202611',
    '&period=202612',
    '&from=2026-11-24',
    '&to=2026-11-23',
    '&validAsOf=2026-11-23',
  ])('adds up to the revenue accounts of the trial balance: %s', async (asked) => {
    const { items, totals } = await read(`R01?bu=ACME&limit=5000${asked}`);
    expect(sum(items, 'netRevenue')).toBe(-(await balanceOf(revenueRoles, asked)));
    expect(sum(items, 'tax')).toBe(-(await balanceOf(['TAX_PAYABLE'], asked)));
    expect(sum(totals ?? [], 'netRevenue')).toBe(sum(items, 'netRevenue'));
  });

  test('by a dimension it shows the rows of that dimension, and nothing where there are none', async () => {
    const whole = await read('R01?bu=ACME&limit=5000');
    for (const [name, value] of [
      ['item', 'BRG-6204'],
      ['customer', 'C-1001'],
      ['region', 'US-EAST'],
      ['currency', 'USD'],
    ] as const) {
      const { items } = await read(`R01?limit=5000&${name}=${value}`);
      expect(items).toEqual(whole.items.filter((row) => row[name] === value));
    }
    expect(await read('R01?region=MOON')).toMatchObject({ items: [], totals: [], nextCursor: null });
  });
});

describe('R02 margin', () => {
  test('P-27 of an invoice line: revenue, discount, freight, cost and margin, and the event that they come from', async () => {
    const { items } = await read(`R02?bu=ACME&invoiceId=${orderIds[1]}-i1`);
    expect(items).toMatchObject([
      {
        ...{ gross: '8750', discount: '700', freight: '1500', netRevenue: '9550', cogs: '4200', margin: '5350' },
        ...{ marginPercent: '56.02', recognised: '5350', unrecognised: '4200', dropShip: false, costMethod: null },
      },
    ]);
    const event = await call(api, 'GET', `/v1/audit/events/${items[0]?.sourceEvent}`, { role: 'finance' });
    expect(event.body).toMatchObject({ type: 'InvoiceIssued', data: { invoiceId: `${orderIds[1]}-i1` } });
  });

  test.each([
    '',
    '&period=202611',
    '&period=202612',
  ])('adds up to the accounts of the trial balance, and what waits to the deferred cost: %s', async (asked) => {
    const { items, totals } = await read(`R02?bu=ACME&limit=5000${asked}`);
    expect(sum(items, 'margin')).toBe(-(await balanceOf([...revenueRoles, 'COGS', 'FREIGHT_EXPENSE'], asked)));
    expect(sum(items, 'freightOut')).toBe(await balanceOf(['FREIGHT_EXPENSE'], asked));
    expect(sum(items, 'unrecognised')).toBe(-(await balanceOf(['DEFERRED_COGS'], asked)));
    for (const { margin, netRevenue, marginPercent } of totals ?? [])
      if (netRevenue !== '0') expect(Number(marginPercent)).toBeCloseTo((100 * Number(margin)) / Number(netRevenue), 2);
  });
});

describe('R10 journal detail', () => {
  test('every line of every journal, and of those that have an account the movements of the trial balance', async () => {
    const { items, totals } = await read('R10?bu=ACME&limit=5000&period=202611');
    const balance = await read('R11?bu=ACME&period=202611');
    for (const { account, currency, debit, credit } of balance.items) {
      const own = items.filter((row) => row.account === account && row.currency === currency);
      expect([sum(own, 'debit'), sum(own, 'credit')].map(String)).toEqual([debit, credit]);
    }
    expect(totals?.map(({ debit, credit }) => debit === credit)).toEqual(totals?.map(() => true));
    const journals = await call(api, 'GET', '/v1/gl-journals?bu=ACME&limit=500&period=202611', { role: 'finance' });
    type Journal = { readonly state: string; readonly lines: readonly unknown[] };
    const current = (journals.body.items as readonly Journal[]).filter(({ state }) => state !== 'SUPERSEDED');
    const lines = current.flatMap((each) => each.lines);
    expect(items).toHaveLength(lines.length);
  });
});

describe('R12 tie-out', () => {
  test.each(['', '&period=202611'])('is the tie-out of the ledger with its reasons by class: %s', async (asked) => {
    const { items } = await read(`R12?bu=ACME${asked}`);
    const ledger = (await ask(api, `/v1/tie-outs?bu=ACME${asked}`)) as Body & { readonly items: readonly Row[] };
    const own = items.map(({ pair, currency, subledger, gl, difference, unexplained }) => ({
      ...{ pair, currency, subledger, gl, difference, unexplained },
    }));
    expect(own.sort((a, b) => String(a.pair).localeCompare(String(b.pair)))).toEqual(
      ledger.items.map(({ explained: _, ...row }) => row).sort((a, b) => String(a.pair).localeCompare(String(b.pair))),
    );
    for (const row of items)
      expect(
        ['timing', 'mapping', 'rejected', 'other', 'unexplained'].reduce((all, name) => all + sum([row], name), 0n),
      ).toBe(BigInt(String(row.difference)));
    expect(items.find(({ pair }) => pair === 'INVENTORY')).toMatchObject({ other: expect.stringMatching(/^[1-9]/) });
  });

  test('is of one business unit', async () => {
    const { status, body } = await get('/R12');
    expect([status, body.errors]).toMatchObject([422, [{ pointer: '/query/bu', code: 'REQUIRED' }]]);
  });
});

describe('R13 tax', () => {
  test.each([
    '',
    '&period=202611',
    '&period=202612',
  ])('tax is that of the ledger, and the amount of the engine that of the tie-out: %s', async (asked) => {
    const { items } = await read(`R13?bu=ACME${asked}`);
    expect(sum(items, 'tax')).toBe(-(await balanceOf(['TAX_PAYABLE'], asked)));
    expect(sum(items, 'engineAmount') - sum(items, 'tax')).toBe(sum(items, 'difference'));
  });

  test('what the engine has is the subledger side of the tie-out', async () => {
    const tied = await read('R12?bu=ACME');
    const { items } = await read('R13?bu=ACME');
    expect(sum(items, 'engineAmount').toString()).toBe(
      tied.items.find(({ pair }) => pair === 'TAX_PAYABLE')?.subledger,
    );
  });

  test('the freight that nobody taxes is exempt, and a void takes back in its own period', async () => {
    const november = await read('R13?bu=ACME&period=202611');
    const taxed = november.items.find(({ jurisdiction }) => jurisdiction === 'US-CA');
    expect(taxed).toMatchObject({ type: 'SALES', rate: '0.0825', exempt: '0' });
    const freight = await read('R01?bu=ACME&period=202611&limit=5000');
    const untaxed = november.items.find(({ jurisdiction }) => jurisdiction === null);
    // And the second line of the invoice of two lines, which has no tax line.
    expect(BigInt(String(untaxed?.exempt))).toBe(sum(freight.items, 'freight') + 8_050n);
    expect((await read('R13?bu=ACME&period=202612')).items).toMatchObject([
      { jurisdiction: null, exempt: '-1500', tax: '0', documents: 0, voided: 1 },
      { jurisdiction: 'US-CA', taxable: '-8050', tax: '-664', engineAmount: '0', documents: 0, voided: 1 },
    ]);
  });
});

describe('a report that is drawn', () => {
  const run = (body: object, role: Role = 'finance', key?: string) =>
    call(real, 'POST', '/v1/report-runs', { role, body, ...(key !== undefined && { key }) });
  let real: RealApi;
  beforeAll(async () => {
    real = await makeRealApi();
  }, 60_000);
  afterAll(() => real.close());

  test('has its position and hash in the log, and at its address the same answer after whatever came later', async () => {
    const drawn = await run({ report: 'R11', filters: { bu: 'ACME' } }, 'auditor', 'draw-1');
    expect([drawn.status, drawn.body.report, drawn.body.runBy]).toEqual([201, 'trial-balance', 'key:auditor']);
    const receipt = {
      bu: 'ACME',
      node: 'DC-EAST',
      item: 'BRG-6204',
      kind: 'ADJUSTMENT',
      qty: '-1',
      uom: 'EA',
      reference: 'A-1',
    };
    const moved = await call(real, 'POST', '/v1/stock-movements', {
      role: 'warehouse',
      body: { ...receipt, reason: 'COUNT' },
    });
    expect(moved.status).toBe(201);
    const kept = await call(real, 'GET', String(drawn.headers.location), { role: 'finance' });
    const { receipt: _, ...told } = drawn.body;
    expect(kept.body).toMatchObject({ ...told, recordedAt: expect.any(String) });
    const again = await call(real, 'GET', String(kept.body.href), { role: 'finance' });
    expect((again.body as unknown as Answer).report).toMatchObject({
      sha256: drawn.body.sha256,
      position: drawn.body.position,
    });
    expect(sum((again.body as unknown as Answer).totals ?? [], 'rows')).toBe(BigInt(String(drawn.body.rows)));
    expect((await run({ report: 'R11', filters: { bu: 'ACME' } }, 'auditor', 'draw-1')).body).toEqual(drawn.body);
    expect(await real.typesSince(String(drawn.body.position) as Position)).toContain('ReportRunRecorded');
  });

  test.each([
    [{ report: 'nothing' }, 422, '/report', 'VALUE_INVALID'],
    [{ report: 'open-orders' }, 422, '/report', 'VALUE_INVALID'],
    [{ report: 'tie-out' }, 422, '/filters/bu', 'REQUIRED'],
    [{ report: 'revenue', filters: { state: 'READY' } }, 422, '/filters/state', 'UNKNOWN_PROPERTY'],
    [{ report: 'revenue', filters: { customer: 'C-404' } }, 422, '/filters/customer', 'CUSTOMER_UNKNOWN'],
    [{ report: 'revenue', knownAsOf: 'soon' }, 422, '/knownAsOf', 'VALUE_INVALID'],
  ])('%j is not drawn: %i %s', async (body, status, pointer, code) => {
    const refused = await run(body);
    expect([refused.status, refused.body.errors]).toMatchObject([status, [{ pointer, code }]]);
  });

  test('is drawn by whoever may read it', async () => {
    expect((await run({ report: 'revenue' }, 'ops')).body.code).toBe('FORBIDDEN');
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
    expect(text).toContain((value as Answer).report.sha256);
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
