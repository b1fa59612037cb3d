import { createHash, webcrypto } from 'node:crypto';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { buildVerifier } from '../../api/verifier/verifier.ts';
import { invoiceBundle, ourKey } from '../domain/evidence/goldenBundle.ts';

const good = invoiceBundle();
const spoilt = JSON.stringify(good).replace('"credit":"8750"', '"credit":"8751"');

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
