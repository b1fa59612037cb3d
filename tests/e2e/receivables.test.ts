import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  firstInvoicesOf,
  journalsOf,
  type List,
  type Order,
  orderBody,
  readOrder,
  receive,
  submit,
  thisPeriod,
} from './calls.ts';
import { eventually, type RunningService, removeDataDir, startService, usedDataDir } from './service.ts';

type Account = {
  readonly limit: string;
  readonly openAr: string;
  readonly openArAsOf: string | null;
  readonly openOrders: string;
  readonly exposure: string;
};
type Adapter = { readonly name: string; readonly state: string; readonly calls: number; readonly errorRate: number };

describe('customers pay at the ERP', () => {
  let service: RunningService;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await usedDataDir();
    service = await startService(dataDir, { SIM_WMS: 'auto', RECEIVABLES_SECONDS: '1' });
    await receive(service.client, '1000');
  });
  afterAll(async () => {
    await service?.stop();
    await removeDataDir(dataDir);
  });

  const account = (customer = 'C-1001') =>
    service.client.get<Account>('finance', `/v1/credit-accounts/${customer}?bu=ACME`);
  const limitTo = (limit: string) =>
    service.client.send('finance', 'POST', '/v1/credit-accounts/C-1001/limits', { bu: 'ACME', currency: 'USD', limit });
  const atErp = async (door: string, body: Readonly<Record<string, unknown>>): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify({ company: 'ACME', ...body }) };
    expect((await fetch(`${service.simulators.erp}/control/${door}`, sent)).status).toBe(201);
  };
  const completed = (orderId: string): Promise<Order> =>
    eventually(
      () => readOrder(service.client, orderId),
      ({ status }) => status === 'COMPLETED',
      60_000,
    );
  /** The order's invoice is in the ERP's books. */
  const posted = async (orderId: string): Promise<void> => {
    await eventually(
      () => journalsOf(service.client, orderId),
      ({ items }) => items.length === 2 && items.every(({ state }) => state === 'READY'),
      60_000,
    );
    const batch = { bu: 'ACME', ledger: 'PRIMARY', period: thisPeriod() };
    await service.client.send('finance', 'POST', '/v1/gl-batches', batch);
    await eventually(
      () => journalsOf(service.client, orderId),
      ({ items }) => items.every(({ state }) => state === 'ACKNOWLEDGED'),
      60_000,
    );
  };

  test('S-19 B-17 what they owe counts once, before and after it is in the ERP\u2019s books, and what they paid lets their orders go', async () => {
    const first = await submit(service.client, orderBody('4'));
    await completed(first.orderId);
    const [invoice] = (await firstInvoicesOf(service.client, first.orderId)).items;
    const total = invoice?.totals.total ?? '';
    expect(await eventually(account, ({ openAr }) => openAr === total)).toMatchObject({
      ...{ openArAsOf: null, openOrders: '0', exposure: total },
    });
    await limitTo(total);
    const second = await submit(service.client, orderBody('1'));
    expect(second).toMatchObject({ status: 'ON_HOLD', holds: [{ type: 'CREDIT' }] });

    await posted(first.orderId);
    const told = await eventually(account, ({ openArAsOf }) => openArAsOf !== null, 60_000);
    expect(told).toMatchObject({ openAr: total, exposure: total });
    expect((await readOrder(service.client, second.orderId)).status).toBe('ON_HOLD');

    await atErp('payments', { invoiceReference: invoice?.invoiceId });
    await completed(second.orderId);
    const [next] = (await firstInvoicesOf(service.client, second.orderId)).items;
    const owed = next?.totals.total ?? '';
    expect(await eventually(account, ({ openOrders }) => openOrders === '0')).toMatchObject({
      ...{ openAr: owed, exposure: owed },
    });
  });

  test('S-09 a payment term that is changed in the CRM is that of the next order, which is a quote won there; one that was accepted keeps its own, on its invoice too', async () => {
    const { client } = service;
    const atCrm = async (door: string, body: Readonly<Record<string, unknown>>): Promise<void> => {
      const headers = { 'content-type': 'application/json' };
      const sent = { method: 'POST', headers, body: JSON.stringify({ accountnumber: 'C-1001', ...body }) };
      expect((await fetch(`${service.simulators.crm}/control/${door}`, sent)).status).toBe(201);
    };
    /** Inside sales wins a quote there; its order. */
    const win = async (quotenumber: string): Promise<Order> => {
      const line = { lineitemnumber: 10, quantity: 1, priceperunit: 11.5, productid: { productnumber: 'BRG-6204' } };
      await atCrm('quotes', { quotenumber, quote_details: [line] });
      const found = await eventually(
        () => client.get<List<Order>>('channel', `/v1/orders?customerPo=${quotenumber}`),
        ({ items }) => items.length > 0,
        30_000,
      );
      return found.items[0] as Order;
    };
    type Defined = { readonly definedBy: string; readonly definition: { readonly termsDays: number } };
    const defined = () => client.get<Defined>('finance', '/v1/customers/ACME/C-1001');
    const termsOf = async (orderId: string): Promise<number> => {
      await completed(orderId);
      const [invoice] = (await firstInvoicesOf(client, orderId)).items as readonly {
        readonly issueDate?: string;
        readonly dueDate?: string;
      }[];
      return (Date.parse(invoice?.dueDate ?? '') - Date.parse(invoice?.issueDate ?? '')) / 86_400_000;
    };
    await limitTo('500000000');
    // More than there is: it is accepted now, and leaves and is billed after the change.
    const first = await submit(client, orderBody('5000', { shipComplete: true }));
    await atCrm('accounts', { name: 'Bay Machine Works', paymenttermscode: 3 });
    const after = await eventually(defined, ({ definition }) => definition.termsDays === 45);
    expect(after.definedBy).toBe('crm');
    expect((await readOrder(client, first.orderId)).lines).toMatchObject([{ shipped: '0', invoiced: '0' }]);
    const second = await win('QUO-01001-A');
    expect(second).toMatchObject({ channel: 'inside-sales', soldTo: 'C-1001' });
    await receive(client, '10000');
    expect([await termsOf(first.orderId), await termsOf(second.orderId)]).toEqual([30, 45]);
    const { nodes } = await client.get<{ readonly nodes: readonly { readonly id: string }[] }>(
      'auditor',
      `/v1/audit/lineage?root=order:${second.orderId}&direction=both`,
    );
    const [sha256] = nodes.flatMap(({ id }) => /^payload:(.+)$/.exec(id)?.[1] ?? []);
    const kept = await client.get<{ readonly content: string }>('auditor', `/v1/audit/payloads/${sha256}`);
    expect(JSON.parse(Buffer.from(kept.content, 'base64').toString('utf8'))).toMatchObject({
      ...{ quotenumber: 'QUO-01001-A', statecode: 2 },
      quote_details: [{ quantity: '1', productid: { productnumber: 'BRG-6204' } }],
    });
  });

  test('a customer who is not known here, and a company that is none of ours, stop nobody', async () => {
    await atErp('receivables', { customerNumber: 'X-1', currencyCode: 'USD', amount: '5' });
    await atErp('receivables', { customerNumber: 'no. such (name)', currencyCode: 'USD', amount: '5' });
    await atErp('receivables', { company: 'OTHER', customerNumber: 'C-1001', currencyCode: 'USD', amount: '5' });
    const before = await account();
    await atErp('receivables', { customerNumber: 'C-1001', currencyCode: 'USD', amount: '5' });
    await eventually(account, ({ openAr }) => BigInt(openAr) === BigInt(before.openAr) + 500n);
  });

  test('operators see who is asked, and hold it; captures go on', async () => {
    const adapter = async (): Promise<Adapter | undefined> =>
      (await service.client.get<List<Adapter>>('ops', '/v1/ops/adapters')).items.find(
        ({ name }) => name === 'erp-receivables',
      );
    expect(await adapter()).toMatchObject({ state: 'RUNNING', errorRate: 0 });
    expect((await adapter())?.calls).toBeGreaterThan(0);
    await service.client.send('ops', 'POST', '/v1/ops/adapters/erp-receivables/pauses', { reason: 'ERP upgrade' });
    // It is asked every second: who was not asked for three was asked for the last time.
    const callsOfThreeSeconds = async (): Promise<number> => {
      const before = (await adapter())?.calls ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      return ((await adapter())?.calls ?? 0) - before;
    };
    await eventually(callsOfThreeSeconds, (calls) => calls === 0);
    const held = await account();
    await atErp('receivables', { customerNumber: 'C-1001', currencyCode: 'USD', amount: '7' });
    expect(await callsOfThreeSeconds()).toBe(0);
    expect((await account()).openAr).toBe(held.openAr);
    await service.client.send('ops', 'POST', '/v1/ops/adapters/erp-receivables/resumptions', { reason: 'done' });
    await eventually(account, ({ openAr }) => BigInt(openAr) === BigInt(held.openAr) + 700n);
  });

  test('killed and started again it goes on where it was', async () => {
    const before = await account();
    await service.kill9();
    service = await startService(dataDir, { SIM_WMS: 'auto', RECEIVABLES_SECONDS: '1' });
    await atErp('receivables', { customerNumber: 'C-1001', currencyCode: 'USD', amount: '-3' });
    await eventually(account, ({ openAr }) => BigInt(openAr) === BigInt(before.openAr) - 300n);
    await atErp('receivables', { customerNumber: 'C-1002', currencyCode: 'USD', amount: '1' });
    await eventually(
      () => account('C-1002'),
      ({ openAr }) => openAr === '100',
    );
    expect((await account()).openAr).toBe(String(BigInt(before.openAr) - 300n));
  });
});
