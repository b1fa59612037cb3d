import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { createOldRequests } from '../../adapters/postgres/requestTrail.ts';
import { removeOldPayloads } from '../../commands/edi/removePayloads.ts';
import { keepLooking, waitOf } from '../../commands/keepGoing.ts';
import { removeOldRequests } from '../../commands/workers/removeOldRequests.ts';
import { removeOldImports } from './imports.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

/** What is kept is kept for days. */
const lookEveryMs = 3_600_000;

type Removal = () => Promise<unknown>;

/** What is kept for a number of days, and how it goes then; what is kept for ever is not among it. */
const removalsOf = (parts: Parts): readonly Removal[] => {
  const { config, database, writeSide, logger } = parts;
  const { payloadDays, requestTrailDays } = config;
  const clock = systemClock;
  const payloads: Removal = () =>
    removeOldPayloads({
      executor: writeSide.executor,
      payloads: createPayloadStore(database.pool),
      clock,
      keepDays: payloadDays,
    });
  const requests: Removal = () =>
    removeOldRequests({
      requests: createOldRequests(database.projectionDb),
      clock,
      keepDays: requestTrailDays,
      onRemoved: (removed) => logger.info(removed, 'entries of the trail of requests were kept long enough'),
    });
  const files: Removal = () => removeOldImports(parts);
  return [files, ...(payloadDays > 0 ? [payloads] : []), ...(requestTrailDays > 0 ? [requests] : [])];
};

/** Removes what was kept long enough: the bytes of partners' messages and of files, and the trail of requests. */
export const retention = (parts: Parts): Worker => {
  const removals = removalsOf(parts);
  return (signal) =>
    keepLooking(
      {
        // One that fails keeps none of the others.
        look: async () => {
          const ended = await Promise.allSettled(removals.map((remove) => remove()));
          for (const one of ended) if (one.status === 'rejected') throw one.reason;
        },
        untilNext: waitOf(lookEveryMs),
        onError: (error, failures) =>
          parts.logger.warn({ err: error, failures }, 'what was kept long enough could not be removed'),
      },
      signal,
    );
};
