import { join } from 'node:path';
import { ownMasterKeys, readMasterKeys } from '../../adapters/notary/masterKeys.ts';
import { createSubjectKeys } from '../../adapters/postgres/subjectKeys.ts';
import { waitOf } from '../../commands/keepGoing.ts';
import { createAccessTrail } from '../../commands/personal/accessTrail.ts';
import { runErasures, runRewrap } from '../../commands/personal/keyWorkers.ts';
import { createVault } from '../../commands/personal/vault.ts';
import type { MasterKeys } from '../../commands/ports.ts';
import { type Config, ConfigInvalid } from '../config.ts';
import type { Log } from '../deps.ts';
import type { Database } from './database.ts';
import type { WriteSide } from './writeSide.ts';

/** Readings since the last write are lost with a process that is killed. */
const trailEveryMs = 1_000;
const rewrapEveryMs = 60_000;

const masterKeysOf = async ({ embedded, dataDir, masterKeyFile }: Config): Promise<MasterKeys> => {
  if (masterKeyFile === undefined && embedded) return ownMasterKeys(join(dataDir, 'master-keys'));
  return readMasterKeys(masterKeyFile ?? '').catch((error: unknown) => {
    throw error instanceof RangeError ? new ConfigInvalid([`MASTER_KEY_FILE: ${error.message}`]) : error;
  });
};

/** Keys of subjects and what wraps them. Throws `ConfigInvalid` for a file that cannot be used, or is not this database's. */
export const openPersonal = async (config: Config, database: Pick<Database, 'pool' | 'tail'>, logger: Log) => {
  const keys = createSubjectKeys(database.pool);
  const master = await masterKeysOf(config);
  for (const row of await keys.wrappedOtherwise('', 1)) {
    await master
      .unwrap({ wrapped: row.wrapped ?? new Uint8Array(), masterKeyId: row.masterKeyId }, row.subject)
      .catch(() => {
        throw new ConfigInvalid([
          `MASTER_KEY_FILE does not hold ${row.masterKeyId}, which wraps keys in this database: put its line back into the file, in front of newer ones`,
        ]);
      });
  }
  const vault = createVault(keys, master, (subject, error) => {
    logger.error({ subject, err: error }, 'a key cannot be unwrapped: what it sealed is shown masked');
  });
  database.tail.observe(({ events }) => {
    for (const { type, data } of events)
      if (type === 'SubjectErased') vault.forget((data as { readonly subject: string }).subject);
  });
  return { keys, master, vault };
};

export type Personal = Awaited<ReturnType<typeof openPersonal>>;

export const makeTrail = ({ executor }: Pick<WriteSide, 'executor'>) =>
  createAccessTrail(executor, waitOf(trailEveryMs));

type Worker = (signal: AbortSignal) => Promise<void>;

/** Destroys what was erased, and wraps keys anew when a master key was added. */
export const keyWorkers = (
  { keys, master }: Personal,
  { tail: feed, checkpoints }: Pick<Database, 'tail' | 'checkpoints'>,
  logger: Log,
): Readonly<Record<'erasures' | 'rewrap', Worker>> => ({
  erasures: (signal) => {
    const onError = (error: unknown, failures: number): void =>
      logger.warn({ err: error, failures }, 'keys that were erased could not be destroyed yet');
    return runErasures({ feed, checkpoints, keys, onError }, signal);
  },
  rewrap: (signal) => {
    const onError = (error: unknown, failures: number): void =>
      logger.warn({ err: error, failures }, 'keys could not be wrapped anew');
    const onRewrapped = (count: number): void =>
      logger.info({ keys: count }, 'keys were wrapped with a newer master key');
    return runRewrap({ keys, master, wait: waitOf(rewrapEveryMs), onError, onRewrapped }, signal);
  },
});
