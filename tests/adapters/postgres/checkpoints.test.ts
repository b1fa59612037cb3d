import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { advanceCheckpoint, createCheckpoints, readCheckpoint } from '../../../adapters/postgres/checkpoints.ts';
import { createCrossReferences } from '../../../adapters/postgres/crossReferences.ts';
import { migrateToLatest } from '../../../adapters/postgres/migrate.ts';
import type { Position } from '../../../domain/eventLog.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const at = (n: number): Position => String(n).padStart(20, '0') as Position;

describe('what the service remembers besides the log', () => {
  let database: TestDatabase<never>;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  it('moves a checkpoint only from where it is', async () => {
    const checkpoints = createCheckpoints(database.db);
    expect(await checkpoints.read('reader')).toBe('start');
    expect(await checkpoints.advance('reader', at(1), at(2))).toBe(false);
    expect(await checkpoints.advance('reader', 'start', at(5))).toBe(true);
    expect(await checkpoints.advance('reader', 'start', at(6))).toBe(false);
    expect(await checkpoints.advance('reader', at(4), at(6))).toBe(false);
    expect(await checkpoints.advance('reader', at(5), at(6))).toBe(true);
    expect(await checkpoints.read('reader')).toBe(at(6));
  });

  it('commits a checkpoint with the rows of its transaction or not at all', async () => {
    const to = { position: at(3), lastEventId: randomUUID(), logEpoch: randomUUID() };
    const failing = database.db.transaction().execute(async (trx) => {
      expect(await advanceCheckpoint(trx, 'rows', 'start', to)).toBe(true);
      throw new Error('rows failed');
    });
    await expect(failing).rejects.toThrow('rows failed');
    expect(await readCheckpoint(database.db, 'rows')).toEqual({ position: 'start', lastEventId: null, logEpoch: null });
    await database.db.transaction().execute((trx) => advanceCheckpoint(trx, 'rows', 'start', to));
    expect(await readCheckpoint(database.db, 'rows')).toEqual(to);
  });

  it('applies every batch once when two readers race', async () => {
    const checkpoints = createCheckpoints(database.db);
    let applied = 0;
    const read = async (): Promise<void> => {
      for (let n = 1; n <= 100; ) {
        const from = n === 1 ? ('start' as const) : at(n - 1);
        if (await checkpoints.advance('raced', from, at(n))) applied += 1;
        const now = await checkpoints.read('raced');
        n = now === 'start' ? 1 : Number(now) + 1;
      }
    };
    await Promise.all([read(), read(), read()]);
    expect(applied).toBe(100);
  });

  it('finds our id by theirs and theirs by ours, and refuses a second partner', async () => {
    const references = createCrossReferences(database.pool);
    await references.put('erp', 'order', 'O-1', 'SO-77');
    await references.put('erp', 'order', 'O-1', 'SO-77');
    expect(await references.theirs('erp', 'order', 'O-1')).toBe('SO-77');
    expect(await references.ours('erp', 'order', 'SO-77')).toBe('O-1');
    expect(await references.ours('erp', 'invoice', 'SO-77')).toBeUndefined();
    await expect(references.put('erp', 'order', 'O-1', 'SO-78')).rejects.toThrow('something else');
    await expect(references.put('erp', 'order', 'O-2', 'SO-77')).rejects.toThrow('something else');
    expect(await references.theirs('erp', 'order', 'O-2')).toBeUndefined();
  });

  it('migrates once, and a second start finds nothing to do', async () => {
    expect(await migrateToLatest(database.db)).toEqual([]);
    const { rows } = await sql<{ count: string }>`select count(*) from log.head`.execute(database.db);
    expect(rows).toEqual([{ count: '1' }]);
  });
});
