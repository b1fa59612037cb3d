import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { daysSince, done, getAnswer, makeOperations, type Row, sum } from './operations.ts';
import type { TestApi } from './testApi.ts';

let api: TestApi;
beforeAll(async () => {
  api = await makeOperations();
});
afterAll(() => api.close());

const get = (path: string) => getAnswer(api, path);
const read = (path: string) => get(`/v1/reports/${path}`);

describe('R15 inventory valuation and movements', () => {
  const steps = ['opening', 'received', 'shipped', 'returned', 'reinstated', 'adjusted', 'transferred'];

  test('ends with what the stock positions hold, in quantity and in value', async () => {
    const { items } = await read('R15?bu=ACME');
    const positions = (await get('/v1/inventory-positions?bu=ACME')).items;
    const told = ({ node, item, ...row }: Row, qty: string, value: string) => [node, item, row[qty], row[value]];
    expect(items.map((row) => told(row, 'closingQty', 'closingValue'))).toEqual(
      positions.map((row) => told(row, 'onHand', 'value')),
    );
    expect(items).toMatchObject([
      { ...{ node: 'DC-EAST', receivedQty: '31', shippedQty: '-17', adjustedQty: '-2' }, unitCost: '6' },
      { ...{ node: 'DC-WEST', receivedQty: '4', receivedValue: '0', closingQty: '4' }, unitCost: '0' },
    ]);
  });

  test.each(['', '&period=202611', '&to=2026-11-24', '&from=2026-11-24'])('adds up%s', async (asked) => {
    const { items } = await read(`R15?bu=ACME${asked}`);
    for (const row of items) {
      const total = (names: readonly string[]) => names.reduce((sum, name) => sum + BigInt(String(row[name])), 0n);
      expect(total(steps.map((name) => `${name}Qty`))).toBe(BigInt(String(row.closingQty)));
      expect(total([...steps.map((name) => `${name}Value`), 'revaluedValue'])).toBe(BigInt(String(row.closingValue)));
    }
  });

  test('what lies before the first day is the opening', async () => {
    const before = (await read('R15?bu=ACME&to=2026-11-24')).items;
    const after = (await read('R15?bu=ACME&from=2026-11-25')).items;
    expect(after.map(({ openingQty, openingValue }) => [openingQty, openingValue])).toEqual(
      before.map(({ closingQty, closingValue }) => [closingQty, closingValue]),
    );
    expect(after[0]).toMatchObject({ adjustedQty: '-2', adjustedValue: '-1200', receivedQty: '0' });
  });

  test('is tied to the INVENTORY subledger, and its deferred cost to the trial balance', async () => {
    for (const asked of ['', '&period=202611', '&validAsOf=2026-11-24']) {
      const { totals } = await read(`R15?bu=ACME${asked}`);
      const inventory = (await get(`/v1/tie-outs?bu=ACME${asked}`)).items.find(({ pair }) => pair === 'INVENTORY');
      const balance = (await get(`/v1/trial-balance?bu=ACME${asked}`)).items.find(
        ({ role }) => role === 'DEFERRED_COGS',
      );
      expect(balance?.closing).toBe('4200');
      expect(totals).toMatchObject([{ closingValue: inventory?.subledger, deferredCogs: balance?.closing }]);
    }
  });

  test('a movement from before quantities were kept leaves its quantity open, and no value', async () => {
    await api.database.pool.query(
      "update rm_inventory_v1.stock_value_entry set qty = null where node = 'DC-EAST' and kind = 'ISSUE'",
    );
    const [east, west] = (await read('R15?bu=ACME')).items;
    expect(east).toMatchObject({ receivedQty: '31', shippedQty: null, closingQty: null, closingValue: '7200' });
    expect(west).toMatchObject({ closingQty: '4' });
  });
});

describe('R03 receivables by age', () => {
  const ages = ['notDue', 'days1To30', 'days31To60', 'days61To90', 'over90', 'undated'];

  test('what was paid was paid for what was due first, and each amount is of one age', async () => {
    const { items } = await read('R03?bu=ACME');
    expect(items).toMatchObject([
      {
        ...{ customer: 'C-1001', invoiceId: `${done}-i1`, original: '10214', paid: '8949', open: '1265' },
        undated: '0',
      },
      { ...{ customer: 'C-1001', invoiceId: `${done}-i2`, original: '3735', paid: '0', open: '3735' }, undated: '0' },
      { ...{ customer: 'C-1002', invoiceId: null, original: '0', currency: 'EUR', open: '-50' }, undated: '-50' },
      {
        ...{ customer: 'C-1002', invoiceId: null, original: '0', currency: 'USD', open: '700', daysOverdue: null },
        undated: '700',
      },
    ]);
    for (const row of items) {
      expect(ages.reduce((total, age) => total + BigInt(String(row[age])), 0n)).toBe(BigInt(String(row.open)));
      expect(ages.filter((age) => row[age] !== '0')).toHaveLength(1);
    }
  });

  test('B-17 is what the credit accounts have as owed', async () => {
    const { items } = await read('R03?bu=ACME&customer=C-1001');
    const { openAr, limit, exposure } = (await get('/v1/credit-accounts/C-1001?bu=ACME')) as unknown as Row;
    expect(String(sum(items, 'open'))).toBe(openAr);
    expect(items[0]).toMatchObject({ creditLimit: limit, exposure, erpAsOf: '2026-11-24T08:00:00.000Z' });
  });

  test('ages by the days since it was due', async () => {
    const [row] = (await read(`R03?bu=ACME&invoiceId=${done}-i1`)).items;
    const due = String(row?.dueDate);
    const days = [daysSince(due), daysSince(due)].map((each) => Math.max(0, each));
    expect(days).toContain(row?.daysOverdue);
  });
});
