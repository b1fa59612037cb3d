import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StreamName } from '../../domain/eventLog.ts';
import { glStaging } from '../../projections/glStaging/projection.ts';
import { invoices } from '../../projections/invoices/projection.ts';
import { ask, type Body, project } from './asOfReports.ts';
import { makeReported, orderIds, type ReportAnswer, type Row, readReport, sum } from './reported.ts';
import { call, type TestApi } from './testApi.ts';

let api: TestApi;
beforeAll(async () => {
  api = await makeReported();
});
afterAll(() => api.close());

const read = (path: string): Promise<ReportAnswer> => readReport(api, path);

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
    const { status, body } = await call(api, 'GET', '/v1/reports/R12', { role: 'finance' });
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

/** One more event at the end of a stream, made of the first one of its type. */
const tell = async (type: string, stream: string, revision: number, changed: (line: Row) => object): Promise<void> => {
  const { events } = await api.log.readAfter('start', 5_000);
  const known = events.find((event) => event.type === type);
  if (known === undefined) throw new Error(`there is no ${type}`);
  const data = known.data as { readonly lines?: readonly Row[] };
  const event = {
    type,
    metadata: known.metadata,
    eventId: randomUUID(),
    data: { ...data, ...changed(data.lines?.[0] ?? {}) },
  };
  await api.log.append(stream as StreamName, revision === 0 ? 'no-stream' : revision - 1, [event]);
};

/** Two kits of one ring and two tubes leave and are billed. */
const tellOfKit = async (): Promise<void> => {
  const about = { orderId: 'O-KIT', shipmentId: 'O-KIT-s1' };
  const part = (item: string, itemGroup: string, qty: string, cost: string) => ({
    ...{ item, itemGroup, qty, cost, costOfKits: cost, lots: [], serials: [], unitCost: '1' },
  });
  const components = [part('SEAL-RING', 'SEAL', '2', '110'), part('GREASE-50', 'LUBRICANT', '4', '440')];
  const kit = { item: 'A-KIT', itemGroup: 'KITS', qty: '2', cost: '550' };
  await tell('ShipmentConfirmed', 'shipment-ACME.O-KIT-s1', 0, (line) => ({
    ...{ ...about, lines: [{ ...line, ...kit, components }] },
  }));
  const costs = components.map(({ item, itemGroup, cost }) => ({ item, itemGroup, cost }));
  for (const [revision, type] of ['InvoiceDrafted', 'InvoiceIssued'].entries())
    await tell(type, 'invoice-ACME.O-KIT-i1', revision, (line) => ({
      ...{ ...about, invoiceId: 'O-KIT-i1', lines: [{ ...line, ...kit, ...about, costs }] },
    }));
  await project(api, [glStaging, invoices]);
};

test('R02 of a kit: what was billed is the kit with the cost of its components, what cost waits is each of theirs', async () => {
  await tellOfKit();
  const { items } = await read('R02?bu=ACME&orderId=O-KIT');
  expect(
    items.map(({ template, item, itemGroup, cogs, unrecognised }) => [template, item, itemGroup, cogs, unrecognised]),
  ).toEqual([
    ['T02', 'GREASE-50', 'LUBRICANT', '0', '-440'],
    ['T02', 'SEAL-RING', 'SEAL', '0', '-110'],
    ['T03', 'A-KIT', 'KITS', '550', '0'],
    ['T03', 'GREASE-50', 'LUBRICANT', '0', '440'],
    ['T03', 'SEAL-RING', 'SEAL', '0', '110'],
  ]);
  const revenue = await read('R01?bu=ACME&orderId=O-KIT&item=A-KIT');
  const margin = await read('R02?bu=ACME&orderId=O-KIT&item=A-KIT');
  expect(sum(margin.items, 'netRevenue')).toBe(sum(revenue.items, 'netRevenue'));
});

test('a batch whose id another business unit has too is told of the one that is named, and of none without', async () => {
  const path = '/v1/gl-batches/PRIMARY-202611-0001';
  const read = (asked = '') => call(api, 'GET', `${path}${asked}`, { role: 'auditor' });
  expect((await read()).body).toMatchObject({ bu: 'ACME', batchId: 'PRIMARY-202611-0001' });
  await tell('GlBatchSealed', 'glbatch-NORD.PRIMARY-202611-0001', 0, () => ({ bu: 'NORD', journals: [] }));
  await project(api, [glStaging]);
  expect((await read('?bu=ACME')).body).toMatchObject({ bu: 'ACME' });
  expect((await read('?bu=NORD')).body).toMatchObject({ bu: 'NORD' });
  const { status, body } = await read();
  expect([status, body.errors]).toMatchObject([422, [{ pointer: '/query/bu', code: 'REQUIRED' }]]);
});
