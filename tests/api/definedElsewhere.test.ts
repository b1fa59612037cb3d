import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { demoCustomers, demoItems, demoNodes, demoPriceList } from '../../domain/masterData/demo.ts';
import { instanceOver } from './instances.ts';
import { orderOf } from './orders.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call } from './testApi.ts';

let api: RealApi;
let second: PostgresLog;

beforeAll(async () => {
  api = await makeRealApi();
  second = createPostgresLog({ connectionString: api.database.connectionString, pool: api.database.pool });
});
afterAll(async () => {
  await second.close();
  await api.close();
});

/** The bodies of definitions: what the path says is not in them. */
const bodyOf = (definition: object | undefined, ...inPath: readonly string[]): object =>
  Object.fromEntries(Object.entries(definition ?? {}).filter(([name]) => name !== 'bu' && !inPath.includes(name)));

const define = async (path: string, body: object, by: RealApi = api): Promise<void> => {
  const { status, text } = await call(by, 'PUT', path, { role: 'admin', body });
  expect({ path, text: status === 200 ? '' : text }).toEqual({ path, text: '' });
};

type Names = { readonly customer: string; readonly item: string; readonly node: string };

const definePrice = ({ item }: Names, by?: RealApi): Promise<void> => {
  const prices = [...demoPriceList.prices, { item, unitPrice: '1.00' }];
  return define('/v1/price-lists/ACME/LIST-USD', { ...bodyOf(demoPriceList, 'priceListId'), prices }, by);
};

let used = 0;
const defineAll = async (): Promise<Names> => {
  used += 1;
  const names = { customer: `C-NEW-${used}`, item: `NEW-${used}`, node: `DC-NEW-${used}` };
  const { customer, item, node } = names;
  await define(`/v1/customers/ACME/${customer}`, { ...bodyOf(demoCustomers[1], 'customer'), billTo: customer });
  await define(`/v1/items/ACME/${item}`, bodyOf(demoItems[2], 'item'));
  await define(`/v1/nodes/ACME/${node}`, bodyOf(demoNodes[0], 'node'));
  return names;
};

describe('an instance that has not heard yet of what another one defined', () => {
  const post = async (role: 'channel' | 'finance' | 'warehouse', path: string, body: object, by: RealApi) => {
    const { status, text } = await call(by, 'POST', path, { role, body });
    expect({ path, text: status === 201 ? '' : text }).toEqual({ path, text: '' });
  };
  const stock = ({ item, node }: Names) => ({ bu: 'ACME', node, item, qty: '1', uom: 'EA' });

  test('takes a credit limit of the customer', async () => {
    const late = await instanceOver(api, second);
    const { customer } = await defineAll();
    await post('finance', `/v1/credit-accounts/${customer}/limits`, { bu: 'ACME', limit: '1', currency: 'USD' }, late);
  });

  test('takes an order of the customer for the item', async () => {
    const late = await instanceOver(api, second);
    const names = await defineAll();
    await definePrice(names);
    const lines = [{ lineId: '10', item: names.item, qty: '1', uom: 'EA' }];
    await post('channel', '/v1/orders', orderOf({ soldTo: names.customer, charges: [], lines }), late);
  });

  test.each([
    ['/v1/stock-movements', { kind: 'RECEIPT', reference: 'R-1' }],
    ['/v1/supplies', { supplyId: 'S-1', type: 'PO', availableDate: '2099-01-01' }],
  ])('takes what is sent to %s for the item at the node', async (path, body) => {
    const late = await instanceOver(api, second);
    await post('warehouse', path, { ...stock(await defineAll()), ...body }, late);
  });

  test('takes a change of status and a safety stock there', async () => {
    const late = await instanceOver(api, second);
    const names = await defineAll();
    await post('warehouse', '/v1/stock-movements', { ...stock(names), kind: 'RECEIPT', reference: 'R-2' }, api);
    const change = { ...stock(names), from: 'SELLABLE', to: 'DAMAGED', reason: 'WET', reference: 'R-3' };
    await post('warehouse', '/v1/stock-status-changes', change, late);
    const later = await defineAll();
    await define(`/v1/safety-stocks/ACME/${later.node}/${later.item}`, { qty: '1' }, late);
  });

  test('takes a definition that refers to the item', async () => {
    const late = await instanceOver(api, second);
    await definePrice(await defineAll(), late);
  });

  test('still refuses what nobody defined', async () => {
    const late = await instanceOver(api, second);
    const path = '/v1/credit-accounts/C-NOBODY/limits';
    const { status, body } = await call(late, 'POST', path, {
      ...{ role: 'finance', body: { bu: 'ACME', limit: '1', currency: 'USD' } },
    });
    expect([status, body.code]).toEqual([422, 'CUSTOMER_UNKNOWN']);
  });
});
