import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { toDomain } from '../../commands/codec.ts';
import { checkBundle, type Verdict } from '../../domain/evidence/checkBundle.ts';
import type { Tools } from '../../domain/evidence/findings.ts';
import { reportOf } from './report.ts';

// The offline verifier: no network, no database, nothing but this file and Node 20 or newer.

const usage = `Usage: node throughline-verify.mjs <bundle.json> [--key <base64 public key>]... [--json]
Exit codes: 0 verified, 1 not verified, 2 wrong usage.`;

const hashWith = (algorithm: string) => (bytes: Uint8Array) => createHash(algorithm).update(bytes).digest();

/** The 12 bytes of ASN.1 before the 32 bytes of an Ed25519 public key (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

const tools: Omit<Tools, 'trustedKeys'> = {
  sha256: hashWith('sha256'),
  sha1: hashWith('sha1'),
  verifySignature: (publicKey, message, signature) =>
    verify(
      null,
      message,
      createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' }),
      signature,
    ),
  decode: toDomain,
};

const read = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // What cannot be read is shown as what it is: no bundle.
    return error instanceof Error ? error.message : undefined;
  }
};

const verdictOf = async (file: string, keys: readonly string[]): Promise<Verdict> =>
  checkBundle(read(file), keys.length === 0 ? tools : { ...tools, trustedKeys: keys });

const main = async (args: readonly string[]): Promise<number> => {
  const keys = args.flatMap((arg, index) => (args[index - 1] === '--key' ? [arg] : []));
  const files = args.filter((arg, index) => !arg.startsWith('--') && args[index - 1] !== '--key');
  const [file] = files;
  const known = args.every((arg) => !arg.startsWith('--') || arg === '--key' || arg === '--json');
  if (file === undefined || files.length > 1 || !known) {
    console.error(usage);
    return 2;
  }
  const verdict = await verdictOf(file, keys);
  console.log(args.includes('--json') ? JSON.stringify(verdict, null, 2) : reportOf(verdict));
  return verdict.verified ? 0 : 1;
};

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
