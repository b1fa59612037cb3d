import { execFile } from 'node:child_process';
import { createHash, webcrypto } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { singleFile } from '../../api/verifier/singleFile.ts';
import { buildVerifier } from '../../api/verifier/verifier.ts';
import { noteOfPart, partsOf } from '../../domain/evidence/parts.ts';
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
    expect(program.split('\n').length).toBeLessThan(3_400);
  });

  test('refuses a source whose form it cannot take over whole', async () => {
    await writeFile(join(folder, 'odd.ts'), "export { a } from './b.ts';\n");
    await expect(singleFile(folder, join(folder, 'odd.ts'))).rejects.toThrow('cannot take over');
    await writeFile(join(folder, 'one.ts'), "import { b } from './two.ts';\nexport const a = () => b;\n");
    await writeFile(join(folder, 'two.ts'), "import { a } from './one.ts';\nexport const b = () => a;\n");
    await expect(singleFile(folder, join(folder, 'one.ts'))).rejects.toThrow('import each other');
  });
});

type Listener = (event: object) => void;

/** The little of a browser that the page uses: text, attributes, children, listeners; no network, no storage. */
type Shown = {
  readonly name: string;
  className: string;
  value: string;
  hidden: boolean;
  textContent: string;
  files: readonly object[];
  readonly attributes: Map<string, string>;
  readonly listeners: Map<string, Listener>;
  readonly setAttribute: (name: string, value: string) => void;
  readonly replaceChildren: (...children: readonly (Shown | string)[]) => void;
  readonly addEventListener: (type: string, listen: Listener) => void;
};

const makeElement = (name: string): Shown => {
  let children: readonly (Shown | string)[] = [];
  const attributes = new Map<string, string>();
  const listeners = new Map<string, Listener>();
  return {
    name,
    className: '',
    value: '',
    hidden: false,
    files: [],
    attributes,
    listeners,
    get textContent() {
      return children.map((child) => (typeof child === 'string' ? child : child.textContent)).join(' ');
    },
    set textContent(text: string) {
      children = [text];
    },
    setAttribute: (attribute, value) => attributes.set(attribute, value),
    replaceChildren: (...nodes) => {
      children = nodes;
    },
    addEventListener: (type, listen) => listeners.set(type, listen),
  };
};

const openPage = async () => {
  const { page } = await buildVerifier();
  const script = /<script type="module">\n([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
  const whole = makeElement('html');
  const ids = ['drop', 'file', 'keys', 'keys-note', 'status', 'verdicts'];
  const elements = new Map(ids.map((id) => [id, makeElement(id)]));
  const byId = (id: string): Shown => elements.get(id) as Shown;
  const context = createContext({
    document: { documentElement: whole, getElementById: byId, createElement: makeElement },
    crypto: webcrypto,
    ...{ TextEncoder, TextDecoder, atob, btoa, Intl, setTimeout },
  });
  runInContext(script, context);
  const verdicts = async (): Promise<string> => {
    do await new Promise((resolve) => setTimeout(resolve, 5));
    while (byId('status').className !== 'unseen');
    return byId('verdicts').textContent;
  };
  const file = (name: string, text: string) => ({ name, size: text.length, text: async () => text });
  return {
    page,
    byId,
    drop: (...texts: readonly string[]): Promise<string> => {
      const files = texts.map((text, index) => file(`bundle-${index + 1}.json`, text));
      whole.listeners.get('drop')?.({ preventDefault: () => {}, dataTransfer: { files } });
      return verdicts();
    },
    choose: (text: string): Promise<string> => {
      byId('file').files = [file('chosen.json', text)];
      byId('file').listeners.get('change')?.({});
      return verdicts();
    },
    setKeys: (keys: string): Promise<string> => {
      byId('keys').value = keys;
      byId('keys').listeners.get('input')?.({});
      return verdicts();
    },
  };
};

describe('parts of a period, held together', () => {
  const part = (journals: number, after?: string, next?: string) => ({
    ...{
      exportId: 'X',
      bu: 'ACME',
      exportedAt: '',
      treeSize: 1,
      events: 1,
      journalsSha256: '',
      eventsSha256: '',
      journals,
    },
    scope: {
      kind: 'period',
      ledger: 'PRIMARY',
      period: '202611',
      ...(after && { after }),
      ...(next && { next }),
    } as const,
  });
  const [first, second, third] = [part(1000, undefined, '1:a'), part(1000, '1:a', '2:b'), part(7, '2:b')];

  test('are complete in whatever order they come, and a missing one is named by the journal before it', () => {
    expect(partsOf([third, first, second])).toEqual([
      {
        of: 'period 202611 of ACME, ledger PRIMARY',
        complete: true,
        says: ['These 3 parts are the whole period 202611 of ACME, ledger PRIMARY: 2,007 journals.'],
      },
    ]);
    const saysOf = (...parts: readonly (typeof first)[]) => partsOf(parts)[0]?.says;
    expect(saysOf(second, third)).toEqual(['The first part is missing.']);
    expect(saysOf(first, third)).toEqual(['A part is missing: the one behind journal 1:a.']);
    expect(saysOf(first, second)).toEqual(['A part is missing: the one behind journal 2:b.']);
    expect(partsOf([{ ...first, bu: 'OTHER' }, second, third]).map(({ complete }) => complete)).toEqual([false, false]);
  });

  test('may be there twice: a part that was exported again is no other part, and the last one may have grown', () => {
    const grown = { ...third, exportId: 'Y', journals: 9 };
    expect(partsOf([first, second, { ...first, exportId: 'Z' }, third, grown])).toEqual([
      {
        of: 'period 202611 of ACME, ledger PRIMARY',
        complete: true,
        says: ['These 3 parts are the whole period 202611 of ACME, ledger PRIMARY: 2,009 journals.'],
      },
    ]);
    expect(partsOf([second, second])[0]?.says).toEqual([
      'The first part is missing.',
      'A part is missing: the one behind journal 2:b.',
    ]);
  });

  test('alone say that they are parts', () => {
    expect(noteOfPart(second)).toContain('a part of period 202611 of ACME');
    expect(noteOfPart(part(3))).toBeUndefined();
  });
});

describe('the verifier as a page', () => {
  test('says of a good bundle what it proves, and only with a key of the reader that it is verified', async () => {
    const { choose, setKeys } = await openPage();
    const alone = await choose(JSON.stringify(good));
    expect(alone).toContain('Agrees with itself');
    expect(alone).toContain('8 events of this bundle are, byte for byte, among the');
    expect(alone).toContain('they give exactly these 7 lines of 1 journal');
    expect(alone).toContain('4 400100 REVENUE_PRODUCT  87.50 As the rule gives it');
    expect(alone).toContain('Sum 151.14 151.14');
    const pem = `-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA${ourKey}\n-----END PUBLIC KEY-----\n`;
    for (const keys of [` ${ourKey}\n`, pem])
      expect(await setKeys(keys)).toContain('Verified Everything in this bundle');
    expect(await setKeys(Buffer.alloc(32).toString('base64'))).toContain('KEY_NOT_TRUSTED');
  });

  test('names what is wrong with a bad bundle, and where in the journal', async () => {
    const { drop } = await openPage();
    const seen = await drop(spoilt, JSON.stringify(good), 'no JSON');
    expect(seen).toMatch(/bundle-1\.json\s+Not verified/);
    expect(seen).toContain('line 4: credit is "8751", the posting rule gives "8750"');
    expect(seen).toContain('4 400100 REVENUE_PRODUCT  87.51 Differs');
    expect(seen).toMatch(/bundle-2\.json\s+Agrees with itself/);
    expect(seen).toMatch(/bundle-3\.json\s+Not an evidence bundle/);
  });

  test('takes a key that is none for an entry all the same, and says so', async () => {
    const { choose, setKeys, byId } = await openPage();
    await choose(JSON.stringify(good));
    expect(await setKeys(ourKey.slice(1))).toContain('KEY_NOT_TRUSTED');
    expect(byId('keys-note').textContent).toContain('is no Ed25519 public key');
    expect(byId('keys').attributes.get('aria-invalid')).toBe('true');
  });

  test('is one file that loads nothing, and whose own policy allows its script and its style only', async () => {
    const { page } = await openPage();
    expect(page).not.toMatch(/\bsrc=|<link|@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket|innerHTML|^import /m);
    expect(page.match(/<script/g)?.length).toBe(1);
    const hashOf = (tag: string): string => {
      const text = new RegExp(`<${tag}[^>]*>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? '';
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1];
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hashOf('script')}`,
      `style-src ${hashOf('style')}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });
});
