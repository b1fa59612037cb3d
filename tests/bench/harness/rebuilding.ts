import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nodeFlags } from '../../../api/nodeFlags.ts';

type Rebuilt = { readonly seconds: number; readonly rows: number; readonly rssMiB: number };

const script = join(import.meta.dirname, 'rebuild.script.ts');

/** Rebuilds read models (all, unless some are named) beside the live ones, in a process like the service's, and forgets the result. */
export const rebuild = async (connectionString: string, ...names: readonly string[]): Promise<Rebuilt> => {
  const args = [...nodeFlags, '--no-warnings', script, connectionString, ...names];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Rebuilt;
};
