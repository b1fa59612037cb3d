import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { ownMasterKeys } from '../../adapters/notary/masterKeys.ts';
import { createSubjectKeys } from '../../adapters/postgres/subjectKeys.ts';
import { createVault } from '../../commands/personal/vault.ts';

/** The keys of a test's database under a master key of its own, as the wiring makes them. */
export const openTestPersonal = async (pool: pg.Pool) => {
  const masterKeyFile = join(await mkdtemp(join(tmpdir(), 'throughline-keys-')), 'master-keys');
  const master = await ownMasterKeys(masterKeyFile);
  const keys = createSubjectKeys(pool);
  const vault = createVault(keys, master, (subject, error) => {
    throw new Error(`the key of ${subject} cannot be unwrapped`, { cause: error });
  });
  return { masterKeyFile, master, keys, vault };
};

export const everyMs =
  (ms: number) =>
  (signal: AbortSignal): Promise<void> =>
    delay(ms, undefined, { signal }).catch(() => {});
