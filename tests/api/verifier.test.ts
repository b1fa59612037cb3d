import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { singleFile } from '../../api/verifier/singleFile.ts';
import { buildVerifier } from '../../api/verifier/verifier.ts';
import { invoiceBundle, ourKey } from '../domain/evidence/goldenBundle.ts';

const good = invoiceBundle();
const spoilt = JSON.stringify(good).replace('"credit":"8750"', '"credit":"8751"');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'only-the-verifier-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** Where the machine has its own programs: npm puts the Node of this project before them. */
const machinePath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((place) => !place.includes('node_modules'))
  .join(delimiter);

/** Runs a program with nothing of ours around it: another folder, an empty environment. */
const run = ([program = '', ...first]: readonly string[], args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(program, [...first, ...args], { cwd: folder, env: { PATH: machinePath } }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
  });

/** Takes away what Node 20 does not have yet. */
const asNode20 = `data:text/javascript,${[
  'Map.groupBy',
  'Object.groupBy',
  'Array.fromAsync',
  'Promise.withResolvers',
  'Promise.try',
  'Set.prototype.union',
  'Set.prototype.intersection',
  'Set.prototype.difference',
  'Iterator.prototype.map',
  'Iterator.prototype.filter',
  'Iterator.prototype.toArray',
]
  .map((name) => `delete globalThis.${name};`)
  .join('')}`;

describe('the verifier as a single file', () => {
  test('verifies a good bundle and names what is wrong with a bad one, in a folder that holds nothing else', async () => {
    const { program } = await buildVerifier();
    await writeFile(join(folder, 'throughline-verify.mjs'), program);
    await chmod(join(folder, 'throughline-verify.mjs'), 0o755);
    await writeFile(join(folder, 'good.json'), JSON.stringify(good));
    await writeFile(join(folder, 'bad.json'), spoilt);
    await writeFile(join(folder, 'none.json'), 'no JSON');
    const pem = `-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA${ourKey}\n-----END PUBLIC KEY-----\n`;
    await writeFile(join(folder, 'key.pem'), pem);
    // The Node of these tests, and whatever Node the machine has.
    for (const node of [[process.execPath], ['node']]) {
      const passed = await run(node, ['throughline-verify.mjs', 'good.json', '--key', ourKey]);
      expect(passed).toMatchObject({ code: 0, err: '' });
      expect(passed.out).toMatch(/^VERIFIED {2}4 events/);
      const alone = await run(node, ['throughline-verify.mjs', 'good.json']);
      expect(alone).toMatchObject({ code: 7, err: '' });
      expect(alone.out).toMatch(/^AGREES WITH ITSELF {2}no key was given/);
      expect(alone.out).not.toContain('VERIFIED');
      const asData = await run(node, ['throughline-verify.mjs', 'good.json', '--json']);
      expect(asData.code).toBe(7);
      expect(JSON.parse(asData.out)).toMatchObject({ agrees: true, verified: false, findings: [] });
      const failed = await run(node, ['throughline-verify.mjs', 'bad.json']);
      expect(failed.code).toBe(1);
      expect(failed.out).toContain('line 4: credit is "8751", the posting rule gives "8750"');
      expect((await run(node, ['throughline-verify.mjs', 'none.json'])).code).toBe(1);
      expect((await run(node, ['throughline-verify.mjs'])).code).toBe(2);
      expect((await run(node, ['throughline-verify.mjs', 'good.json', '--kye', ourKey])).code).toBe(2);
      expect((await run(node, ['throughline-verify.mjs', 'good.json', '--key', `${ourKey.slice(1)}`])).code).toBe(3);
      expect((await run(node, ['throughline-verify.mjs', 'absent.json'])).code).toBe(3);
      expect((await run(node, ['throughline-verify.mjs', 'good.json', '--key', 'good.json'])).code).toBe(2);
      expect((await run(node, ['throughline-verify.mjs', 'good.json', '--key', 'key.pem'])).code).toBe(0);
      const both = await run(node, ['throughline-verify.mjs', 'good.json', 'bad.json', '--key', ourKey]);
      expect([both.code, both.out.match(/VERIFIED/g)?.length]).toEqual([1, 2]);
      const other = await run(node, [
        'throughline-verify.mjs',
        'good.json',
        '--key',
        Buffer.alloc(32).toString('base64'),
        '--json',
      ]);
      expect(JSON.parse(other.out)).toMatchObject({ verified: false, findings: [{ code: 'KEY_NOT_TRUSTED' }, {}] });
    }
  });

  test('needs nothing that Node 20 does not have', async () => {
    const { program } = await buildVerifier();
    await writeFile(join(folder, 'on-node-20.mjs'), program);
    await writeFile(join(folder, 'one.json'), JSON.stringify(good));
    await writeFile(join(folder, 'two.json'), spoilt);
    const both = await run([process.execPath, '--import', asNode20], ['on-node-20.mjs', 'one.json', 'two.json']);
    expect(both).toMatchObject({ code: 1, err: '' });
    expect(both.out.match(/AGREES WITH ITSELF|NOT VERIFIED/g)?.length).toBe(2);
  });

  test('is made of the present sources, needs nothing but the platform, and its hash is what bundles name', async () => {
    const { program, sha256, version } = await buildVerifier();
    const again = await singleFile(
      join(import.meta.dirname, '../..'),
      join(import.meta.dirname, '../../api/verifier/program.ts'),
    );
    expect(program).toBe(`#!/usr/bin/env node\n${again}`);
    expect(sha256).toBe(createHash('sha256').update(program).digest('hex'));
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const imports = [...program.matchAll(/^import .* from '([^']+)';$/gm)].map(([, from]) => from);
    expect(imports.sort()).toEqual(['node:crypto', 'node:fs']);
    expect(program).not.toMatch(/\bimport\(|\brequire\(|\bfetch\(|node:(net|http|https|dns|child_process)/);
    // Small enough to be read in an hour or so.
    expect(program.split('\n').length).toBeLessThan(4_300);
  });

  test('refuses a source whose form it cannot take over whole', async () => {
    await writeFile(join(folder, 'odd.ts'), "export { a } from './b.ts';\n");
    await expect(singleFile(folder, join(folder, 'odd.ts'))).rejects.toThrow('cannot take over');
    await writeFile(join(folder, 'one.ts'), "import { b } from './two.ts';\nexport const a = () => b;\n");
    await writeFile(join(folder, 'two.ts'), "import { a } from './one.ts';\nexport const b = () => a;\n");
    await expect(singleFile(folder, join(folder, 'one.ts'))).rejects.toThrow('import each other');
  });
});
