import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { createSnapshotStore } from '../../adapters/postgres/snapshots.ts';
import { makeApplication } from '../../commands/calls/makeApplication.ts';
import type { StreamReader } from '../../commands/deciding/readStream.ts';
import { createRecentEvents } from '../../commands/deciding/recentEvents.ts';
import { keepSnapshots } from '../../commands/deciding/snapshots.ts';
import { createExecutor, type ExecutorObserver } from '../../commands/handle.ts';
import { sealWith } from '../../commands/personal/sealDecided.ts';
import type { ClaimingAppends, Clock } from '../../commands/ports.ts';
import { createCatalogFollower } from '../../commands/workers/catalogFollower.ts';
import type { EventStore } from '../../domain/eventLog.ts';
import { sealableJournals } from '../../projections/glStaging/queries.ts';
import { closeChecklistOf } from '../closeChecklist.ts';
import type { Config } from '../config.ts';
import { defaultApiConfig, type Log, type Tracing } from '../deps.ts';
import type { Database } from './database.ts';
import { foldingCode } from './foldingCode.ts';
import { memoryByRole } from './memoryByRole.ts';
import type { Personal } from './personal.ts';

/** Many ask within one millisecond, and writing an instant out costs more than looking at the clock. */
export const systemClock: Clock = (() => {
  let shownMs = Number.NaN;
  let shown = '';
  return () => {
    const nowMs = Date.now();
    if (nowMs !== shownMs) {
      shownMs = nowMs;
      shown = new Date(nowMs).toISOString();
    }
    return shown;
  };
})();

/** The log, each append of which is a span. */
const traced = (log: Database['log'], { inSpan }: Pick<Tracing, 'inSpan'>): EventStore & ClaimingAppends => {
  const { appendTogether, appendClaiming }: EventStore & ClaimingAppends = log;
  return {
    ...log,
    append: (stream, expected, events) =>
      inSpan('append', { stream, events: events.length }, () => log.append(stream, expected, events)),
    ...(appendTogether !== undefined && {
      appendTogether: (appends) => inSpan('append', { appends: appends.length }, () => appendTogether(appends)),
    }),
    ...(appendClaiming !== undefined && {
      appendClaiming: (appends, claims) =>
        inSpan('append', { appends: appends.length, claims: claims.length }, () => appendClaiming(appends, claims)),
    }),
  };
};

/** One executor and one catalogue per process, and the application on top of them. */
export const makeWriteSide = (
  database: Database,
  { vault }: Pick<Personal, 'vault'>,
  logger: Log,
  tracing: Pick<Tracing, 'inSpan'>,
  role: Config['role'] = 'all',
) => {
  const memory = memoryByRole[role];
  const { observe, recent } = createRecentEvents();
  if (memory.youngDocuments) database.tail.observe(observe);
  const store: EventStore & ClaimingAppends & StreamReader = { ...traced(database.log, tracing), recent };
  const snapshots = keepSnapshots(createSnapshotStore(database.pool, foldingCode()), (error) =>
    logger.warn({ err: error }, 'a snapshot of a stream could not be used; the log is read instead'),
  );
  const observer: ExecutorObserver = {
    onConflict: ({ category }) => logger.info({ category }, 'another instance wrote first'),
  };
  const executor = createExecutor(store, observer, memory.states, snapshots, sealWith(vault));
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
    vault,
    sealableJournals: (bu, ledger, period) =>
      orLogUnavailable(() => sealableJournals(database.readDb, { bu, ledger, period })),
    closeChecklist: closeChecklistOf(
      database.readDb,
      database.log,
      defaultApiConfig.minPositionWaitMs,
      orLogUnavailable,
    ),
  });
  return { store, executor, catalog, application };
};

export type WriteSide = ReturnType<typeof makeWriteSide>;
