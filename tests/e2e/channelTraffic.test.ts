import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSoapErpSimulator } from '../../adapters/erp/soap/simulator.ts';
import type { RunningSimulator } from '../../adapters/http/simulatedPartner.ts';
import { serveSimulator } from '../../adapters/http/simulatorHost.ts';
import { effectsOf } from '../adapters/http/peer.ts';
import { shadowOf } from '../projections/shadowHistory.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startPartners } from '../support/partners.ts';
import { type Product, startProduct } from '../support/productProcess.ts';
import { firstInvoicesOf, journalsOf, type List, orderBody, readOrder, receive, submit, thisPeriod } from './calls.ts';
import { playTraffic, recordedTraffic, recordTraffic } from './channelTraffic.ts';
import { eventually } from './service.ts';

/** The books stay where they are until a cut-over (`commands/erpSystems.test.ts`); orders move with the configuration. */
describe('a business unit moves from one ERP to another', () => {
  let database: TestDatabase<never>;
  let partners: Awaited<ReturnType<typeof startPartners>>;
  let next: RunningSimulator;
  let product: Product;
  const completed: string[] = [];
  let straddling = '';

  /** The same product on the same data, with other settings and nothing else. */
  const restart = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
    await product?.stop();
    const { connectionString } = database;
    product = await startProduct({ connectionString, role: 'all', seed: 'demo', partners: partners.urls, env });
  };
  const both = () => ({
    ERP_SYSTEMS: JSON.stringify({ next: { interface: 'soap', url: `${next.url}/services/DistributorErp` } }),
  });

  beforeAll(async () => {
    database = await createTestDatabase();
    partners = await startPartners();
    next = await startSoapErpSimulator({ serve: serveSimulator, importDelayMs: 0 });
    await restart();
  });
  afterAll(async () => {
    await product?.stop();
    await Promise.all([partners?.close(), next?.close(), database?.close()]);
  });

  const effects = async () => {
    const [old, young] = await Promise.all([effectsOf(partners.urls.erp), effectsOf(next.url)]);
    return { old, young };
  };

  /** What the channel does and is told is what it always did and was told. */
  const replay = async (run: string): Promise<void> => {
    await receive(product.client, '7');
    const recorded = recordedTraffic();
    const played = await playTraffic(product, `run-${run}`, recorded);
    if (process.env.RECORD_TRAFFIC === run) recordTraffic(played);
    else expect(played).toEqual(recorded);
    const { items } = await product.client.get<List<{ readonly orderId: string }>>(
      'channel',
      `/v1/orders?customerPo=run-${run}-1`,
    );
    completed.push(items[0]?.orderId ?? '');
  };

  /** All that is ready goes to the ERP that has the books, and is answered. */
  const postBooks = async (orderId: string): Promise<void> => {
    const { client } = product;
    await firstInvoicesOf(client, orderId);
    await eventually(
      () => journalsOf(client, orderId),
      ({ items }) => items.length === 2 && items.every(({ state }) => state === 'READY'),
      60_000,
    );
    await client.send('finance', 'POST', '/v1/gl-batches', { bu: 'ACME', ledger: 'PRIMARY', period: thisPeriod() });
    await eventually(
      () => journalsOf(client, orderId),
      ({ items }) => items.every(({ state }) => state === 'ACKNOWLEDGED'),
      60_000,
    );
  };

  test('M-01 before: the recorded traffic of a channel is answered as it was recorded', async () => {
    await replay('before');
    await postBooks(completed[0] ?? '');
    const waits = orderBody('9000', {
      shipComplete: true,
      lines: [{ lineId: '10', item: 'BELT-A42', qty: '9000', uom: 'EA' }],
    });
    straddling = (await submit(product.client, waits)).orderId;
    await eventually(
      () => readOrder(product.client, straddling),
      ({ erpNumber }) => erpNumber !== null,
    );
    expect(await effects()).toMatchObject({
      old: { orders: 2, journalImports: 1 },
      young: { orders: 0, journalImports: 0 },
    });
  }, 240_000);

  test('M-01 during: the second ERP shadows the books, hears nothing, and the channel notices nothing', async () => {
    await restart(both());
    const {
      bu: _,
      ledger: __,
      version: ___,
      contentSha256: ____,
      definedBy: _____,
      ...shadow
    } = shadowOf({ system: 'next' });
    await product.client.send('admin', 'PUT', '/v1/shadow-ledgers/ACME', shadow);
    await replay('during');
    await postBooks(completed[1] ?? '');
    await eventually(
      () => product.client.get<List<{ readonly tiesOut: boolean }>>('auditor', '/v1/shadow-ledgers/ACME/batches'),
      ({ items }) => items.length === 1 && items[0]?.tiesOut === true,
      60_000,
    );
    expect(await effects()).toMatchObject({
      old: { orders: 3, journalImports: 2 },
      young: { orders: 0, journalImports: 0 },
    });
  }, 240_000);

  test('M-01 I-13 after: another ERP by configuration only; the traffic is green unchanged, and what the old one has stays its own', async () => {
    await restart({ ...both(), ERP_ROUTES: '*=next' });
    await replay('after');
    await postBooks(completed[2] ?? '');
    expect(await effects()).toMatchObject({
      old: { orders: 3, journalImports: 2 },
      young: { orders: 1, journalImports: 1 },
    });
    for (const orderId of completed) expect((await readOrder(product.client, orderId)).status).toBe('COMPLETED');

    await product.client.send('channel', 'POST', `/v1/orders/${straddling}/cancellations`, { reason: 'too late' });
    const there = `${partners.urls.erp}/api/v1/salesOrders?company=ACME&externalDocumentNumber=${straddling}`;
    type Held = { readonly value: readonly { readonly lines: readonly unknown[]; readonly sourceRevision: number }[] };
    const [held] = (
      await eventually(
        async () => (await (await fetch(there)).json()) as Held,
        ({ value }) => value[0]?.sourceRevision === 1,
        60_000,
      )
    ).value;
    expect(held?.lines).toEqual([]);
    expect((await effects()).young).toMatchObject({ orders: 1 });
    await eventually(
      () => readOrder(product.client, straddling),
      ({ status }) => status === 'CANCELLED',
    );
  }, 240_000);
});
