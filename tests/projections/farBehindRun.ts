import { expect } from '@jest/globals';
import type { Position } from '../../domain/eventLog.ts';
import { waitForPosition } from '../../projections/freshness.ts';
import { orders } from '../../projections/orders/projection.ts';
import type { ProjectionReport } from '../../projections/progressReport.ts';
import type { Projection } from '../../projections/projection.ts';
import { type RunnerOptions, runProjections } from '../../projections/runner.ts';
import type { TestDatabase } from '../support/database.ts';
import { playEventfulOrders } from './eventfulHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { playOperations } from './operationsHistory.ts';

/** More than a thousand events of every kind. */
export const longHistory = (): MemoryLog => {
  const log = createMemoryLog();
  openBooks(log);
  for (let n = 1; n <= 30; n += 1) playGoldenOrder(log, `O${n}`);
  playEventfulOrders(log);
  playOperations(log);
  expect(log.events.length).toBeGreaterThan(1_000);
  return log;
};

/** Each process holds each lease. */
const whileHeld: RunnerOptions['whileHeld'] = async (_name, work) => {
  await work(new AbortController().signal);
  return true;
};

/** As `orders`, but does something else first. */
export const ordersThat = (first: (...args: Parameters<Projection['apply']>) => Promise<void>): Projection => ({
  ...orders,
  apply: async (batch, into) => {
    await first(batch, into);
    return orders.apply(batch, into);
  },
});

/** A bug that one event meets. */
export const brokenAt = (culprit: Position | undefined): Projection =>
  ordersThat(async (batch) => {
    if (batch.some(({ position }) => position === culprit)) throw new TypeError('cannot fold it');
  });

/** Follows until all are at the head, with pages and writes that are small enough for several of both; answers with what was told. */
export const followToHead = async (
  { db }: Pick<TestDatabase<never>, 'db'>,
  log: MemoryLog,
  models: readonly Projection[],
  more: Partial<RunnerOptions> = {},
): Promise<readonly ProjectionReport[]> => {
  const reports: ProjectionReport[] = [];
  const stop = new AbortController();
  const report = (told: ProjectionReport): void => void reports.push(told);
  const small = { eventsPerPage: 100, pagesPerWrite: 3, farBehind: { weight: 0, ms: 0 } };
  const running = runProjections({ db, ...log, whileHeld, report, ...small, ...more }, models, stop.signal);
  const names = models.map(({ name }) => name);
  const there = await waitForPosition(db, names, log.events.at(-1)?.position ?? '', 60_000);
  stop.abort();
  await running;
  expect(there).toBe(true);
  return reports;
};

export const failedOnes = (reports: readonly ProjectionReport[]): readonly string[] =>
  reports.flatMap((told) => (told.kind === 'failed' ? [`${told.projection}: ${(told.error as Error).name}`] : []));
