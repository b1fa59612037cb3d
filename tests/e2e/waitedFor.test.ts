import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPostgresLog } from '../../adapters/postgres/eventLog.ts';
import { eventAtOf } from '../../api/wiring/repairs.ts';
import { toDomain } from '../../commands/codec.ts';
import { projections } from '../../projections/catalogue.ts';
import { catchUp } from '../../projections/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Product, startProduct } from '../support/productProcess.ts';
import { orderBody, receive, submit } from './calls.ts';
import { eventually } from './service.ts';

type Known = { readonly asOfPosition: string; readonly lagMs: number };
type Checked = Known & { readonly lines: readonly { readonly availableNow: string }[] };
type Account = Known & { readonly openArAsOf: string | null; readonly exposure: string };

/** Partners that take a call and never say a word. */
const startSilence = async () => {
  const calls: Socket[] = [];
  const server: Server = createServer((socket) => {
    calls.push(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: async (): Promise<void> => {
      for (const socket of calls) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

describe('I-10 O-38 what users wait for', () => {
  let database: TestDatabase<never>;
  let silence: Awaited<ReturnType<typeof startSilence>>;
  let product: Product;

  beforeAll(async () => {
    database = await createTestDatabase();
    silence = await startSilence();
    const { url } = silence;
    const { connectionString } = database;
    const partners = { erp: url, wms: url, tax: url };
    const env = { FRAUD_URL: url, FRAUD_API_KEY: 'key', CRM_URL: url, CRM_TOKEN: 'token' };
    product = await startProduct({ connectionString, role: 'api', seed: 'demo', partners, env });
  });
  afterAll(async () => {
    await product?.stop();
    await silence?.close();
    await database?.close();
  });

  /** Read models as they are at this moment; nobody follows the log after that. */
  const follow = async (): Promise<void> => {
    const log = createPostgresLog({ connectionString: database.connectionString, pool: database.pool });
    const options = { db: database.db, feed: log, decode: toDomain, eventAt: eventAtOf(log) };
    for (const projection of projections) await catchUp(options, projection);
    await log.close();
  };

  const check = (qty: string): Promise<Checked> =>
    product.client.send<Checked>('channel', 'POST', '/v1/availability-checks', {
      ...{ bu: 'ACME', channel: 'portal', lines: [{ item: 'BRG-6204', qty, uom: 'EA' }] },
    });

  test('validation, price, credit and availability are answered without a call of anybody, and say how much they know', async () => {
    const { client } = product;
    await receive(client, '7');
    await follow();
    expect((await check('10')).lines).toMatchObject([{ availableNow: '7' }]);

    const wrong = orderBody('1', { soldTo: 'NOBODY', lines: [{ lineId: '10', item: 'NOTHING', qty: '1', uom: 'EA' }] });
    await expect(submit(client, wrong)).rejects.toMatchObject({ status: 422 });
    const taken = await submit(client, orderBody('10'));
    // 10 at 12.50 less the 8 % of the contract.
    expect(taken).toMatchObject({ status: 'OPEN', totals: { gross: '12500', discount: '1000', net: '11500' } });
    const beyond = orderBody('100', {
      soldTo: 'C-1002',
      lines: [{ lineId: '10', item: 'MOTOR-1HP', qty: '100', uom: 'EA' }],
    });
    const held = await submit(client, beyond);
    expect(held).toMatchObject({ status: 'ON_HOLD', holds: [{ type: 'CREDIT' }] });

    // What read models have not heard of yet is not in the answer, and the answer says so.
    const { position } = taken.receipt;
    const late = await eventually(
      () => check('10'),
      ({ lagMs }) => lagMs > 0,
    );
    expect(late.asOfPosition < position).toBe(true);
    const account = await client.get<Account>('finance', '/v1/credit-accounts/C-1001?bu=ACME');
    expect(account).toMatchObject({ exposure: '0', openArAsOf: null });
    expect(account.asOfPosition < position).toBe(true);
    const behind = await fetch(`${product.url}/v1/orders/${taken.orderId}`, {
      headers: { authorization: `Bearer ${product.token}`, 'x-min-position': position },
    });
    expect([behind.status, behind.headers.get('retry-after') !== null]).toEqual([503, true]);
    expect(await behind.json()).toMatchObject({ code: 'READ_MODEL_BEHIND' });

    await follow();
    expect((await check('10')).asOfPosition >= position).toBe(true);
    expect(await client.get<Account>('finance', '/v1/credit-accounts/C-1001?bu=ACME')).toMatchObject({
      exposure: '11500',
    });
    expect(silence.calls.length).toBe(0);
  });
});
