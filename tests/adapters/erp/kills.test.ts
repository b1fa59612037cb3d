import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { createErpClient } from '../../../adapters/erp/client.ts';
import { aBatch, aJournal } from '../../contracts/erpContract.ts';
import { closingAfterEach } from '../../support/closing.ts';
import { effectsOf, quickHttp, strike, withFolder } from '../http/peer.ts';
import { anErpOrder } from './order.ts';
import { startErp, startSoapErp } from './startErp.ts';

test('the simulator knows after a restart what it acknowledged before', async () => {
  await withFolder(async (directory) => {
    const first = await startErp({ directory });
    const order = await first.erp.registerOrder(anErpOrder('O-1'));
    const { erpNumber = '' } = order.kind === 'registered' ? order : {};
    await first.erp.changeOrder({ ...anErpOrder('O-1'), erpNumber, changes: 3 });
    await first.erp.importJournals(aBatch('B-1', [aJournal('J-1')]));
    const outcomes = await first.erp.journalOutcomes('ACME', 'B-1');
    await first.close();
    const second = await startErp({ directory });
    expect(await effectsOf(second.url)).toMatchObject({ orders: 1, journalsPosted: 1 });
    const older = { ...anErpOrder('O-1'), lines: [], erpNumber, changes: 2 };
    expect(await second.erp.changeOrder(older)).toEqual({ kind: 'changed' });
    const held = await fetch(`${second.url}/api/v1/salesOrders?company=ACME&externalDocumentNumber=O-1`);
    expect(await held.json()).toMatchObject({ value: [{ sourceRevision: 3, lines: [{ quantity: '10' }] }] });
    expect(await second.erp.registerOrder(anErpOrder('O-2'))).not.toEqual(order);
    expect(await second.erp.registerOrder(anErpOrder('O-1'))).toEqual(order);
    expect(await second.erp.journalOutcomes('ACME', 'B-1')).toEqual(outcomes);
    expect(await effectsOf(second.url)).toMatchObject({ orders: 2, journalsPosted: 1 });
    await second.close();
  });
});

const closed = closingAfterEach();

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Starts a script of this folder and resolves with its first line. */
const run = async (name: string, ...args: readonly string[]) => {
  const child = spawn(process.execPath, ['--no-warnings', script(name), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Half of what such a process lives for is reading its program.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'throughline-compile-cache') },
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  closed({ close: kill });
  const firstLine = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8').trim()));
    child.once('exit', () => reject(new Error(`${name} ended without a word`)));
  });
  return { firstLine, kill, gone };
};

test.each([
  ['rest', startErp, ''],
  ['soap', startSoapErp, '/services/DistributorErp'],
] as const)(
  'S-01: the %s adapter is killed 20 times in the middle of the call and there is still one ERP order',
  async (by, start, path) => {
    const { url, erp } = await start({ uniqueExternalNumbers: false });
    // The order is taken at once and answered much later, so every kill falls between the effect and the answer.
    await strike(url, { mode: 'delay', operation: 'createOrder', times: 1_000, ms: 5_000 });
    await strike(url, { mode: 'delay', operation: 'findOrder', times: 1_000, ms: 40 });
    for (let kills = 0; kills < 20; kills += 1) {
      const child = await run('registerOrder.script.ts', `${url}${path}`, 'O-1', by);
      await new Promise((resolve) => setTimeout(resolve, kills * 6));
      await child.kill();
    }
    await fetch(`${url}/control/faults`, { method: 'DELETE' });
    expect((await erp.registerOrder(anErpOrder('O-1'))).kind).toBe('registered');
    expect(await effectsOf(url)).toMatchObject({ orders: 1, ordersWithTheSameReference: 0 });
  },
  300_000,
);

test('an ERP simulator killed while it works has lost nothing that it acknowledged', async () => {
  await withFolder(async (directory) => {
    const child = await run('startErp.script.ts', directory);
    const { send } = quickHttp(child.firstLine);
    const erp = createErpClient({ system: 'ERP', send, settleMs: 0 });
    const acknowledged: string[] = [];
    const work = (async () => {
      for (let count = 1; ; count += 1) {
        const answer = await erp.registerOrder(anErpOrder(`O-${count}`));
        if (answer.kind === 'registered') acknowledged.push(`${count}:${answer.erpNumber}`);
      }
    })().catch(() => {});
    while (acknowledged.length < 50) await new Promise((resolve) => setTimeout(resolve, 5));
    await child.kill();
    await work;
    const again = await startErp({ directory });
    expect(Number((await effectsOf(again.url)).orders)).toBeGreaterThanOrEqual(acknowledged.length);
    for (const known of acknowledged.toReversed()) {
      const [count, number] = known.split(':');
      expect(await again.erp.registerOrder(anErpOrder(`O-${count}`))).toEqual({
        kind: 'registered',
        erpNumber: number,
      });
    }
    await again.close();
  });
});
