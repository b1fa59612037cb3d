import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLeases } from '../../../adapters/postgres/leases.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

describe('leases', () => {
  let database: TestDatabase<never>;
  let here: ReturnType<typeof createLeases>;
  let there: ReturnType<typeof createLeases>;
  beforeAll(async () => {
    database = await createTestDatabase();
    [here, there] = [createLeases(database.connectionString), createLeases(database.connectionString)];
  });
  afterAll(async () => {
    await Promise.all([here.close(), there.close()]);
    await database.close();
  });

  const nothing = async (): Promise<void> => {};

  it('are held by one worker at a time, in this process and in others', async () => {
    let finish = (): void => {};
    const begun = Promise.withResolvers<void>();
    const holding = here.whileHeld('orders', () => {
      begun.resolve();
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    await begun.promise;
    expect(await there.whileHeld('orders', nothing)).toBe(false);
    expect(await here.whileHeld('orders', nothing)).toBe(false);
    expect(await there.whileHeld('invoices', nothing)).toBe(true);
    finish();
    expect(await holding).toBe(true);
    expect(await there.whileHeld('orders', nothing)).toBe(true);
  });

  it('are free again when the work fails', async () => {
    const failing = here.whileHeld('orders', () => Promise.reject(new Error('broken work')));
    await expect(failing).rejects.toThrow('broken work');
    expect(await there.whileHeld('orders', nothing)).toBe(true);
  });

  it('tell the work when they are lost, and can be taken again', async () => {
    const held = here.whileHeld('orders', async (signal) => {
      await database.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'throughline-leases' and datname = current_database()`);
      await untilAborted(signal);
    });
    expect(await held).toBe(true);
    expect(await here.whileHeld('orders', nothing)).toBe(true);
  });
});
