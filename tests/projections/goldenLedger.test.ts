import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventById, listEvents } from '../../projections/eventIndex/queries.ts';
import { trialBalance } from '../../projections/glStaging/balances.ts';
import { listJournals, sealableJournals } from '../../projections/glStaging/queries.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { receive, release } from './fulfilmentHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

describe('the ledger and the audit trail of the worked example', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    receive(log, '7', 'rcpt-o2');
    placeOrder(log, 'O2');
    release(log, 'O2', 1, '7');
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  test('P-24 the journals are those of the worked example, to the minor unit', async () => {
    const { items } = await listJournals(database.db, { orderId: 'O1' });
    const amounts = items.map((journal) => [
      journal.templateId,
      ...journal.lines.map((line) => `${line.role} ${line.debit === '0' ? `-${line.credit}` : line.debit}`),
    ]);
    expect(amounts).toEqual([
      ['T02', 'DEFERRED_COGS 4200', 'INVENTORY -4200'],
      [
        'T03',
        'AR_TRADE 10214',
        'SALES_DISCOUNT 700',
        'COGS 4200',
        'REVENUE_PRODUCT -8750',
        'REVENUE_FREIGHT -1500',
        'TAX_PAYABLE -664',
        'DEFERRED_COGS -4200',
      ],
      ['T02', 'DEFERRED_COGS 1800', 'INVENTORY -1800'],
      [
        'T03',
        'AR_TRADE 3735',
        'SALES_DISCOUNT 300',
        'COGS 1800',
        'REVENUE_PRODUCT -3750',
        'TAX_PAYABLE -285',
        'DEFERRED_COGS -1800',
      ],
    ]);
    expect(
      items.every(
        (journal) => journal.state === 'READY' && journal.period === '202611' && journal.ruleSetVersion === 9,
      ),
    ).toBe(true);
    const sealable = await sealableJournals(database.db, { bu: 'ACME', ledger: 'PRIMARY', period: '202611' });
    expect(sealable).toMatchObject({ sequence: 1, throughPosition: log.events.at(-1)?.position });
    expect(sealable.journals.map((journal) => journal.journalId)).toEqual(items.map((journal) => journal.journalId));
  });

  test('the trial balance balances and deferred cost of goods returns to zero', async () => {
    const balance = await trialBalance(database.db, { bu: 'ACME', ledger: 'PRIMARY', period: '202611' });
    expect(balance.totalDebit).toBe(balance.totalCredit);
    const closing = Object.fromEntries(balance.items.map((each) => [each.role, each.closing]));
    expect(closing).toEqual({
      AR_TRADE: '13949',
      INVENTORY: '-6000',
      DEFERRED_COGS: '0',
      TAX_PAYABLE: '-949',
      REVENUE_PRODUCT: '-12500',
      REVENUE_FREIGHT: '-1500',
      SALES_DISCOUNT: '1000',
      COGS: '6000',
    });
  });

  test('each tie-out is explained in full', async () => {
    const rows = await tieOuts(database.db, { bu: 'ACME', period: '202611' });
    expect(rows.map(({ pair, subledger, gl, unexplained }) => ({ pair, subledger, gl, unexplained }))).toEqual([
      { pair: 'AR', subledger: '13949', gl: '13949', unexplained: '0' },
      { pair: 'INVENTORY', subledger: '4200', gl: '-6000', unexplained: '0' },
      { pair: 'DEFERRED_COGS', subledger: '0', gl: '0', unexplained: '0' },
      { pair: 'TAX_PAYABLE', subledger: '949', gl: '949', unexplained: '0' },
      { pair: 'UNBILLED_RECEIVABLE', subledger: '0', gl: '0', unexplained: '0' },
      { pair: 'DEFERRED_REVENUE', subledger: '0', gl: '0', unexplained: '0' },
      { pair: 'GOODS_IN_TRANSIT_OUT', subledger: '0', gl: '0', unexplained: '0' },
      { pair: 'CUSTOMER_DEPOSIT', subledger: '0', gl: '0', unexplained: '0' },
      { pair: 'DROPSHIP_ACCRUAL', subledger: '0', gl: '0', unexplained: '0' },
      { pair: 'CARRIER_CLAIM', subledger: '0', gl: '0', unexplained: '0' },
      { pair: 'INVENTORY_IN_TRANSIT', subledger: '0', gl: '0', unexplained: '0' },
      { pair: 'INTERCOMPANY_AR', subledger: '0', gl: '0', unexplained: '0' },
      { pair: 'INTERCOMPANY_AP', subledger: '0', gl: '0', unexplained: '0' },
    ]);
    expect(rows[1]?.explained).toEqual([{ reason: 'RECEIPTS_POSTED_BY_ERP', amount: '10200', count: 3 }]);
  });

  test('O-05 the lineage of every GL line is complete and leads back to order line 10', async () => {
    const { items } = await listJournals(database.db, { orderId: 'O1' });
    for (const journal of items) {
      for (const line of journal.lines) {
        const graph = await lineage(database.db, {
          root: `gl-line:${journal.journalId}:${line.lineNo}`,
          direction: 'both',
        });
        expect(graph?.gaps).toEqual([]);
        expect(graph?.summary.complete).toBe(true);
        expect(graph?.nodes.map((node) => node.id)).toEqual(
          expect.arrayContaining(['order:O1', 'order-line:O1/10', 'payload:f00d']),
        );
      }
    }
  });

  test('lineage starts from an order, a document, a purchase order or a correlation, and sums up the line', async () => {
    for (const root of [
      'order:O1',
      'order-line:O1/10',
      'shipment:O1-s1',
      'invoice:O1-i1',
      'customer-po:PO-7001',
      'correlation:correlation-O1',
      'payload:f00d',
    ]) {
      const graph = await lineage(database.db, { root });
      expect(graph?.gaps).toEqual([]);
      expect(graph?.nodes.length).toBeGreaterThan(3);
    }
    const line = await lineage(database.db, { root: 'order-line:O1/10', direction: 'down' });
    expect(line?.summary).toEqual({
      orderLine: 'O1/10',
      ordered: '10',
      shipped: '10',
      invoiced: '10',
      revenue: '12500',
      discount: '1000',
      credited: '0',
      cost: '6000',
      margin: '5500',
      currency: 'USD',
      complete: true,
    });
    expect(line?.nodes.find((node) => node.id === 'shipment-line:O1-s1/10')).toMatchObject({ qty: '7', open: '0' });
    expect(await lineage(database.db, { root: 'order:nobody' })).toBeUndefined();
    expect(await lineage(database.db, { root: 'nonsense' })).toBeUndefined();
  });

  test('O-03 one correlation id finds its events, and each event has an index row', async () => {
    const { items } = await listEvents(database.db, { correlationId: 'correlation-O1', limit: 500 });
    expect(items.length).toBeGreaterThan(20);
    const event = log.events[10];
    expect(await eventById(database.db, event?.eventId ?? '')).toMatchObject({
      stream: event?.stream,
      revision: event?.revision,
      type: event?.type,
      position: event?.position,
    });
    expect(await eventById(database.db, 'not-a-uuid')).toBeUndefined();
  });
});
