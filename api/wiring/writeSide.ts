import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { createCatalogFollower } from '../../commands/catalogFollower.ts';
import { createExecutor } from '../../commands/handle.ts';
import { makeApplication } from '../../commands/makeApplication.ts';
import type { Clock } from '../../commands/ports.ts';
import type { EventStore } from '../../domain/eventLog.ts';
import { sealableJournals } from '../../projections/glStaging/queries.ts';
import type { Log, Tracing } from '../deps.ts';
import type { Database } from './database.ts';

export const systemClock: Clock = () => new Date().toISOString();

/** One executor and one catalogue per process, and the application on top of them. */
export const makeWriteSide = (database: Database, logger: Log, tracing: Pick<Tracing, 'inSpan'>) => {
  const { appendTogether } = database.log;
  const store: EventStore = {
    ...database.log,
    append: (stream, expected, events) =>
      tracing.inSpan('append', { stream, events: events.length }, () => database.log.append(stream, expected, events)),
    ...(appendTogether !== undefined && {
      appendTogether: (appends) => tracing.inSpan('append', { appends: appends.length }, () => appendTogether(appends)),
    }),
  };
  const executor = createExecutor(store, {
    onConflict: ({ category }) => logger.info({ category }, 'another instance wrote first'),
  });
  database.tail.observe(executor.observe);
  const catalog = createCatalogFollower(
    database.log,
    (error) => logger.warn({ err: error }, 'master data could not be read'),
    database.tail,
  );
  const application = makeApplication({
    executor,
    store,
    catalog,
    claims: database.claims,
    clock: systemClock,
    sealableJournals: (bu, ledger, period) =>
      orLogUnavailable(() => sealableJournals(database.readDb, { bu, ledger, period })),
  });
  return { store, executor, catalog, application };
};

export type WriteSide = ReturnType<typeof makeWriteSide>;
