import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import {
  asDrawn,
  type Drawing,
  drawnFrom,
  lineOrder,
  type SampleItem,
  startNumber,
} from '../../domain/auditSample/draw.ts';
import type { SamplePopulation } from '../../domain/auditSample/events.ts';
import { isInPopulation, totalsOf } from '../../domain/auditSample/population.ts';
import { drawSample, samplePopulation } from '../../projections/auditSamples/draw.ts';
import { projections } from '../../projections/catalogue.ts';
import { glStaging } from '../../projections/glStaging/projection.ts';
import { listJournals } from '../../projections/glStaging/queries.ts';
import { journalDetailReport } from '../../projections/reports/journalDetail.ts';
import { reportPage } from '../../projections/reports/page.ts';
import { catchUp } from '../../projections/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { restage, reverse } from './correctionHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { emptyTables } from './tables.ts';

const hash = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

let database: TestDatabase<never>;
let log: MemoryLog;
/** After which the ledger was corrected. */
let before: string;

const project = async (): Promise<void> => {
  const books = projections.filter(({ name }) => ['gl_staging', 'master_data'].includes(name));
  for (const projection of books) await catchUp({ db: database.db, ...log }, projection);
};
const head = (): string => log.events.at(-1)?.position ?? '';

beforeAll(async () => {
  database = await createTestDatabase();
  log = createMemoryLog();
  openBooks(log);
  for (const id of ['O1', 'O2', 'O3']) playGoldenOrder(log, id);
  await project();
  before = head();
  const { items } = await listJournals(database.db, {});
  const [first, second] = items.filter(({ templateId }) => templateId === 'T03').map(({ journalId }) => journalId);
  restage(log, first ?? '');
  reverse(log, second ?? '');
  playGoldenOrder(log, 'O4');
  await project();
});
afterAll(() => database.close());

const books = { bu: 'ACME', ledger: 'PRIMARY' } as const;

/** The lines that can be drawn as an auditor finds them: by the report, and what it has no filter for by hand. */
const reported = async (population: SamplePopulation, at: string): Promise<readonly SampleItem[]> => {
  const { period, from, to } = population;
  const filter = { ...books, ...(period && { period }), ...(from && { from }), ...(to && { to }), limit: 5_000 };
  const { items } = await reportPage(database.db, journalDetailReport, { filter, scope: undefined, at });
  return items
    .map((row) => ({
      journal: {
        ...{ ...books, period: String(row.period), accountingDate: String(row.date) },
        // The report says nothing of what is behind its position.
        sourcePosition: '',
      },
      line: {
        ...{ role: String(row.role), account: row.account === null ? null : String(row.account) },
        ...{ functionalDebit: String(row.functionalDebit), functionalCredit: String(row.functionalCredit) },
      },
      id: `${row.journalId}:${row.lineNo}`,
    }))
    .filter(({ journal, line }) => isInPopulation({ bu: 'ACME', position: at, population }, journal, line))
    .map(({ line, id }) => ({ line: id, amount: BigInt(line.functionalDebit) + BigInt(line.functionalCredit) }))
    .toSorted((a, b) => lineOrder(a.line, b.line));
};

const draw = (
  population: SamplePopulation,
  { method, seed, strata }: Drawing,
  position: string,
  populationMax = 5_000,
) =>
  drawSample(database.db, {
    ...{ bu: 'ACME', position, population, method, seed, strata, populationMax },
    start: startNumber(seed, hash),
  });

const positions = fc.constantFrom('before', 'head');
const size = fc.integer({ min: 1, max: 30 });
const drawings = fc.oneof(
  fc.record({ method: fc.constantFrom('RANDOM', 'MONETARY_UNIT'), sizes: fc.tuple(size) }),
  fc.record({ method: fc.constant('STRATIFIED'), sizes: fc.tuple(size, size, size) }),
);
const populations = fc.record(
  {
    accounts: fc.constant(['400100', '120000', '500100']),
    roles: fc.subarray(['AR_TRADE', 'COGS', 'REVENUE_PRODUCT', 'DEFERRED_COGS'], { minLength: 1 }),
    side: fc.constantFrom('DEBIT' as const, 'CREDIT' as const),
    amountFrom: fc.constantFrom('0', '285', '700'),
    amountTo: fc.constantFrom('4200', '8750'),
  },
  { requiredKeys: [] },
);
const times = fc.constantFrom(
  { period: '202611' },
  { from: '2026-11-01', to: '2026-11-24' },
  { from: '2026-10-09', to: '2027-01-01' },
  { period: '202610' },
);

describe('a sample that the database draws', () => {
  test('is the one that the rules give, of the lines that the report lists', async () => {
    let drawnAtAll = 0;
    const property = fc.asyncProperty(
      fc.tuple(populations, times, drawings, positions, fc.stringMatching(/^[A-Za-z0-9._:-]{1,20}$/)),
      async ([narrowed, time, { method, sizes }, when, seed]) => {
        const population: SamplePopulation = { ledger: 'PRIMARY', ...time, ...narrowed };
        const at = when === 'head' ? head() : before;
        const lowest = ['0', '700', '4200'];
        const strata = sizes.map((each, place) => ({ amountFrom: lowest[place] ?? '0', size: each }));
        const drawing = { method, seed, strata } as Drawing;
        const items = await reported(population, at);
        const found = await draw(population, drawing, at);
        drawnAtAll += found.lines.length;
        expect(found.lines.map(asDrawn)).toEqual(drawnFrom(items, drawing, hash));
        const { count, amount } = totalsOf(found.strata);
        expect([count, amount]).toEqual([items.length, items.reduce((sum, each) => sum + each.amount, 0n)]);
        const all = await samplePopulation(database.db, { bu: 'ACME', position: at, population }, 5_000);
        expect(all).toEqual(items.map(({ line, amount: worth }) => [line, worth.toString()]));
      },
    );
    await fc.assert(property, { numRuns: 60 });
    expect(drawnAtAll).toBeGreaterThan(50);
  });

  const all: SamplePopulation = { ledger: 'PRIMARY', period: '202611' };
  const methods: readonly Drawing[] = [
    { method: 'RANDOM', seed: 'Q4', strata: [{ amountFrom: '0', size: 12 }] },
    { method: 'MONETARY_UNIT', seed: 'Q4', strata: [{ amountFrom: '0', size: 12 }] },
  ];

  test('is the same for ever at its position, whatever is posted or corrected later and after a rebuild', async () => {
    for (const drawing of methods) {
      const first = await draw(all, drawing, before);
      expect(first.lines.length).toBeGreaterThan(3);
      expect((await draw(all, drawing, head())).lines).not.toEqual(first.lines);
      await emptyTables(database.db, [glStaging]);
      await project();
      expect(await draw(all, drawing, before)).toEqual(first);
    }
  });

  test('of every monetary unit has each line as often as it is worth, also where a point lies on a border', async () => {
    const items = (await reported(all, before)).filter(({ amount }) => amount > 0n);
    const size = Number(items.reduce((sum, { amount }) => sum + amount, 0n));
    const { lines } = await drawSample(database.db, {
      ...{ bu: 'ACME', position: before, population: all, method: 'MONETARY_UNIT', seed: 'Q4', start: 0n },
      ...{ strata: [{ amountFrom: '0', size }], populationMax: 5_000 },
    });
    expect(lines.map((line) => ('hits' in line ? BigInt(line.hits) : 0n))).toEqual(items.map(({ amount }) => amount));
  });

  test('has its currency and says nothing of books that there are not', async () => {
    const [random] = methods as readonly [Drawing];
    expect(await draw(all, random, before)).toMatchObject({ isBlocked: false, currency: 'USD' });
    const other = await drawSample(database.db, {
      ...{ bu: 'OTHER', position: before, population: all, ...random },
      ...{ start: 1n, populationMax: 5_000 },
    });
    expect(other).toEqual({
      ...{ isBlocked: false, isTooLarge: false, currency: null, lines: [] },
      strata: [{ amountFrom: '0', size: 12, count: 0, debit: '0', credit: '0' }],
    });
  });

  test('is none out of more lines than it may be drawn from', async () => {
    const strata = ['0', '700'].map((amountFrom) => ({ amountFrom, size: 3 }));
    const { length } = await reported(all, before);
    for (const drawing of [...methods, { method: 'STRATIFIED', seed: 'Q4', strata } as const]) {
      const whole = await draw(all, drawing, before);
      expect(await draw(all, drawing, before, length)).toEqual(whole);
      expect(await draw(all, drawing, before, length - 1)).toMatchObject({ isTooLarge: true, lines: [] });
    }
  });

  test('tells of an event of its books before its position that could not be posted, and not of a later one', async () => {
    const [random] = methods as readonly [Drawing];
    const stuckIn = (stream: string) =>
      sql`insert into ops.dead_letter (projection, lane_key, position, event_id, event_type, stream,
        revision, error_class, detail, attempts, first_seen_at, last_seen_at)
      values ('gl_staging', ${stream}, ${head()}, gen_random_uuid(), 'X', ${stream}, 0, 'TypeError', 'd', 1, now(), now())`.execute(
        database.db,
      );
    const isBlockedAt = async (position: string) => (await draw(all, random, position)).isBlocked;
    await stuckIn('order-OTHER.X');
    expect([await isBlockedAt(before), await isBlockedAt(head())]).toEqual([false, false]);
    await stuckIn('order-ACME.X');
    expect([await isBlockedAt(before), await isBlockedAt(head())]).toEqual([false, true]);
    await sql`delete from ops.dead_letter`.execute(database.db);
  });
});
