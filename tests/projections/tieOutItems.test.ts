import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import { journalIdFor } from '../../projections/glStaging/journalId.ts';
import { type LedgerSource, ledgerAt, liveLedger } from '../../projections/glStaging/source.ts';
import { type TieOutItemView, tieOutItems } from '../../projections/glStaging/tieOutItems.ts';
import { type TieOutFilter, type TieOutView, tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { accrue, softClose, three } from './accrualHistory.ts';
import { catchUpAll } from './caughtUp.ts';
import { repost, restage, reverse } from './correctionHistory.ts';
import { creditFirst } from './creditHistory.ts';
import { payFirst, payInAdvance } from './depositHistory.ts';
import { playEventfulOrders } from './eventfulHistory.ts';
import { receive, release, ship } from './fulfilmentHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks, openPeriod } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog, positionOf } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';
import { randomHistory } from './randomHistory.ts';
import { sendBack } from './returnHistory.ts';

type Db = Kysely<never>;
type Item = TieOutItemView;

/** Page by page, three documents at a time. */
const itemsOf = async (
  db: Db,
  filter: TieOutFilter & Pick<TieOutView, 'pair'> & { readonly differences?: boolean },
  source: LedgerSource = liveLedger,
): Promise<readonly Item[]> => {
  const found: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof tieOutItems>> = await tieOutItems(
      db,
      { ...filter, limit: 3, cursor },
      undefined,
      source,
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
};

const sumOf = (items: readonly Item[], column: 'subledger' | 'gl' | 'difference' | 'unexplained'): string =>
  items.reduce((sum, item) => sum + BigInt(item[column]), 0n).toString();

/** By reason, without those that come to nothing. */
const reasonsOf = (all: readonly Pick<TieOutView, 'explained'>[]) => {
  const sums = new Map<string, bigint>();
  for (const { reason, amount } of all.flatMap(({ explained }) => explained))
    sums.set(reason, (sums.get(reason) ?? 0n) + BigInt(amount));
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0n).map(([reason, sum]) => [reason, String(sum)]));
};

const madeOf = (parts: readonly { readonly amount: string }[]): string =>
  parts.reduce((sum, { amount }) => sum + BigInt(amount), 0n).toString();

/** The items of each pair add up to it, each item is what it is made of, and none is unexplained that is not in the pair. */
const addUp = async (db: Db, filter: TieOutFilter, source: LedgerSource = liveLedger): Promise<number> => {
  let documents = 0;
  for (const pair of await tieOuts(db, filter, undefined, source)) {
    const all = await itemsOf(db, { ...filter, pair: pair.pair }, source);
    const items = all.filter(({ currency }) => currency === pair.currency);
    const { subledger, gl, difference, unexplained } = pair;
    const sums = { subledger: sumOf(items, 'subledger'), gl: sumOf(items, 'gl') };
    expect({
      ...{ pair: pair.pair, ...sums, reasons: reasonsOf(items) },
      ...{ difference: sumOf(items, 'difference'), unexplained: sumOf(items, 'unexplained') },
    }).toEqual({ pair: pair.pair, subledger, gl, difference, unexplained, reasons: reasonsOf([pair]) });
    for (const item of items)
      expect([item.document, madeOf(item.entries), madeOf(item.postings)]).toEqual([
        item.document,
        item.subledger,
        item.gl,
      ]);
    if (unexplained === '0') expect(items.filter((item) => item.unexplained !== '0')).toEqual([]);
    const differing = items.filter((item) => item.difference !== '0' || item.explained.length > 0);
    expect(await itemsOf(db, { ...filter, pair: pair.pair, differences: true }, source)).toEqual(differing);
    documents += items.length;
  }
  return documents;
};

const journalOf = (log: MemoryLog, type: string, templateId: 'T05' | 'T08' | 'T09' | 'T03'): string =>
  journalIdFor(log.events.find((event) => event.type === type)?.eventId ?? '', templateId, 'PRIMARY');

/** Orders, deposits, payments, a credit memo, a return, accruals; and corrections of journals that do not name their document. */
const eventful = (): MemoryLog => {
  const log = createMemoryLog();
  openBooks(log);
  openPeriod(log, '202612');
  playGoldenOrder(log, 'O1');
  creditFirst(log, 'O1');
  payInAdvance(log, 'O1');
  payFirst(log, 'O1');
  sendBack(log, 'O1');
  receive(log, '7', 'rcpt-o2');
  placeOrder(log, 'O2');
  release(log, 'O2', 1, '7');
  ship(log, 'O2', 1, '7', '4200');
  softClose(log);
  accrue(log, 'O2', 1, { ...three, qty: '7', cost: '4200' });
  playEventfulOrders(log);
  restage(log, journalOf(log, 'DepositApplied', 'T05'));
  restage(log, journalOf(log, 'CreditMemoIssued', 'T08'));
  restage(log, journalOf(log, 'ReturnInspected', 'T09'));
  return log;
};

describe('the documents behind a tie-out', () => {
  let database: TestDatabase<never>;
  const log = eventful();

  beforeAll(async () => {
    database = await createTestDatabase();
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  test.each([
    {},
    { period: '202611' },
    { period: '202612' },
    { period: '202610' },
    { validAsOf: '2026-11-24' },
  ])('add up to it: %j', async (asked) => {
    const documents = await addUp(database.db, { bu: 'ACME', ...asked });
    expect(documents > 5).toBe(asked.period !== '202610');
  });

  test('stand on both sides under one id, also where their journal was staged again', async () => {
    const find = async (pair: TieOutView['pair'], document: string) =>
      (await itemsOf(database.db, { bu: 'ACME', pair })).find((item) => item.document === document);
    expect(await find('CUSTOMER_DEPOSIT', 'O1-1')).toMatchObject({ subledger: '2000', gl: '2000', explained: [] });
    expect(await find('TAX_PAYABLE', 'O1-c1')).toMatchObject({ difference: '0', explained: [] });
    expect(await find('AR', 'O1-i2')).toMatchObject({
      entries: [
        { kind: 'APPLIED', amount: '-3500' },
        { kind: 'ISSUED', amount: '3735' },
        { kind: 'RELEASED', amount: '1500' },
      ],
      postings: [
        { templateId: 'T03', amount: '3735' },
        { templateId: 'T05', amount: '-2000' },
      ],
      ...{ difference: '0', unexplained: '0' },
    });
    expect(await find('AR', 'O1-i1')).toMatchObject({
      ...{ difference: '-3100', unexplained: '0' },
      explained: [{ reason: 'PAYMENTS_POSTED_BY_ERP', amount: '-3100', count: 3 }],
    });
    const restocked = log.events.find(({ type }) => type === 'ReturnInspected')?.eventId ?? '';
    expect(await find('INVENTORY', restocked)).toMatchObject({
      ...{ subledger: '1200', gl: '1200', unexplained: '0' },
      postings: [{ templateId: 'T09' }],
    });
  });

  test('one that is posted on one side only is found among the differences', async () => {
    const before = await itemsOf(database.db, { bu: 'ACME', pair: 'AR', differences: true });
    reverse(log, journalOf(log, 'InvoiceIssued', 'T03'));
    await catchUpAll(database.db, log);
    const after = await itemsOf(database.db, { bu: 'ACME', pair: 'AR', differences: true });
    expect(before.map(({ document }) => document)).toEqual(['O1-i1']);
    expect(after).toMatchObject([{ document: 'O1-i1', unexplained: '10214' }]);
    await addUp(database.db, { bu: 'ACME' });
    repost(log, journalOf(log, 'InvoiceIssued', 'T03'));
    await catchUpAll(database.db, log);
    expect(await itemsOf(database.db, { bu: 'ACME', pair: 'AR', differences: true })).toMatchObject([
      { document: 'O1-i1', unexplained: '0' },
    ]);
  });

  test('are those of a currency, and of nobody who may not see the business unit', async () => {
    const of = (currency: string) => tieOutItems(database.db, { bu: 'ACME', pair: 'AR', currency });
    expect((await of('EUR')).items).toEqual([]);
    expect((await of('USD')).items.length).toBeGreaterThan(1);
    const hidden = await tieOutItems(database.db, { bu: 'ACME', pair: 'AR' }, { bus: ['OTHER'] });
    expect(hidden).toEqual({ items: [], nextCursor: null });
  });
});

test('the documents of any history add up to its tie-outs, now and as it was', async () => {
  const start = (): MemoryLog => {
    const log = createMemoryLog();
    openBooks(log);
    return log;
  };
  const history = randomHistory(start, ['O1', 'O2', 'O3']);
  const property = fc.asyncProperty(history, fc.double({ min: 0, max: 1, noNaN: true }), async ({ log }, share) => {
    const database = await createTestDatabase<never>();
    try {
      await catchUpAll(database.db, log);
      const then = ledgerAt(positionOf(Math.floor(share * (log.events.length - 1))));
      for (const source of [liveLedger, then])
        for (const asked of [{}, { period: '202611' }]) await addUp(database.db, { bu: 'ACME', ...asked }, source);
    } finally {
      await database.close();
    }
  });
  // Once found: a document of which two reasons are told that come to nothing together.
  await fc.assert(property, { seed: -1086673505, path: '0', numRuns: 1, endOnFailure: true });
  await fc.assert(property, { numRuns: 3, endOnFailure: true });
});
