import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tieOutPairs } from '../../projections/glStaging/tieOutSides.ts';
import { leastMs, msOf } from '../support/leastMs.ts';
import {
  closingOf,
  confirm,
  equationHolds,
  invoicesOf,
  type Journal,
  journalsOf,
  type List,
  orderBody,
  readOrder,
  receive,
  submit,
  thisPeriod,
  trialBalance,
} from './calls.ts';
import { endService, eventually, type RunningService, startEmpty, startService } from './service.ts';

type Lineage = {
  readonly summary: { readonly complete: boolean };
  readonly nodes: readonly { readonly id: string; readonly type: string }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly kind: string }[];
};

const sums = (journals: readonly Journal[], template: string): readonly Record<string, string>[] =>
  journals
    .filter((journal) => journal.templateId === template)
    .sort((a, b) => (a.sourcePosition < b.sourcePosition ? -1 : 1))
    .map((journal) => {
      const byRole = new Map<string, bigint>();
      for (const line of journal.lines)
        byRole.set(line.role, (byRole.get(line.role) ?? 0n) + BigInt(line.debit) - BigInt(line.credit));
      return Object.fromEntries([...byRole].map(([role, amount]) => [role, amount.toString()]));
    });

const reaches = (lineage: Lineage, from: string, to: string): boolean => {
  const seen = new Set([from]);
  const queue = [from];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (id === to) return true;
    for (const edge of lineage.edges) {
      if (edge.to === id && !seen.has(edge.from)) {
        seen.add(edge.from);
        queue.push(edge.from);
      }
    }
  }
  return false;
};

describe('the golden example through the API', () => {
  let service: RunningService;
  let orderId: string;

  beforeAll(async () => {
    service = await startEmpty({ SIM_WMS: 'manual' });
  });
  afterAll(() => endService(service));

  test('P-21 7 of 10 are released, 3 are backordered', async () => {
    await receive(service.client, '7');
    const order = await submit(service.client, orderBody('10', { charges: [{ code: 'FREIGHT', amount: '1500' }] }));
    orderId = order.orderId;
    expect(order.totals).toEqual({ gross: '12500', discount: '1000', charges: '1500', net: '13000' });
    const released = await eventually(
      () => readOrder(service.client, orderId),
      (now) => now.releases.length === 1 && now.lines[0]?.backordered === '3',
    );
    expect(released.lines[0]).toMatchObject({ allocated: '7', backordered: '3', unsourced: '0' });
    expect(released.lines.every(equationHolds)).toBe(true);
    expect(released.erpNumber).not.toBeNull();
  });

  test('P-20 each confirmation is invoiced for what was shipped, to the minor unit', async () => {
    const before = await readOrder(service.client, orderId);
    const first = before.releases[0];
    if (first === undefined) throw new Error('no release');
    await confirm(service.client, orderId, first, '7', 'CONF-1');
    const one = await eventually(
      () => invoicesOf(service.client, orderId),
      (list) => list.items[0]?.totals.total === '10214',
    );
    expect(one.items).toHaveLength(1);
    await receive(service.client, '3');
    const again = await eventually(
      () => readOrder(service.client, orderId),
      (now) => now.releases.length === 2,
    );
    const second = again.releases.find((release) => release.releaseId !== first.releaseId);
    if (second === undefined) throw new Error('no second release');
    await confirm(service.client, orderId, second, '3', 'CONF-2');
    const two = await eventually(
      () => invoicesOf(service.client, orderId),
      (list) => list.items.length === 2 && list.items.every((i) => i.number !== null),
    );
    expect(two.items.map((invoice) => invoice.totals.total).sort()).toEqual(['10214', '3735']);
    const done = await eventually(
      () => readOrder(service.client, orderId),
      (now) => now.status === 'COMPLETED',
    );
    expect(done.lines[0]).toMatchObject({
      ordered: '10',
      shipped: '10',
      invoiced: '10',
      backordered: '0',
      allocated: '0',
      status: 'CLOSED',
    });
  });

  test('P-24 the journals are the worked example', async () => {
    const journals = await eventually(
      () => journalsOf(service.client, orderId),
      (list) => list.items.length === 4,
    );
    expect(sums(journals.items, 'T02')).toEqual([
      { DEFERRED_COGS: '4200', INVENTORY: '-4200' },
      { DEFERRED_COGS: '1800', INVENTORY: '-1800' },
    ]);
    expect(sums(journals.items, 'T03')).toEqual([
      {
        AR_TRADE: '10214',
        SALES_DISCOUNT: '700',
        COGS: '4200',
        REVENUE_PRODUCT: '-8750',
        REVENUE_FREIGHT: '-1500',
        TAX_PAYABLE: '-664',
        DEFERRED_COGS: '-4200',
      },
      {
        AR_TRADE: '3735',
        SALES_DISCOUNT: '300',
        COGS: '1800',
        REVENUE_PRODUCT: '-3750',
        TAX_PAYABLE: '-285',
        DEFERRED_COGS: '-1800',
      },
    ]);
    const balance = await trialBalance(service.client);
    expect(balance.totalDebit).toBe(balance.totalCredit);
    expect(closingOf(balance, 'DEFERRED_COGS')).toBe(0n);
  });

  test('O-05 the lineage of every GL line is complete back to order line 10', async () => {
    const journals = await journalsOf(service.client, orderId);
    const lines = journals.items.flatMap((journal) =>
      journal.lines.map((line) => `gl-line:${journal.journalId}:${line.lineNo}`),
    );
    expect(lines.length).toBeGreaterThan(14);
    for (const root of lines) {
      const lineage = await service.client.get<Lineage>(
        'auditor',
        `/v1/audit/lineage?root=${encodeURIComponent(root)}&direction=both`,
      );
      expect(lineage.summary.complete).toBe(true);
      expect(reaches(lineage, root, `order-line:${orderId}/10`)).toBe(true);
    }
  });

  test('P-25 a sealed batch is exported and every journal acknowledged with the ERP document', async () => {
    const batch = await service.client.send<{ batchId: string; journalCount: number; sha256: string }>(
      'finance',
      'POST',
      '/v1/gl-batches',
      {
        bu: 'ACME',
        ledger: 'PRIMARY',
        period: thisPeriod(),
      },
    );
    expect(batch.journalCount).toBe(4);
    const journals = await eventually(
      () => service.client.get<List<Journal>>('finance', `/v1/gl-journals?orderId=${orderId}`),
      (list) => list.items.every((journal) => journal.state === 'ACKNOWLEDGED'),
    );
    expect(journals.items.every((journal) => journal.erpDocument !== null && journal.batchId === batch.batchId)).toBe(
      true,
    );
    const invoices = await eventually(
      () => invoicesOf(service.client, orderId),
      (list) => list.items.every((invoice) => invoice.state === 'POSTED'),
    );
    expect(invoices.items).toHaveLength(2);
  });

  test('the tie-outs of the period agree or say why not', async () => {
    const ties = await service.client.get<
      List<{ pair: string; difference: string; explained: readonly { amount: string }[] }>
    >('finance', `/v1/tie-outs?bu=ACME&period=${thisPeriod()}`);
    expect(ties.items.map((row) => row.pair).sort()).toEqual([...tieOutPairs].sort());
    for (const row of ties.items) {
      const explained = row.explained.reduce((sum, entry) => sum + BigInt(entry.amount), 0n);
      expect({ pair: row.pair, unexplained: BigInt(row.difference) - explained }).toEqual({
        pair: row.pair,
        unexplained: 0n,
      });
    }
  });

  test('an order that comes in again through another channel is held before anything is picked, until one call', async () => {
    const { client } = service;
    await receive(client, '4');
    const first = await submit(client, orderBody('2', { channel: 'edi' }));
    const again = await submit(client, orderBody('2', { channel: 'phone' }));
    expect(again.status).toBe('OPEN');
    await eventually(
      () => readOrder(client, first.orderId),
      ({ releases }) => releases.length === 1,
    );
    const held = await eventually(
      () => readOrder(client, again.orderId),
      ({ erpNumber, status }) => erpNumber !== null && status === 'ON_HOLD',
    );
    expect(held).toMatchObject({ holds: [{ type: 'POSSIBLE_DUPLICATE' }], releases: [] });
    const body = { holdId: held.holds[0]?.holdId, reason: 'both are meant' };
    await client.send('channel', 'POST', `/v1/orders/${again.orderId}/hold-releases`, body);
    const released = await eventually(
      () => readOrder(client, again.orderId),
      ({ releases }) => releases.length === 1,
    );
    expect(released).toMatchObject({ status: 'OPEN', lines: [{ allocated: '2' }] });
  });

  test('it stops on SIGTERM in under 5 s and goes on from the same data', async () => {
    const stops = async () => {
      const took = await msOf(async () => expect(await service.stop()).toBe(0));
      service = await startService(service.dataDir, { SIM_WMS: 'manual' });
      return took;
    };
    expect(await leastMs(5_000, stops)).toBeLessThan(5_000);
    const order = await readOrder(service.client, orderId);
    expect(order.status).toBe('COMPLETED');
  });
});
