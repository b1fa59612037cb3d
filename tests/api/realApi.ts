import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createClaimReads } from '../../adapters/postgres/claimReads.ts';
import { createEventConsumerPlaces } from '../../adapters/postgres/eventConsumerPlaces.ts';
import { createLeases } from '../../adapters/postgres/leases.ts';
import { createParkedMessages } from '../../adapters/postgres/parkedMessages.ts';
import { createReplayBoard } from '../../adapters/postgres/replayBoard.ts';
import { createUnmadeDocuments } from '../../adapters/postgres/unmadeDocuments.ts';
import { createWorkerLanes } from '../../adapters/postgres/workerLanes.ts';
import { closeChecklistOf } from '../../api/closeChecklist.ts';
import { seedDemonstration } from '../../api/demo/seed.ts';
import { type ApiDeps, defaultApiConfig } from '../../api/deps.ts';
import { makeInboundCalls, makeResendCalls } from '../../api/wiring/edi.ts';
import { makeImportCalls } from '../../api/wiring/imports.ts';
import { eventAtOf, makeRepairs } from '../../api/wiring/repairs.ts';
import { makeWebhookCalls } from '../../api/wiring/webhooks.ts';
import { auditSampleCalls } from '../../commands/calls/auditSamples.ts';
import { makeApplication } from '../../commands/calls/makeApplication.ts';
import { reportRunCalls } from '../../commands/calls/reportRuns.ts';
import { shadowCalls } from '../../commands/calls/shadowLedgers.ts';
import { caseCalls } from '../../commands/cases/caseCalls.ts';
import { toDomain } from '../../commands/codec.ts';
import { noSnapshots } from '../../commands/deciding/snapshots.ts';
import { eventConsumerCalls } from '../../commands/eventConsumers/eventConsumerCalls.ts';
import { createExecutor, executorLimits } from '../../commands/handle.ts';
import { createAccessTrail } from '../../commands/personal/accessTrail.ts';
import { erasureCalls } from '../../commands/personal/eraseSubject.ts';
import { sealWith } from '../../commands/personal/sealDecided.ts';
import { promotionCalls } from '../../commands/promotion/calls.ts';
import { reconciliationCalls } from '../../commands/reconciliation/calls.ts';
import { simulationCalls } from '../../commands/simulation/calls.ts';
import { noControls } from '../../commands/steering/controls.ts';
import { discardCalls } from '../../commands/steering/discards.ts';
import { pauseCalls } from '../../commands/steering/pauses.ts';
import { rateLimitCalls } from '../../commands/steering/rateLimits.ts';
import { createReplayRunner } from '../../commands/steering/replayRunner.ts';
import { replayCalls } from '../../commands/steering/replays.ts';
import { createCatalogFollower } from '../../commands/workers/catalogFollower.ts';
import { groupCalls } from '../../commands/workers/knownGroups.ts';
import type { Position } from '../../domain/eventLog.ts';
import { processes } from '../../domain/orderToCash/processes.ts';
import { projections } from '../../projections/catalogue.ts';
import { sealableJournals } from '../../projections/glStaging/queries.ts';
import { runProjections } from '../../projections/runner.ts';
import { makePartners } from '../commands/partners.ts';
import { otherEnvironment, trustIn } from '../support/otherEnvironment.ts';
import { everyMs, openTestPersonal } from '../support/personal.ts';
import { makeTestApi, stopListening, type TestApi } from './testApi.ts';

export type RealApi = TestApi &
  Awaited<ReturnType<typeof openTestPersonal>> & {
    /** Events from `position` on, by type. */
    readonly typesSince: (position: Position | 'start') => Promise<readonly string[]>;
  };

/** Whoever asks for a position is answered as soon as it is projected, on a busy machine too. */
const patientConfig: ApiDeps['config'] = { ...defaultApiConfig, minPositionWaitMs: 10_000 };

/** The edge over the real write side, log and projections, with the demonstration distributor. No process runs: what an order leads to is not told here. */
export const makeRealApi = async (
  changes: Partial<ApiDeps> & { readonly replayMessagesMax?: number } = {},
): Promise<RealApi> => {
  const clock = () => new Date().toISOString();
  const bare = await makeTestApi({ config: patientConfig, ...changes });
  const { log, database, deps } = bare;
  const catalog = createCatalogFollower(log, () => {});
  const personal = await openTestPersonal(database.pool);
  const { vault } = personal;
  const executor = createExecutor(log, {}, executorLimits, noSnapshots, sealWith(vault));
  const application = makeApplication({
    executor,
    store: log,
    catalog,
    claims: deps.claims,
    clock,
    vault,
    sealableJournals: (bu, ledger, period) => sealableJournals(database.db, { bu, ledger, period }),
    closeChecklist: closeChecklistOf(database.db, log, 20_000),
  });
  await catalog.ready();
  await seedDemonstration({ application, claims: deps.claims, clock });
  const { makeApp } = await import('../../api/app.ts');
  const stopping = new AbortController();
  const leases = createLeases(database.connectionString);
  const projectionDb = database.db;
  const projecting = runProjections(
    { db: projectionDb, feed: log, decode: toDomain, eventAt: eventAtOf(log), whileHeld: leases.whileHeld },
    projections,
    stopping.signal,
  );
  const board = createReplayBoard(database.db);
  const workerLanes = createWorkerLanes(database.db);
  const checkpoints = createCheckpoints(database.db);
  const parkedMessages = createParkedMessages(database.db);
  const unmadeDocuments = createUnmadeDocuments(database.db);
  const claimReads = createClaimReads(database.pool);
  const held = { controls: noControls, checkpoints, parkedMessages, unmadeDocuments, claimReads };
  const databases = { projectionDb, history: log, workerLanes, replayBoard: board, ...held };
  const repairOf = makeRepairs(databases, { executor, catalog }, makePartners().lookups);
  const systems = { of: () => 'erp', has: (name: string) => name === 'cloud' };
  const operations = {
    ...discardCalls({ executor, parked: parkedMessages, unmade: unmadeDocuments, checkpoints }),
    ...pauseCalls({ executor }),
    ...caseCalls({ executor, catalog }),
    ...reconciliationCalls({ executor, catalog }),
    ...makeWebhookCalls(
      { webhooks: { networks: ['127.0.0.0/8'], plainHttp: true } },
      { projectionDb },
      { executor, catalog },
    ),
    ...eventConsumerCalls({ executor, catalog, places: createEventConsumerPlaces(projectionDb) }),
    ...makeInboundCalls({ pool: database.pool, claims: deps.claims }, personal, {
      executor,
      store: log,
      catalog,
      application,
    }),
    ...makeResendCalls({ pool: database.pool, projectionDb }, personal, { executor, catalog, store: log }),
    ...reportRunCalls({ executor }),
    ...auditSampleCalls({ executor }),
    ...promotionCalls({
      ...{ executor, store: log, catalog, requireApproval: application.requireApproval },
      trust: trustIn(otherEnvironment, ...(bare.deps.evidence.signer === undefined ? [] : [bare.deps.evidence.signer])),
    }),
    ...shadowCalls({ executor, catalog, systems, requireApproval: application.requireApproval }),
    ...makeImportCalls(database, personal, { executor, catalog }),
    ...simulationCalls({ executor, catalog, head: log.head, clock }),
    ...rateLimitCalls({ executor }),
    ...groupCalls({ catalog, managers: processes.map(({ name }) => name) }),
    ...erasureCalls({ executor, requireApproval: application.requireApproval, ...personal }),
    ...replayCalls({
      ...{ executor, repairOf, board, messagesMax: changes.replayMessagesMax ?? 1_000 },
      requireApproval: application.requireApproval,
    }),
  };
  const replays = createReplayRunner({
    ...{ feed: log, checkpoints, executor, repairOf, board },
    onError: () => {},
    onStuck: () => {},
    eventsPerSecond: 100_000,
  });
  const replaying = replays.run(stopping.signal);
  const trail = createAccessTrail(executor, everyMs(20));
  const trailing = trail.run(stopping.signal, () => {});
  const real = { ...deps, application, operations, personal: { open: vault.open, note: trail.note } };
  const app = makeApp(real);
  return {
    ...bare,
    ...personal,
    deps: real,
    app,
    typesSince: async (position) => (await log.readAfter(position, 500)).events.map((event) => event.type),
    close: async () => {
      await stopListening(app);
      stopping.abort();
      await Promise.all([projecting, replaying, trailing]);
      await leases.close();
      await bare.close();
    },
  };
};
