import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { trialBalance } from '../../projections/glStaging/balances.ts';
import { listJournals } from '../../projections/glStaging/queries.ts';
import { ledgerAt } from '../../projections/glStaging/source.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { confirm, issue, receive, release } from './fulfilmentHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

/** A carrier bills in its own currency, for which there is no rate: the journal is staged and held. */
describe('amounts of another currency than the ledger', () => {
  let database: TestDatabase<never>;
  let before = '';
  const log = createMemoryLog();
  const books = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' } as const;

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    receive(log, '7', 'rcpt-o2');
    placeOrder(log, 'O2');
    release(log, 'O2', 1, '7');
    issue(log, 'O2', 1, '7', '4200');
    before = log.events.at(-1)?.position ?? '';
    confirm(log, 'O2', 1, '7', '4200', undefined, { amount: '900', currency: 'ZAR' });
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  test('are in no total of the ledger, and have a total of their own', async () => {
    const { items, ...totals } = await trialBalance(database.db, books);
    const sum = (currency: string, side: 'debit' | 'credit'): string =>
      items.reduce((all, each) => all + (each.currency === currency ? BigInt(each[side]) : 0n), 0n).toString();
    expect(sum('ZAR', 'debit')).toBe('900');
    const inDollars = sum('USD', 'debit');
    expect(totals).toEqual({
      totalDebit: inDollars,
      totalCredit: inDollars,
      functionalCurrency: 'USD',
      totals: [
        { currency: 'USD', debit: inDollars, credit: sum('USD', 'credit') },
        { currency: 'ZAR', debit: '900', credit: '900' },
      ],
    });
  });

  test('where there are none, nothing else is said', async () => {
    const then = await trialBalance(database.db, books, undefined, ledgerAt(before));
    expect(Object.keys(then).sort()).toEqual(['items', 'totalCredit', 'totalDebit']);
    const nothing = await trialBalance(database.db, { ...books, period: '202612' });
    expect(nothing).toMatchObject({ totalDebit: '0', totalCredit: '0' });
  });

  test('are in no sum of a lineage, which is in the currency of the sale', async () => {
    const { items } = await listJournals(database.db, { bu: 'ACME' });
    expect(items.filter(({ currency }) => currency === 'ZAR')).toMatchObject([{ templateId: 'T14', state: 'HELD' }]);
    const graph = await lineage(database.db, { root: 'order:O2' });
    expect(graph?.nodes.some(({ currency }) => currency === 'ZAR')).toBe(true);
    expect(graph?.summary).toMatchObject({ currency: 'USD', revenue: '0', margin: '0' });
  });

  test('are not set against another currency by any tie-out', async () => {
    const rows = await tieOuts(database.db, { bu: 'ACME' });
    expect(new Set(rows.map(({ currency }) => currency))).toEqual(new Set(['USD']));
  });
});
