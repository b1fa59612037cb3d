import { execFile } from 'node:child_process';
import { createHash, webcrypto } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
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

/** Runs a program with nothing of ours around it: another folder, an empty environment. */
const run = (program: string, args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(program, [...args], { cwd: folder, env: { PATH: process.env.PATH ?? '' } }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
  });

describe('the verifier as a single file', () => {
  test('verifies a good bundle and names what is wrong with a bad one, in a folder that holds nothing else', async () => {
    const { program } = await buildVerifier();
    await writeFile(join(folder, 'throughline-verify.mjs'), program);
    await chmod(join(folder, 'throughline-verify.mjs'), 0o755);
    await writeFile(join(folder, 'good.json'), JSON.stringify(good));
    await writeFile(join(folder, 'bad.json'), spoilt);
    await writeFile(join(folder, 'none.json'), 'no JSON');
    // The Node of these tests, and whatever Node the machine has.
    for (const node of [process.execPath, 'node']) {
      const passed = await run(node, ['throughline-verify.mjs', 'good.json', '--key', ourKey]);
      expect(passed).toMatchObject({ code: 0, err: '' });
      expect(passed.out).toContain('VERIFIED  4 events');
      const failed = await run(node, ['throughline-verify.mjs', 'bad.json']);
      expect(failed.code).toBe(1);
      expect(failed.out).toContain('line 4: credit is "8751", the posting rule gives "8750"');
      expect((await run(node, ['throughline-verify.mjs', 'none.json'])).code).toBe(1);
      expect((await run(node, ['throughline-verify.mjs'])).code).toBe(2);
      expect((await run(node, ['throughline-verify.mjs', 'good.json', '--kye', ourKey])).code).toBe(2);
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
    expect(program.split('\n').length).toBeLessThan(3_000);
  });

  test('refuses a source whose form it cannot take over whole', async () => {
    await writeFile(join(folder, 'odd.ts'), "export { a } from './b.ts';\n");
    await expect(singleFile(folder, join(folder, 'odd.ts'))).rejects.toThrow('cannot take over');
    await writeFile(join(folder, 'one.ts'), "import { b } from './two.ts';\nexport const a = () => b;\n");
    await writeFile(join(folder, 'two.ts'), "import { a } from './one.ts';\nexport const b = () => a;\n");
    await expect(singleFile(folder, join(folder, 'one.ts'))).rejects.toThrow('import each other');
  });
});

type Listener = (event: { preventDefault: () => void; dataTransfer?: { files: unknown[] } }) => void;

/** The little of a browser that the page may use: no network, no storage, nothing else. */
const openPage = async () => {
  const { page } = await buildVerifier();
  const script = /<script type="module">\n([\s\S]*?)\n<\/script>/.exec(page)?.[1] ?? '';
  const listeners = new Map<string, Listener>();
  const elements = new Map(
    ['drop', 'file', 'keys', 'verdict'].map((id) => [
      id,
      {
        textContent: '',
        className: '',
        value: '',
        addEventListener: (type: string, listen: Listener) => listeners.set(`${id} ${type}`, listen),
      },
    ]),
  );
  const context = createContext({
    document: { getElementById: (id: string) => elements.get(id) },
    crypto: webcrypto,
    TextEncoder,
    TextDecoder,
    atob,
    btoa,
    Intl,
  });
  runInContext(script, context);
  const drop = async (text: string): Promise<{ readonly text: string; readonly state: string }> => {
    listeners.get('drop drop')?.({
      preventDefault: () => {},
      dataTransfer: { files: [{ name: 'bundle.json', text: async () => text }] },
    });
    const verdict = elements.get('verdict') as { textContent: string; className: string };
    while (verdict.className === '' || verdict.className === 'busy')
      await new Promise((resolve) => setTimeout(resolve, 5));
    const seen = { text: verdict.textContent, state: verdict.className };
    verdict.className = '';
    return seen;
  };
  return { page, drop, setKeys: (keys: string) => Object.assign(elements.get('keys') ?? {}, { value: keys }) };
};

describe('the verifier as a page', () => {
  test('verifies a good bundle and names what is wrong with a bad one, with nothing but its own script', async () => {
    const { drop, setKeys } = await openPage();
    const passed = await drop(JSON.stringify(good));
    expect(passed).toMatchObject({ state: 'good' });
    expect(passed.text).toContain('VERIFIED  4 events');
    expect(await drop(spoilt)).toMatchObject({
      state: 'bad',
      text: expect.stringContaining('line 4: credit is "8751"'),
    });
    expect(await drop('no JSON')).toMatchObject({ state: 'bad', text: expect.stringContaining('MALFORMED') });
    setKeys(Buffer.alloc(32).toString('base64'));
    expect(await drop(JSON.stringify(good))).toMatchObject({
      state: 'bad',
      text: expect.stringContaining('KEY_NOT_TRUSTED'),
    });
    setKeys(` ${ourKey}\n`);
    expect(await drop(JSON.stringify(good))).toMatchObject({ state: 'good' });
  });

  test('is one file that loads nothing', async () => {
    const { page } = await openPage();
    expect(page).not.toMatch(/\bsrc=|<link|@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket|^import /m);
    expect(page.match(/<script/g)?.length).toBe(1);
  });
});
