import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { throughline } from '../support/throughline.ts';
import { firstInvoicesOf, orderBody, submit } from './calls.ts';
import {
  eventually,
  exitOf,
  newDataDir,
  type RunningService,
  removeDataDir,
  spawnService,
  startService,
} from './service.ts';

describe('starting', () => {
  let dataDir: string;
  let service: RunningService;

  beforeAll(async () => {
    dataDir = await newDataDir();
    service = await startService(dataDir);
  });
  afterAll(async () => {
    await service?.stop();
    await removeDataDir(dataDir);
  });

  test('it prints where the API and the keys are and what to try next', () => {
    expect(service.output()).toContain(service.url);
    expect(service.output()).toContain('keys.json');
    expect(service.output()).toContain('npm run demo');
  });

  test('the keys are readable by their owner only', async () => {
    const keys = JSON.parse(await readFile(join(dataDir, 'keys.json'), 'utf8')) as Record<string, string>;
    expect(Object.keys(keys).sort()).toEqual([
      'admin',
      'admin2',
      'auditor',
      'channel',
      'finance',
      'ops',
      'supplier',
      'warehouse',
    ]);
    expect((await stat(join(dataDir, 'keys.json'))).mode & 0o077).toBe(0);
  });

  test('a second start on the same data folder says so and leaves', async () => {
    const second = spawnService(dataDir);
    expect(await exitOf(second.child)).toBe(1);
    expect(second.output()).toMatch(/another Throughline is running on this data folder/i);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
  });

  test('after kill -9 a start recovers by itself, with the orphaned Postgres still running', async () => {
    await service.kill9();
    service = await startService(dataDir);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
  });

  test('all mistakes of the configuration are reported together', async () => {
    const wrong = spawnService(dataDir, { PORT: 'many', SEED: 'some', ERP_URL: 'nowhere' });
    expect(await exitOf(wrong.child)).toBe(1);
    for (const name of ['PORT', 'SEED', 'ERP_URL']) expect(wrong.output()).toContain(name);
  });

  test('a data folder that cannot be used is named, without a stack', async () => {
    const wrong = spawnService(dataDir, { DATA_DIR: join(dataDir, 'keys.json') });
    expect(await exitOf(wrong.child)).toBe(1);
    expect(wrong.output()).toMatch(/DATA_DIR=\S+keys\.json is no folder that can be written to/);
    expect(wrong.output()).not.toContain(' at ');
  });

  test('the demonstration runs against the running service, also where others wait for its goods', async () => {
    const { orderId } = await submit(service.client, orderBody('4'));
    const position = '/v1/inventory-positions?bu=ACME&item=BRG-6204';
    await eventually(
      () => service.client.get<{ readonly items: readonly { readonly backordered: string }[] }>('ops', position),
      ({ items }) => items.some(({ backordered }) => backordered === '4'),
      60_000,
    );
    const demo = spawn(process.execPath, [join(import.meta.dirname, '../../api/demo/demo.ts')], {
      env: { PATH: process.env.PATH ?? '', DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    demo.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    demo.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    const code = await exitOf(demo);
    expect({ code, text: code === 0 ? '' : text }).toEqual({ code: 0, text: '' });
    for (const part of ['102.14', '37.35', 'ORDER_LINE', 'DEFERRED_COGS', 'Total']) expect(text).toContain(part);
    expect((await firstInvoicesOf(service.client, orderId)).items).toHaveLength(1);
    const [, ...shown] = text.match(/npm run -s throughline -- (trace) (\S+)/) ?? [];
    const traced = await throughline(shown, { DATA_DIR: dataDir });
    expect(traced).toMatchObject({ code: 0, out: expect.stringContaining('<- asked for') });
  });
});
