import { createClaims } from '../../adapters/postgres/claims.ts';
import { makeApp } from '../../api/app.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { makeApplication } from '../../commands/calls/makeApplication.ts';
import { createExecutor } from '../../commands/handle.ts';
import type { ClaimingAppends } from '../../commands/ports.ts';
import { createCatalogFollower } from '../../commands/workers/catalogFollower.ts';
import type { EventStore } from '../../domain/eventLog.ts';
import type { TestApi } from './testApi.ts';

export type Store = EventStore & ClaimingAppends;

/** Another instance of the service over the same database. */
export const instanceOver = async <Api extends TestApi>(api: Api, store: Store): Promise<Api> => {
  const catalog = createCatalogFollower(api.log, () => {});
  await catalog.ready();
  const claims = createClaims(api.database.pool);
  const { clock } = api.deps;
  const ports = { executor: createExecutor(store), store, catalog, claims, clock };
  const application = makeApplication({
    ...ports,
    sealableJournals: () => Promise.reject(new Error('none here')),
    closeChecklist: () => Promise.reject(new Error('none here')),
  });
  const deps: ApiDeps = { ...api.deps, application, claims };
  return { ...api, deps, app: makeApp(deps) };
};
