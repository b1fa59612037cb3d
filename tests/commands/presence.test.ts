import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createWorkerRegister } from '../../adapters/postgres/deadHolders.ts';
import { createLeases } from '../../adapters/postgres/leases.ts';
import { createOutbox } from '../../adapters/postgres/outbox.ts';
import type { OutboxItem } from '../../commands/ports.ts';
import { runDispatcher } from '../../commands/workers/dispatcher.ts';
import { createPresence } from '../../commands/workers/presence.ts';
import type { Position } from '../../domain/eventLog.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase<never>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const item = (intentId: string): Omit<OutboxItem, 'attempts'> => ({
  ...{ intentId, step: 'close', partner: null, lane: intentId, delayMs: 0, payload: {}, process: 'o2c', key: 'O1' },
  ...{ bu: 'ACME', priority: 1, causeEventId: 'c', causePosition: '1', correlationId: 'x', node: null, channel: null },
});

/** A process of its own that takes everything for an hour and never ends a step. */
const takers: ReturnType<typeof spawn>[] = [];
afterAll(() => {
  for (const taker of takers) taker.kill('SIGKILL');
});
const startTaker = async (worker: string) => {
  const script = join(import.meta.dirname, 'presence.script.ts');
  const child = spawn(process.execPath, [script, database.connectionString, worker], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  takers.push(child);
  await once(child.stdout, 'data');
  return child;
};

describe('the steps of a worker that was killed', () => {
  test('are done by another one at once, although they were leased for an hour; those of one that lives are left to it', async () => {
    const outbox = createOutbox(database.db);
    const cursor = { name: 'outbox', from: 'start', to: '1' as Position } as const;
    await outbox.store([item('i1'), item('i2')], cursor);
    const killed = await startTaker('killed');
    await outbox.store([item('i3')], { ...cursor, from: '1' as Position, to: '2' as Position });
    const alive = await startTaker('alive');

    const leases = createLeases(database.connectionString);
    const stop = new AbortController();
    const onError = (): void => {};
    const presence = createPresence({
      ...{ leases, register: createWorkerRegister(database.db), worker: 'other', onError, onFreed: onError },
    });
    const staying = presence.run(stop.signal);
    await presence.present;
    const ran: string[] = [];
    const run = async ({ intentId }: OutboxItem): Promise<void> => void ran.push(intentId);
    const working = runDispatcher({ outbox, run, worker: 'other', onError }, stop.signal);
    killed.kill('SIGKILL');
    while (ran.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ran.toSorted()).toEqual(['i1', 'i2']);

    alive.kill('SIGKILL');
    while (ran.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ran[2]).toBe('i3');
    stop.abort();
    await Promise.all([staying, working]);
    await leases.close();
  });
});
