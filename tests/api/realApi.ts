import { createLeases } from '../../adapters/postgres/leases.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { seedDemonstration } from '../../api/seed.ts';
import { createCatalogFollower } from '../../commands/catalogFollower.ts';
import { toDomain } from '../../commands/codec.ts';
import { createExecutor } from '../../commands/handle.ts';
import { makeApplication } from '../../commands/makeApplication.ts';
import type { Position, StreamName } from '../../domain/eventLog.ts';
import { projections } from '../../projections/catalogue.ts';
import { sealableJournals } from '../../projections/glStaging/queries.ts';
import { runProjections } from '../../projections/runner.ts';
import { makeTestApi, type TestApi } from './testApi.ts';

export type RealApi = TestApi & {
  /** Events from `position` on, by type. */
  readonly typesSince: (position: Position | 'start') => Promise<readonly string[]>;
};

/** The edge over the real write side, log and projections, with the demonstration distributor. No process runs: what an order leads to is not told here. */
export const makeRealApi = async (changes: Partial<ApiDeps> = {}): Promise<RealApi> => {
  const clock = () => new Date().toISOString();
  const bare = await makeTestApi(changes);
  const { log, database, deps } = bare;
  const catalog = createCatalogFollower(log, () => {});
  const application = makeApplication({
    executor: createExecutor(log),
    store: log,
    catalog,
    claims: deps.claims,
    clock,
    sealableJournals: (bu, ledger, period) => sealableJournals(database.db, { bu, ledger, period }),
  });
  await catalog.ready();
  await seedDemonstration({ application, claims: deps.claims, clock });
  const { makeApp } = await import('../../api/app.ts');
  const stopping = new AbortController();
  const leases = createLeases(database.connectionString);
  const eventAt = async (stream: StreamName, revision: number) => {
    for await (const event of log.read(stream, revision)) return event.revision === revision ? event : undefined;
    return undefined;
  };
  const projecting = runProjections(
    { db: database.db, feed: log, decode: toDomain, eventAt, whileHeld: leases.whileHeld },
    projections,
    stopping.signal,
  );
  const real = { ...deps, application };
  return {
    ...bare,
    deps: real,
    app: makeApp(real),
    typesSince: async (position) => (await log.readAfter(position, 500)).events.map((event) => event.type),
    close: async () => {
      stopping.abort();
      await projecting;
      await leases.close();
      await bare.close();
    },
  };
};
