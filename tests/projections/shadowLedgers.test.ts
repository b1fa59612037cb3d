import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SealedJournal } from '../../domain/ledger/events.ts';
import { controlTotals } from '../../domain/ledger/sealing.ts';
import { startComparison } from '../../domain/shadow/comparison.ts';
import { sealableJournals } from '../../projections/glStaging/queries.ts';
import { ledgerAt, liveLedger } from '../../projections/glStaging/source.ts';
import { stagedLines } from '../../projections/glStaging/stagedLines.ts';
import { listShadowBatches, shadowComparison } from '../../projections/shadowLedgers/comparison.ts';
import { shadowLedger, shadowReadiness } from '../../projections/shadowLedgers/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { cutOverOf, shadowOf } from './shadowHistory.ts';

const books = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' } as const;
const stream = 'shadow-ACME.PRIMARY';
const names = [
  '120000',
  '130000',
  '135000',
  '210000',
  '220000',
  '400100',
  '400200',
  '410000',
  '500000',
  '610000',
  '620000',
];
const right = shadowOf({}, names);
/** One wrong account in the new chart: cost of sales is posted to shrinkage. */
const planted = {
  ...right,
  accountRules: right.accountRules.map((rule) =>
    rule.value === '50000000' ? { match: { role: 'COGS' }, value: '62000000' } : rule,
  ),
};

let database: TestDatabase<never>;
let log: MemoryLog;
const head = (): string => log.events.at(-1)?.position ?? '';
const of = { bu: 'ACME' };

const seal = async (): Promise<readonly SealedJournal[]> => {
  await catchUpAll(database.db, log);
  const { journals, sequence } = await sealableJournals(database.db, books);
  const batchId = `PRIMARY-202611-000${sequence}`;
  log.append(`glbatch-ACME.${batchId}`, 'GlBatchSealed', {
    ...{ ...books, batchId, sequence, journals, controlTotals: controlTotals(journals) },
    ...{ merkleRoot: 'm', contentSha256: 's', throughPosition: head() },
  });
  return journals;
};

/** What the step does, from the staging ledger as it is. */
const compare = async (journals: readonly SealedJournal[], sequence: number, day: string): Promise<void> => {
  const staged = await stagedLines(
    database.db,
    journals.map(({ journalId }) => journalId),
  );
  const comparison = startComparison(planted);
  for (const { journalId, accountingDate, currency, lines } of journals)
    for (const line of lines) {
      const known = staged.find((each) => each.journalId === journalId && each.lineNo === line.lineNo);
      if (known !== undefined) comparison.add({ ...known, ...line, journalId, accountingDate, currency });
    }
  const batchId = `PRIMARY-202611-000${sequence}`;
  log.append(stream, 'ShadowBatchCompared', {
    ...{ ...books, system: 'cloud', version: 1, batchId, sequence, day },
    ...{ journals: journals.length, rows: comparison.rows() },
  });
  await catchUpAll(database.db, log);
};

let beforeBatches: string;
let afterFirst: string;

beforeAll(async () => {
  database = await createTestDatabase();
  log = createMemoryLog();
  openBooks(log);
  log.append(stream, 'ShadowLedgerDefined', planted);
  beforeBatches = head();
  playGoldenOrder(log, 'O1');
  await compare(await seal(), 1, '2026-11-23');
  afterFirst = head();
  playGoldenOrder(log, 'O2');
  await compare(await seal(), 2, '2026-11-24');
});
afterAll(() => database.close());

const unexplained = async (knownAsOf?: string, validAsOf?: string) =>
  (await shadowComparison(database.db, { ...of, show: 'UNEXPLAINED' }, undefined, { knownAsOf, validAsOf })).items;
const standing = (knownAsOf?: string) =>
  shadowLedger(
    database.db,
    'ACME',
    undefined,
    { knownAsOf, validAsOf: undefined },
    knownAsOf === undefined ? liveLedger : ledgerAt(knownAsOf),
  );

describe('M-02 the shadow ledger of a business unit that moves', () => {
  test('finds one wrong account mapping on the first batch, with the order lines behind it', async () => {
    const [only, ...others] = await unexplained(afterFirst);
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      ...{ account: '500000', kinds: ['ACCOUNT_DIFFERS'], simulated: { account: '62000000' }, period: '202611' },
      ...{ expected: { account: '50000000' }, debit: '6000', credit: '0', lineCount: 2, batches: 1 },
      ...{ firstBatchId: 'PRIMARY-202611-0001', firstDay: '2026-11-23', unexplained: true, explanation: null },
    });
    expect(only?.lines.map(({ orderId, orderLineId }) => [orderId, orderLineId])).toEqual([
      ['O1', '10'],
      ['O1', '10'],
    ]);
  });

  test('accumulates, and ties out to what was sealed', async () => {
    const { items } = await shadowComparison(database.db, of);
    const [wrong] = await unexplained();
    expect(wrong).toMatchObject({ debit: '12000', batches: 2, firstDay: '2026-11-23', lastDay: '2026-11-24' });
    expect(items.length).toBeGreaterThan(5);
    const batches = (await listShadowBatches(database.db, of)).items;
    expect(
      batches.map(({ batchId, tiesOut, differences, unexplained: open }) => [batchId, tiesOut, differences, open]),
    ).toEqual([
      ['PRIMARY-202611-0002', true, 1, 1],
      ['PRIMARY-202611-0001', true, 1, 1],
    ]);
    const sum = (side: 'debit' | 'credit') => items.reduce((all, each) => all + BigInt(each[side]), 0n);
    expect(sum('debit')).toBe(sum('credit'));
    expect(batches[0]?.totals).toEqual([
      { currency: 'USD', debit: String(sum('debit') / 2n), credit: String(sum('debit') / 2n) },
    ]);
  });

  test('is read page by page, by account, and as of an earlier time', async () => {
    const all = (await shadowComparison(database.db, of)).items;
    const first = await shadowComparison(database.db, { ...of, limit: 2 });
    const second = await shadowComparison(database.db, { ...of, limit: 500, cursor: first.nextCursor });
    expect([...first.items, ...second.items]).toEqual(all);
    const cogs = (await shadowComparison(database.db, { ...of, account: '500000', period: '202611' })).items;
    expect(cogs).toEqual(all.filter(({ account }) => account === '500000'));
    expect((await unexplained(undefined, '2026-11-23'))[0]).toMatchObject({ debit: '6000', batches: 1 });
    expect(await unexplained(beforeBatches)).toEqual([]);
    expect((await shadowComparison(database.db, of, { bus: ['OTHER'] })).items).toEqual([]);
    expect(await shadowLedger(database.db, 'ACME', { bus: ['OTHER'] })).toBeUndefined();
  });

  test('counts clean days, names batches that nobody compared, and takes what is explained out', async () => {
    expect(await standing()).toMatchObject({
      cleanDays: 0,
      cleanDaysNeeded: 2,
      unexplained: 1,
      batches: 2,
      ready: false,
    });
    const [wrong] = await unexplained();
    const explanation = { key: wrong?.key ?? '', reason: 'until the year ends', explainedBy: 'kim' };
    log.append(stream, 'ShadowDifferenceExplained', {
      bu: 'ACME',
      ledger: 'PRIMARY',
      until: '2026-11-23',
      ...explanation,
    });
    await catchUpAll(database.db, log);
    expect((await unexplained())[0]).toMatchObject({ unexplained: true, explanation: { until: '2026-11-23' } });
    expect((await listShadowBatches(database.db, of)).items.map(({ unexplained: open }) => open)).toEqual([1, 0]);
    const half = head();
    log.append(stream, 'ShadowDifferenceExplained', {
      bu: 'ACME',
      ledger: 'PRIMARY',
      until: '2026-12-31',
      ...explanation,
    });
    await catchUpAll(database.db, log);
    expect(await unexplained()).toEqual([]);
    expect(await standing()).toMatchObject({ cleanDays: 2, unexplained: 0, ready: true, uncomparedCount: 0 });
    expect(await standing(half)).toMatchObject({ cleanDays: 0, unexplained: 1, ready: false });
    expect(await shadowReadiness(database.db, 'ACME')).toEqual({ uncompared: [], lastPeriod: '202611' });

    playGoldenOrder(log, 'O3');
    await seal();
    await catchUpAll(database.db, log);
    expect(await standing()).toMatchObject({ uncomparedCount: 1, uncompared: ['PRIMARY-202611-0003'], ready: false });
    expect(await shadowReadiness(database.db, 'ACME')).toMatchObject({ uncompared: ['PRIMARY-202611-0003'] });
  });

  test('tells of the move that is under way, and of the one before as it was known then', async () => {
    const cancelled = { ...{ bu: 'ACME', ledger: 'PRIMARY', to: 'cloud', effectiveDate: '2026-12-01' }, by: 'kim' };
    log.append(stream, 'ShadowLedgerCutOver', cutOverOf('2026-12-01'));
    await catchUpAll(database.db, log);
    const pending = head();
    log.append(stream, 'ShadowCutOverCancelled', { ...cancelled, reason: 'not ready' });
    await catchUpAll(database.db, log);
    expect(await standing()).toMatchObject({ cutOver: null, batches: 2, uncomparedCount: 1 });
    expect(await standing(pending)).toMatchObject({ cutOver: { to: 'cloud', effectiveDate: '2026-12-01' } });

    log.append(stream, 'ShadowLedgerCutOver', cutOverOf('2026-12-01'));
    await catchUpAll(database.db, log);
    const moved = head();
    expect(await standing()).toMatchObject({ system: 'cloud', batches: 2, cutOver: { to: 'cloud' } });
    log.append(stream, 'ShadowLedgerDefined', { ...right, system: 'third', version: 2 });
    // Of a period whose books the first ERP has.
    playGoldenOrder(log, 'O4');
    await seal();
    await catchUpAll(database.db, log);
    const nothing = { batches: 0, cleanDays: 0, unexplained: 0, uncomparedCount: 0, firstDay: null, cutOver: null };
    expect(await standing()).toMatchObject({ system: 'third', version: 2, ...nothing });
    expect((await shadowComparison(database.db, of)).items).toEqual([]);
    expect((await listShadowBatches(database.db, of)).items).toEqual([]);
    expect(await standing(moved)).toMatchObject({ system: 'cloud', batches: 2, cutOver: { to: 'cloud' } });
  });
});
