import { readFileSync } from 'node:fs';
import { checkBundle, type Verdict } from '../../domain/evidence/checkBundle.ts';
import { nodeTools } from './nodeTools.ts';
import { reportOf } from './report.ts';

// The offline verifier: no network, no database, nothing but this file and Node 20 or newer.

const usage = `Usage: node throughline-verify.mjs <bundle.json> [--key <base64 public key>]... [--json]
Exit codes: 0 verified, 1 not verified, 2 wrong usage.`;

const read = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // What cannot be read is shown as what it is: no bundle.
    return error instanceof Error ? error.message : undefined;
  }
};

const verdictOf = async (file: string, keys: readonly string[]): Promise<Verdict> =>
  checkBundle(read(file), keys.length === 0 ? nodeTools : { ...nodeTools, trustedKeys: keys });

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
