import { toDomain } from '../../commands/codec.ts';
import { checkBundle } from '../../domain/evidence/checkBundle.ts';
import type { Tools } from '../../domain/evidence/findings.ts';
import { plainSha1, plainSha256 } from '../../domain/evidence/sha.ts';
import { reportOf } from './report.ts';

// The page that verifies a bundle: it works from file://, calls nobody and keeps nothing.

type DroppedFile = { readonly name: string; readonly text: () => Promise<string> };
type PageEvent = {
  readonly preventDefault: () => void;
  readonly dataTransfer?: { readonly files: ArrayLike<DroppedFile> };
};
type PageElement = {
  textContent: string;
  className: string;
  value: string;
  readonly files?: ArrayLike<DroppedFile>;
  readonly addEventListener: (type: string, listen: (event: PageEvent) => void) => void;
};
/** The little of a browser that this page uses. */
declare const document: { readonly getElementById: (id: string) => PageElement };

const element = (id: string): PageElement => document.getElementById(id);

const verifySignature: Tools['verifySignature'] = async (publicKey, message, signature) => {
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(publicKey), 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, Uint8Array.from(signature), Uint8Array.from(message));
};

const show = (text: string, state: 'good' | 'bad' | 'busy'): void => {
  element('verdict').textContent = text;
  element('verdict').className = state;
};

const trustedKeys = (): readonly string[] =>
  element('keys')
    .value.split(/\s+/)
    .filter((key) => key !== '');

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const check = async (file: DroppedFile): Promise<void> => {
  show(`Checking ${file.name} ...`, 'busy');
  const keys = trustedKeys();
  const tools: Tools = { sha256: plainSha256, sha1: plainSha1, verifySignature, decode: toDomain };
  const verdict = await checkBundle(
    parsed(await file.text()),
    keys.length === 0 ? tools : { ...tools, trustedKeys: keys },
  );
  show(`${file.name}\n${reportOf(verdict)}`, verdict.verified ? 'good' : 'bad');
};

const checkFirst = (files: ArrayLike<DroppedFile> | undefined): void => {
  const file = files?.[0];
  if (file !== undefined)
    check(file).catch((error: unknown) => show(`The check itself failed: ${String(error)}`, 'bad'));
};

element('drop').addEventListener('dragover', (event) => event.preventDefault());
element('drop').addEventListener('drop', (event) => {
  event.preventDefault();
  checkFirst(event.dataTransfer?.files);
});
element('file').addEventListener('change', () => checkFirst(element('file').files));
