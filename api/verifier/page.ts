import { toDomain } from '../../commands/codec.ts';
import type { Bundle, Manifest } from '../../domain/evidence/bundle.ts';
import { checkBundle } from '../../domain/evidence/checkBundle.ts';
import type { Tools } from '../../domain/evidence/findings.ts';
import { partsOf } from '../../domain/evidence/parts.ts';
import { plainSha1, plainSha256 } from '../../domain/evidence/sha.ts';
import { givenKeys } from '../../domain/evidence/trustedKeys.ts';
import { byId, type DroppedFile, element, type PageNode, wholePage } from './dom.ts';
import { type Checked, headlineOf, partsCard, verdictCard } from './view.ts';

// The page that verifies bundles: it works from file://, calls nobody and keeps nothing.

declare const setTimeout: (run: () => void, ms: number) => unknown;

const verifySignature: Tools['verifySignature'] = async (publicKey, message, signature) => {
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(publicKey), 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, Uint8Array.from(signature), Uint8Array.from(message));
};

/** For everybody while it works; what is `done` stands in the cards, and is only read out. */
const say = (text: string, done = false): void => {
  byId('status').className = done ? 'unseen' : '';
  byId('status').textContent = text;
};

const drawn = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });

/** Undefined: nothing was entered, and the keys in the bundle are used. What is no key counts for nothing, but it was entered. */
const enteredKeys = (): readonly string[] | undefined => {
  const { keys, unreadable } = givenKeys(byId('keys').value);
  return keys.length + unreadable.length === 0 ? undefined : keys;
};

const toolsFor = (keys: readonly string[] | undefined, fileName: string): Tools => ({
  sha256: plainSha256,
  sha1: plainSha1,
  verifySignature,
  decode: toDomain,
  ...(keys !== undefined && { trustedKeys: keys }),
  onProgress: (events, of) => {
    say(`Checking ${fileName}: ${events.toLocaleString('en-US')} of ${of.toLocaleString('en-US')} events …`);
    return drawn();
  },
});

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const checkFile = async (file: DroppedFile, keys: readonly string[] | undefined): Promise<Checked> => {
  const value = parsed(await file.text());
  const verdict = await checkBundle(value, toolsFor(keys, file.name));
  const bundle = verdict.readable ? (value as Bundle) : undefined;
  return { fileName: file.name, verdict, bundle };
};

/** What the browser could not do is no verdict about the bundle. */
const failureCard = (fileName: string, error: unknown): PageNode =>
  element(
    'article',
    { class: 'card verdict unsure' },
    element('p', { class: 'file' }, fileName),
    element('h3', {}, 'Could not be checked'),
    element(
      'p',
      {},
      `This browser could not do it (${String(error)}). Use a newer one, or the program throughline-verify.mjs; very large files are for the program too.`,
    ),
  );

let files: readonly DroppedFile[] = [];
let turn = 0;

/** Checks what was chosen, one file after the other; a newer choice, or another key, ends an older check. */
const check = async (): Promise<void> => {
  turn += 1;
  const mine = turn;
  const keys = enteredKeys();
  const cards: PageNode[] = [];
  const manifests: Manifest[] = [];
  for (const file of files) {
    say(`Checking ${file.name} …`);
    await drawn();
    const checked = await checkFile(file, keys).catch((error: unknown) => ({ error }));
    if (mine !== turn) return;
    const manifest = 'error' in checked ? undefined : checked.bundle?.manifest;
    if (manifest !== undefined) manifests.push(manifest.content);
    cards.push('error' in checked ? failureCard(file.name, checked.error) : verdictCard(checked));
    const { title, says } =
      'error' in checked ? { title: 'Could not be checked', says: '' } : headlineOf(checked.verdict);
    say(`${file.name}: ${title}. ${says}`, true);
  }
  const sets = files.length > 1 ? partsOf(manifests).map(partsCard) : [];
  byId('verdicts').replaceChildren(...sets, ...cards);
};

const choose = (chosen: ArrayLike<DroppedFile> | undefined): void => {
  if (chosen === undefined || chosen.length === 0) return;
  files = Array.from(chosen);
  check();
};

const keysChanged = (): void => {
  const { keys, unreadable } = givenKeys(byId('keys').value);
  const wrong = unreadable[0]?.slice(0, 60);
  byId('keys').setAttribute('aria-invalid', String(wrong !== undefined));
  byId('keys-note').textContent =
    wrong === undefined
      ? keys.length === 0
        ? 'Without one, a bundle can only be shown to agree with itself.'
        : `${keys.length === 1 ? 'Only this key counts' : `Only these ${keys.length} keys count`} from now on.`
      : `“${wrong}” is no Ed25519 public key: 44 characters of base64, or a PEM file's text.`;
  if (files.length > 0) check();
};

byId('file').addEventListener('change', () => {
  choose(byId('file').files);
  // So that choosing the same file again is a change again.
  byId('file').value = '';
});
byId('keys').addEventListener('input', keysChanged);
wholePage().addEventListener('dragover', (event) => {
  event.preventDefault();
  byId('drop').className = 'over';
});
wholePage().addEventListener('dragleave', () => {
  byId('drop').className = '';
});
wholePage().addEventListener('drop', (event) => {
  event.preventDefault();
  byId('drop').className = '';
  choose(event.dataTransfer?.files);
});
