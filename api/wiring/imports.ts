import { readCsv } from '../../adapters/csv/readCsv.ts';
import { createImportBoard } from '../../adapters/postgres/importBoard.ts';
import { createImportFiles } from '../../adapters/postgres/importFiles.ts';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { type ImportCalls, importCalls } from '../../commands/intake/calls.ts';
import { createPace } from '../../commands/intake/pace.ts';
import { runImports } from '../../commands/intake/runner.ts';
import { waitOf } from '../../commands/keepGoing.ts';
import type { Database } from './database.ts';
import { onceHoldsAreKnown } from './pauses.ts';
import type { Personal } from './personal.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock, type WriteSide } from './writeSide.ts';

/** Who sent a file looks whether it is begun. */
const lookEveryMs = 500;
const dayMs = 86_400_000;

/** What is kept here is durable before the log is told of it. */
const stores = ({ pool }: Pick<Database, 'pool'>) => {
  const db = createKysely<never>(pool);
  return { files: createImportFiles(db), board: createImportBoard(db) };
};

/** Files whose rows are master data. */
export const makeImportCalls = (
  database: Pick<Database, 'pool'>,
  { vault }: Pick<Personal, 'vault'>,
  { executor, catalog }: Pick<WriteSide, 'executor' | 'catalog'>,
): ImportCalls => importCalls({ ...{ executor, catalog, vault, readCsv }, ...stores(database) });

/** Takes their rows, at its share of the time. */
export const imports = ({ config, database, personal, writeSide, logger }: Parts): Worker =>
  onceHoldsAreKnown(database, (signal) =>
    runImports(
      {
        ...{ executor: writeSide.executor, catalog: writeSide.catalog, vault: personal.vault },
        ...{ clock: systemClock, readCsv, followed: database.tail },
        ...stores(database),
        pace: createPace({
          sharePercent: config.imports.sharePercent,
          nowMs: () => performance.now(),
          rest: (ms) => waitOf(ms)(signal),
        }),
        isPaused: (businessUnit) =>
          database.controls.pauses().some(({ group, key }) => group === 'bu' && key === businessUnit),
        untilNext: waitOf(lookEveryMs),
        onError: (error, failures) => logger.warn({ err: error, failures }, 'an import could not go on'),
      },
      signal,
    ),
  );

/** Bytes of files that nobody asked to be taken, or that were taken long ago; with them the rows that were refused. */
export const removeOldImports = ({ config, database }: Pick<Parts, 'config' | 'database'>): Promise<void> => {
  const { payloadDays } = config;
  const endedBefore = payloadDays > 0 ? new Date(Date.now() - payloadDays * dayMs).toISOString() : null;
  return stores(database).files.removeOld(endedBefore);
};
