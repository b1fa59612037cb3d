import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GlLineFilter, listGlLines } from '../../projections/glStaging/lineQueries.ts';
import { listJournals } from '../../projections/glStaging/queries.ts';
import { type LedgerSource, ledgerAt, liveLedger } from '../../projections/glStaging/source.ts';
import { type GlLineView, type JournalView, journalStates } from '../../projections/glStaging/views.ts';
import { encodeCursor } from '../../projections/readModel.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { payInAdvance } from './depositHistory.ts';
import { playEventfulOrders } from './eventfulHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';

describe('the lines of the staging ledger', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    payInAdvance(log, 'O1');
    playEventfulOrders(log);
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  const linesOf = async (filter: GlLineFilter, source?: LedgerSource): Promise<readonly GlLineView[]> => {
    const found: GlLineView[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listGlLines>> = await listGlLines(
        database.db,
        { limit: 4, ...filter, cursor },
        undefined,
        source,
      );
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  };

  const journalsOf = async (source?: LedgerSource): Promise<readonly JournalView[]> =>
    (await listJournals(database.db, { limit: 500 }, undefined, source)).items;

  const keyOf = ({ journalId, lineNo }: Pick<GlLineView, 'journalId' | 'lineNo'>): string => `${journalId}:${lineNo}`;

  test('are those of the journals, each with the keys of its own, in log order', async () => {
    const lines = await linesOf({});
    const journals = await journalsOf();
    expect(lines).toHaveLength(journals.reduce((sum, journal) => sum + journal.lines.length, 0));
    expect(lines.map(keyOf)).toEqual(
      journals.flatMap(({ journalId, lines }) => lines.map(({ lineNo }) => keyOf({ journalId, lineNo }))),
    );
    const byId = new Map(journals.map((journal) => [journal.journalId, journal]));
    for (const line of lines) {
      const journal = byId.get(line.journalId);
      expect(line).toMatchObject(journal?.lines[line.lineNo - 1] ?? {});
      const { templateId, ruleSetVersion, accountMapVersion, period, state, erpDocument, sourceEventId } = line;
      expect(journal).toMatchObject({
        ...{ templateId, ruleSetVersion, accountMapVersion, period, state, erpDocument, sourceEventId },
        ...{ accountingDate: line.accountingDate, batchId: line.batchId, documentRef: line.documentRef },
      });
    }
  });

  const books = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' } as const;

  const questions: readonly (readonly [GlLineFilter, (line: GlLineView, journal: JournalView) => boolean])[] = [
    [books, ({ period }) => period === '202611'],
    [{ ...books, account: '130000' }, ({ account }) => account === '130000'],
    [{ ...books, role: 'COGS', state: 'READY' }, ({ role, state }) => role === 'COGS' && state === 'READY'],
    [{ ...books, state: 'SUPERSEDED' }, ({ state }) => state === 'SUPERSEDED'],
    [{ ...books, item: 'BRG-6204' }, ({ dimensions }) => dimensions.item === 'BRG-6204'],
    [{ ...books, customer: 'C-1001' }, ({ dimensions }) => dimensions.customer === 'C-1001'],
    [{ orderId: 'O1' }, ({ lineage }) => lineage.orderId === 'O1'],
    [
      { orderId: 'O1', orderLineId: '10', role: 'INVENTORY' },
      ({ lineage, role }) => lineage.orderId === 'O1' && lineage.orderLineId === '10' && role === 'INVENTORY',
    ],
    [{ shipmentId: 'O1-s2' }, ({ lineage }) => lineage.shipmentId === 'O1-s2'],
    [{ invoiceId: 'O1-i2' }, (_, { invoiceId }) => invoiceId === 'O1-i2'],
    [{ batchId: 'PRIMARY-202611-0001' }, ({ batchId }) => batchId === 'PRIMARY-202611-0001'],
    [{ erpDocument: '1900004711' }, ({ erpDocument }) => erpDocument === '1900004711'],
    [{ orderId: 'nobody' }, () => false],
    [{ shipmentId: 'nobody' }, () => false],
    [{ validAsOf: '2026-11-23' }, ({ accountingDate }) => accountingDate <= '2026-11-23'],
  ];

  test.each(questions)('of %j are those of all lines that are meant, now and as it was', async (filter, isMeant) => {
    const cuts = [log.events.length, Math.floor(log.events.length * 0.97), Math.floor(log.events.length / 2)];
    const sources = cuts.map((cut) => ledgerAt(log.events[cut - 1]?.position ?? ''));
    let most = 0;
    for (const source of [liveLedger, ...sources]) {
      const journals = await journalsOf(source);
      const byId = new Map(journals.map((journal) => [journal.journalId, journal]));
      const all = await linesOf({ limit: 500 }, source);
      const meant = all.filter((line) => isMeant(line, byId.get(line.journalId) as JournalView));
      expect(await linesOf(filter, source)).toEqual(meant);
      most = Math.max(most, meant.length);
    }
    expect(most > 0).toBe(!JSON.stringify(filter).includes('nobody'));
  });

  test('journals in a state are those of all journals, now and as it was, by their books and page by page', async () => {
    const half = log.events[Math.floor(log.events.length / 2)]?.position ?? '';
    const seen = new Set<string>();
    for (const source of [liveLedger, ledgerAt(half)]) {
      const all = await journalsOf(source);
      for (const state of journalStates) {
        const meant = all.filter((journal) => journal.state === state);
        const first = await listJournals(database.db, { ...books, state, limit: 1 }, undefined, source);
        const rest = { ...books, state, cursor: first.nextCursor };
        const others =
          first.nextCursor === null ? [] : (await listJournals(database.db, rest, undefined, source)).items;
        expect([...first.items, ...others]).toEqual(meant);
        expect((await listJournals(database.db, { state, ledger: 'OTHER' }, undefined, source)).items).toEqual([]);
        if (meant.length > 1) seen.add(state);
      }
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  test('of another business unit are nobody’s to see', async () => {
    expect((await listGlLines(database.db, { orderId: 'O1' }, { bus: ['OTHER'] })).items).toEqual([]);
  });

  test('a cursor of somebody else is refused', async () => {
    for (const key of [['1'], ['1', 'J', 'x'], ['1', 'J', '99999999999'], ['1', 'J', '-1']])
      await expect(listGlLines(database.db, { cursor: encodeCursor(key) })).rejects.toThrow('not one of ours');
  });
});
