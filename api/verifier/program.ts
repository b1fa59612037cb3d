import { readFileSync } from 'node:fs';
import type { Bundle, Manifest } from '../../domain/evidence/bundle.ts';
import { checkBundle, type Verdict } from '../../domain/evidence/checkBundle.ts';
import { partsOf } from '../../domain/evidence/parts.ts';
import { keysOfArgument } from './keyArgument.ts';
import { nodeTools } from './nodeTools.ts';
import { exitCodeOf, reportOf } from './report.ts';

// The offline verifier: no network, no database, nothing but this file and Node 20 or newer.

const usage = `Usage: node throughline-verify.mjs <bundle.json>... [--key <public key or file of keys>]... [--json]
A public key is 44 characters of base64, or a PEM file. Without one, a bundle can only be shown to agree with itself.
Exit codes: 0 verified, 1 not verified, 2 wrong usage, 3 a file could not be read, 7 nothing is wrong, but no key was given.`;

class Unreadable extends Error {}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Unreadable(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no bundle either, and is reported as that.
    return undefined;
  }
};

const keysOf = (given: string): readonly string[] | undefined => {
  try {
    return keysOfArgument(given);
  } catch {
    throw new Unreadable(`--key ${given} is no Ed25519 public key, and no file that can be read`);
  }
};

const wrongUsage = (why: string): number => {
  console.error(`${why}\n${usage}`);
  return 2;
};

/** Bundles one after the other, so that a whole period in parts needs no more memory than its largest part. */
const verifyAll = async (files: readonly string[], keys: readonly string[], asJson: boolean): Promise<number> => {
  const verdicts: Verdict[] = [];
  const manifests: Manifest[] = [];
  for (const file of files) {
    const bundle = parsed(textOf(file));
    const verdict = await checkBundle(bundle, keys.length === 0 ? nodeTools : { ...nodeTools, trustedKeys: keys });
    verdicts.push(verdict);
    const { manifest } = verdict.readable ? (bundle as Bundle) : { manifest: undefined };
    if (manifest !== undefined) manifests.push(manifest.content);
    if (asJson) continue;
    console.log(files.length > 1 ? `${file}\n${reportOf(verdict)}` : reportOf(verdict));
  }
  const parts = files.length > 1 ? partsOf(manifests) : [];
  if (asJson) console.log(JSON.stringify(files.length > 1 ? { verdicts, parts } : verdicts[0], null, 2));
  else
    for (const { complete, says } of parts) console.log(`${complete ? 'COMPLETE' : 'NOT COMPLETE'}  ${says.join(' ')}`);
  if (!parts.every(({ complete }) => complete)) return 1;
  return exitCodeOf({
    agrees: verdicts.every(({ agrees }) => agrees),
    verified: verdicts.every(({ verified }) => verified),
  });
};

const main = async (args: readonly string[]): Promise<number> => {
  const given = args.flatMap((arg, index) => (args[index - 1] === '--key' ? [arg] : []));
  const files = args.filter((arg, index) => !arg.startsWith('--') && args[index - 1] !== '--key');
  if (args.some((arg) => arg.startsWith('--') && arg !== '--key' && arg !== '--json'))
    return wrongUsage('There is an option that this program does not know.');
  if (files.length === 0) return wrongUsage('No bundle is named.');
  if (args.at(-1) === '--key') return wrongUsage('--key needs a key.');
  const keys = given.map(keysOf);
  const bad = given[keys.indexOf(undefined)];
  if (bad !== undefined) return wrongUsage(`${bad} is no Ed25519 public key.`);
  return verifyAll(
    files,
    keys.flatMap((each) => each ?? []),
    args.includes('--json'),
  );
};

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`Could not check: ${error instanceof Unreadable ? error.message : String(error)}`);
    process.exitCode = 3;
  },
);
