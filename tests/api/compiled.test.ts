import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { exitOf } from '../e2e/service.ts';
import { throughline } from '../support/throughline.ts';

/** Node itself tells of each file whether it compiles it or finds it compiled. */
const told = { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };

test('what was compiled at one start is not compiled at the next', async () => {
  await throughline(['--help']);
  const { code, err } = await throughline(['--help'], told);
  expect(code).toBe(0);
  expect(err).toMatch(/retrieving transpile cache for StrippedTypeScript \S+\/api\/cli\/commands\.ts\.\.\.success/);
});

test('what a process has saved is there also when it is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-compiled-'));
  const api = join(import.meta.dirname, '../../api');
  const started = `
    const { keepCompiled, saveCompiled } = await import(${JSON.stringify(join(api, 'compiled.js'))});
    keepCompiled(${JSON.stringify(folder)});
    await import(${JSON.stringify(join(api, 'client.ts'))});
    saveCompiled();
    console.log('saved');
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', started], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await exitOf(child);
  expect((await readdir(folder, { recursive: true })).length).toBeGreaterThan(1);
  await rm(folder, { recursive: true });
});
