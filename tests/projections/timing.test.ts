import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkLines } from '../../api/availability.ts';
import { listJournals } from '../../projections/glStaging/queries.ts';
import { tieOutPairs } from '../../projections/glStaging/tieOutSides.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { availabilityInputs } from '../../projections/inventory/availability.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { confirm, issue, receive, release, ship } from './fulfilmentHistory.ts';
import { defineMasterData, openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

const caughtUp = async (log: MemoryLog): Promise<TestDatabase<never>> => {
  const database = await createTestDatabase();
  await catchUpAll(database.db, log);
  return database;
};

describe('goods whose journal is dated in a period that is not open', () => {
  let database: TestDatabase<never>;

  beforeAll(async () => {
    const log = createMemoryLog();
    openBooks(log);
    receive(log, '7', 'rcpt-1');
    placeOrder(log, 'O1');
    release(log, 'O1', 1, '7');
    ship(log, 'O1', 1, '7', '4200', '2030-01-01T00:00:00.000Z');
    database = await caughtUp(log);
  });

  afterAll(() => database.close());

  test('are explained in the tie-out of the period in which stock says they left', async () => {
    const { items } = await listJournals(database.db, { orderId: 'O1' });
    expect(items).toMatchObject([{ templateId: 'T02', period: '203001', state: 'HELD' }]);
    const [, inventory] = await tieOuts(database.db, { bu: 'ACME', period: '202611' });
    expect(inventory).toMatchObject({ pair: 'INVENTORY', subledger: '0', gl: '0', unexplained: '0' });
    expect(inventory?.explained).toEqual([
      { reason: 'JOURNALS_HELD', amount: '-4200', count: 1 },
      { reason: 'RECEIPTS_POSTED_BY_ERP', amount: '4200', count: 1 },
    ]);
    const all = await tieOuts(database.db, { bu: 'ACME' });
    expect(all.map(({ pair, unexplained }) => [pair, unexplained])).toEqual(tieOutPairs.map((pair) => [pair, '0']));
  });
});

describe('goods of a confirmed shipment', () => {
  const tied = async (events: (log: MemoryLog) => void) => {
    const log = createMemoryLog();
    openBooks(log);
    receive(log, '14', 'rcpt-1');
    for (const orderId of ['O1', 'O2']) {
      placeOrder(log, orderId);
      release(log, orderId, 1, '7');
    }
    events(log);
    const database = await caughtUp(log);
    try {
      return (await tieOuts(database.db, { bu: 'ACME' }))[1];
    } finally {
      await database.close();
    }
  };
  const receipts = { reason: 'RECEIPTS_POSTED_BY_ERP', amount: '8400', count: 1 };

  test('that stock has yet to issue are explained, whatever other shipments did', async () => {
    const inventory = await tied((log) => {
      ship(log, 'O1', 1, '7', '4200');
      confirm(log, 'O2', 1, '7', '4200');
    });
    expect(inventory).toMatchObject({ subledger: '4200', gl: '-8400', unexplained: '0' });
    expect(inventory?.explained).toEqual([receipts, { reason: 'STOCK_NOT_ISSUED', amount: '4200', count: 1 }]);
  });

  test('that stock issued at another cost than the ledger posted are not', async () => {
    const inventory = await tied((log) => {
      issue(log, 'O1', 1, '7', '3600');
      confirm(log, 'O1', 1, '7', '4200');
    });
    expect(inventory?.explained.map(({ reason }) => reason)).not.toContain('STOCK_NOT_ISSUED');
    expect(inventory?.unexplained).not.toBe('0');
  });
});

const queue = (
  log: MemoryLog,
  orderId: string,
  qty: string,
  more: { readonly whole?: boolean; readonly held?: true },
) =>
  log.append('stock-ACME.DC-EAST.BRG-6204', 'BackorderQueued', {
    bu: 'ACME',
    node: 'DC-EAST',
    item: 'BRG-6204',
    orderId,
    lineId: '10',
    qty,
    needDate: '2026-12-01',
    acceptedAt: '2026-11-23T08:00:10.000Z',
    whole: false,
    ...more,
  });

describe('an availability check while orders that ship complete wait for more than there is', () => {
  const check = async (...waiting: readonly Parameters<typeof queue>[3][]) => {
    const log = createMemoryLog();
    defineMasterData(log);
    receive(log, '50', 'rcpt-1');
    const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' } as const;
    const supply = { supplyId: 'PO-1', type: 'PO', qty: '120', availableDate: '2026-12-10' } as const;
    log.append('stock-ACME.DC-EAST.BRG-6204', 'SupplyExpected', { ...place, ...supply });
    for (const [index, more] of waiting.entries()) queue(log, `O${index + 1}`, '100', more);
    const database = await caughtUp(log);
    try {
      const inputs = await availabilityInputs(database.db, { bu: 'ACME', items: ['BRG-6204'] });
      const lines = [{ item: 'BRG-6204', qty: '65', uom: 'EA' }];
      const result = checkLines({ at: '2026-11-23T15:00:00.000Z', lines }, inputs);
      return 'errors' in result ? undefined : result.promises[0];
    } finally {
      await database.close();
    }
  };

  test('promises a newcomer what the stock position would reserve, and later supply behind them', async () => {
    for (const more of [{ whole: true }, { whole: true, held: true }] as const) {
      const promise = await check(more);
      expect(promise?.promises.map(({ qty }) => qty)).toEqual(['50', '15']);
      expect(promise?.nodes[0]?.buckets.map(({ atp }) => atp)).toEqual(['50', '70']);
    }
  });

  test('leaves out those whom no announced supply covers', async () => {
    const promise = await check({ whole: true }, { whole: true });
    expect(promise?.nodes[0]?.buckets.map(({ atp }) => atp)).toEqual(['50', '70']);
  });

  test('promises nothing of what a line waits for that takes any quantity', async () => {
    const promise = await check({});
    expect(promise?.nodes[0]?.buckets.map(({ atp }) => atp)).toEqual(['0', '0', '70']);
    expect(promise?.promises.map(({ qty }) => qty)).toEqual(['65']);
  });
});
