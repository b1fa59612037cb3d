import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventStoreDbLog } from '../../../adapters/eventstoredb/eventLog.ts';
import { type Expected, LogUnavailable, type StreamName } from '../../../domain/eventLog.ts';
import { type Batch, batchOf, newStream, readAll, readFeed, times } from '../../contracts/logFixtures.ts';
import type { AppendFault } from '../../support/eventstoredb/faults.ts';
import { openEventStoreDbLog } from '../../support/eventstoredb/log.ts';
import { startTestServer, type TestServer } from '../../support/eventstoredb/server.ts';

const appendsWanted = Number(process.env.WALK_APPENDS ?? '2000');
const workers = 16;
const restarts = 8;

/** Park–Miller: the same walk every time, but for the order in which the workers get their turns. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

type Written = {
  readonly batch: Batch;
  readonly expected: Expected;
  readonly revision: number;
  readonly position: string;
};
type Model = { readonly stream: StreamName; readonly written: Written[]; ids: readonly string[] };

const quick: readonly AppendFault[] = ['cut-before', 'cut-after', 'unavailable', 'timeout', 'not-leader'];
const slow: readonly AppendFault[] = ['hang-before', 'hang-after', 'late'];

describe('a random walk through appends, conflicts, cuts and restarts', () => {
  let folder: string;
  let server: TestServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'walk-'));
    server = await startTestServer({ file: join(folder, 'log') });
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  let appends = 0;
  const counts: Record<string, number> = {};
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };

  /** As a caller does who got no outcome: the identical append again. */
  const appendSurely = async (log: EventStoreDbLog, stream: StreamName, expected: Expected, batch: Batch) => {
    for (;;) {
      appends += 1;
      try {
        return await log.append(stream, expected, batch);
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error;
        count('unavailable');
      }
    }
  };

  const writeNew = async (log: EventStoreDbLog, model: Model, random: () => number): Promise<void> => {
    const batch = batchOf(1 + Math.floor(random() * 4));
    const expected = model.ids.length === 0 ? 'no-stream' : model.ids.length - 1;
    const outcome = await appendSurely(log, model.stream, expected, batch);
    model.ids = [...model.ids, ...batch.map(({ eventId }) => eventId)];
    expect(outcome).toMatchObject({ kind: 'appended', revision: model.ids.length - 1 });
    if (outcome.kind !== 'appended') return;
    model.written.push({ batch, expected, revision: outcome.revision, position: outcome.position });
    count(outcome.duplicate ? 'known' : 'written');
  };

  const repeat = async (log: EventStoreDbLog, model: Model, random: () => number): Promise<void> => {
    const written = model.written[Math.floor(random() * model.written.length)];
    if (written === undefined) return;
    const expected = random() < 0.5 ? written.expected : model.ids.length - 1;
    const { revision, position } = written;
    const outcome = await appendSurely(log, model.stream, expected, written.batch);
    expect(outcome).toMatchObject({ kind: 'appended', revision, position, duplicate: true });
    count('repeated');
  };

  const collide = async (log: EventStoreDbLog, model: Model, random: () => number): Promise<void> => {
    const last = model.ids.length - 1;
    // Further than the walk comes: a try that arrives late must not find its revision there by then, which no caller expects.
    const wrong = last + 1 + appendsWanted * 4;
    const stale = last > 0 && random() < 0.7;
    const expected = stale ? Math.floor(random() * last) : wrong;
    const outcome = await appendSurely(log, model.stream, expected, batchOf(2));
    expect(outcome).toEqual({ kind: 'conflict', actual: last === -1 ? 'no-stream' : last });
    count('conflict');
  };

  const walk = async (log: EventStoreDbLog, models: readonly Model[], random: () => number): Promise<void> => {
    while (appends < appendsWanted) {
      const model = models[Math.floor(random() * models.length)] as Model;
      const dice = random();
      await (dice < 0.75 ? writeNew : dice < 0.85 ? repeat : collide)(log, model, random);
    }
  };

  const makeTrouble = async (): Promise<void> => {
    const random = randomFrom(7);
    server.faults.append = () => {
      const dice = random();
      const from = dice < 0.02 ? quick : dice < 0.0212 ? slow : undefined;
      const fault = from?.[Math.floor(random() * from.length)];
      if (fault !== undefined) count(fault);
      return fault;
    };
    for (let n = 1; n <= restarts; n += 1) {
      while (appends < (appendsWanted * n) / (restarts + 1)) await delay(5);
      await server.stop();
      await delay(50 + random() * 300);
      await server.start();
      count('restart');
    }
  };

  it('ends with the same log as a model', async () => {
    const random = randomFrom(1);
    const logs = times(4, () => openEventStoreDbLog({ connectionString: server.connectionString }));
    const models = times(workers, () => times(5, (): Model => ({ stream: newStream(), written: [], ids: [] })));
    const trouble = makeTrouble();
    const startedAt = performance.now();
    await Promise.all(
      models.map((own, n) => walk(logs[n % logs.length] as EventStoreDbLog, own, randomFrom(100 + n + random()))),
    );
    await trouble;
    const seconds = (performance.now() - startedAt) / 1_000;
    server.faults.append = () => undefined;
    const [log] = logs as [EventStoreDbLog];
    for (const { stream, ids } of models.flat()) {
      expect((await readAll(log, stream)).map(({ eventId }) => eventId)).toEqual(ids);
    }
    const fed = await readFeed(log, 'start', ['contract']);
    expect(fed).toHaveLength(models.flat().reduce((sum, { ids }) => sum + ids.length, 0));
    await Promise.all(logs.map((one) => one.close()));
    expect(appends).toBeGreaterThanOrEqual(appendsWanted);
    expect(counts.restart).toBe(restarts);
    for (const fault of quick) expect(counts[fault]).toBeGreaterThan(0);
    if (process.env.FIGURES) console.log(`${appends} appends in ${seconds.toFixed(1)} s: ${JSON.stringify(counts)}`);
  }, 900_000);
});
