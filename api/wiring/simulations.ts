import { noteSimulation } from '../../adapters/postgres/simulationProgress.ts';
import { waitOf } from '../../commands/keepGoing.ts';
import { runSimulations } from '../../commands/simulation/runner.ts';
import { withReadQuota } from '../../projections/rebuild/readQuota.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

/** Somebody waits for the run that he asked for. */
const lookEveryMs = 1_000;

/** A run reads the log at the pace of rebuilds, so that it takes no more from those who wait for an answer. */
export const simulations =
  ({ config, database, writeSide, logger }: Parts): Worker =>
  (signal) =>
    runSimulations(
      {
        executor: writeSide.executor,
        followed: database.tail,
        checkpoints: database.checkpoints,
        history: withReadQuota({ readAfter: database.history.readAfter }, config.rebuild),
        noteProgress: noteSimulation(database.projectionDb),
        clock: systemClock,
        untilNext: waitOf(lookEveryMs),
        onError: (error, failures) => logger.warn({ err: error, failures }, 'a simulation could not go on'),
      },
      signal,
    );
