import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createClaims } from '../../adapters/postgres/claims.ts';
import { createEventConsumerPlaces } from '../../adapters/postgres/eventConsumerPlaces.ts';
import { createParkedMessages } from '../../adapters/postgres/parkedMessages.ts';
import { createUnmadeDocuments } from '../../adapters/postgres/unmadeDocuments.ts';
import { createWebhookDeliveries } from '../../adapters/postgres/webhookDeliveries.ts';
import { makeApp } from '../../api/app.ts';
import { seedDemonstration } from '../../api/demo/seed.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { type Operation, permissions } from '../../api/permissions.ts';
import { routes } from '../../api/routes.ts';
import { makeImportCalls } from '../../api/wiring/imports.ts';
import { auditSampleCalls } from '../../commands/calls/auditSamples.ts';
import { makeApplication } from '../../commands/calls/makeApplication.ts';
import { reportRunCalls } from '../../commands/calls/reportRuns.ts';
import { shadowCalls } from '../../commands/calls/shadowLedgers.ts';
import { caseCalls } from '../../commands/cases/caseCalls.ts';
import { toDomain } from '../../commands/codec.ts';
import { eventConsumerCalls } from '../../commands/eventConsumers/eventConsumerCalls.ts';
import { createExecutor } from '../../commands/handle.ts';
import { envelop } from '../../commands/metadata.ts';
import type { CommandContext } from '../../commands/ports.ts';
import { promotionCalls } from '../../commands/promotion/calls.ts';
import { reconciliationCalls } from '../../commands/reconciliation/calls.ts';
import { simulationCalls } from '../../commands/simulation/calls.ts';
import { discardCalls } from '../../commands/steering/discards.ts';
import { pauseCalls } from '../../commands/steering/pauses.ts';
import { rateLimitCalls } from '../../commands/steering/rateLimits.ts';
import { webhookCalls } from '../../commands/webhooks/webhookCalls.ts';
import { createCatalogFollower } from '../../commands/workers/catalogFollower.ts';
import type { StreamName } from '../../domain/eventLog.ts';
import { projections } from '../../projections/catalogue.ts';
import { catchUp } from '../../projections/runner.ts';
import { otherEnvironment, trustIn } from '../support/otherEnvironment.ts';
import { openTestPersonal } from '../support/personal.ts';
import type { Answered } from './conformance.ts';
import { samples } from './samples.ts';
import { adapterNamed, call, makeTestApi, stopListening, type TestApi } from './testApi.ts';

/** One for each request: nobody holds what is held already. */
export const partners = ['north', 'east', 'south', 'west', 'up', 'down'];
export const models = ['orders', 'shipments', 'invoices', 'credit'];

export type ClaimingApi = Awaited<ReturnType<typeof makeClaimingApi>>;

/** The edge over the real write side. Nothing follows the log but master data, so that a request's statements can be counted. */
export const makeClaimingApi = async (changes: Partial<ApiDeps> = {}) => {
  const adapters = partners.map(adapterNamed);
  const bare = await makeTestApi({ adapters, ...changes });
  for (const projection of projections.filter(({ name }) => models.includes(name)))
    await catchUp({ db: bare.database.db, feed: bare.log, decode: toDomain }, projection);
  const catalog = createCatalogFollower(bare.log, () => {});
  const executor = createExecutor(bare.log);
  const { clock } = bare.deps;
  const claims = createClaims(bare.database.pool);
  const seal = { sequence: 0 };
  const application = makeApplication({
    ...{ executor, store: bare.log, catalog, claims, clock },
    sealableJournals: async () => ({ journals: [journal], sequence: seal.sequence, throughPosition: null }),
    closeChecklist: async () => ({ throughPosition: '1', blockers: [], checklistSha256: 'c', trialBalanceSha256: 't' }),
  });
  await catalog.ready();
  await seedDemonstration({ application, claims, clock });
  const systems = { of: () => 'erp', has: () => true };
  const operations = {
    ...bare.deps.operations,
    ...pauseCalls({ executor }),
    ...caseCalls({ executor, catalog }),
    ...reconciliationCalls({ executor, catalog }),
    ...webhookCalls({
      ...{ executor, catalog, deliveries: createWebhookDeliveries(bare.database.db) },
      objection: async () => undefined,
    }),
    ...eventConsumerCalls({ executor, catalog, places: createEventConsumerPlaces(bare.database.db) }),
    ...rateLimitCalls({ executor }),
    ...reportRunCalls({ executor }),
    ...auditSampleCalls({ executor }),
    ...promotionCalls({
      ...{ executor, store: bare.log, catalog, requireApproval: application.requireApproval },
      trust: trustIn(otherEnvironment, ...(bare.deps.evidence.signer === undefined ? [] : [bare.deps.evidence.signer])),
    }),
    ...shadowCalls({ executor, catalog, systems, requireApproval: application.requireApproval }),
    ...makeImportCalls(bare.database, await openTestPersonal(bare.database.pool), {
      executor,
      catalog,
    }),
    ...simulationCalls({ executor, catalog, head: bare.log.head, clock }),
    ...discardCalls({
      executor,
      parked: createParkedMessages(bare.database.db),
      unmade: createUnmadeDocuments(bare.database.db),
      checkpoints: createCheckpoints(bare.database.db),
    }),
  };
  const deps = { ...bare.deps, application, operations };
  const app = makeApp(deps);
  const close = async (): Promise<void> => {
    await stopListening(app);
    await bare.close();
  };
  return { ...bare, deps, app, seal, close };
};

const journal = {
  ...{ journalId: 'J-1', accountingDate: '2026-11-23', templateId: 'T02', documentRef: 'D', currency: 'USD' },
  ...{ orderId: null, invoiceId: null },
  lines: [
    { lineNo: 1, account: '1200', debit: '100', credit: '0' },
    { lineNo: 2, account: '4000', debit: '0', credit: '100' },
  ],
};

export type Body = Readonly<Record<string, unknown>>;
export type Prepared = { readonly path: string; readonly body: Body };

/** Sends a command as somebody who may. */
export const sendTo = (
  api: Pick<TestApi, 'app'>,
  operation: Operation,
  { path, body }: Prepared,
  options: { readonly key?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answered> => {
  const route = routes.find((each) => each.operation === operation);
  const role = operation === 'decideApproval' ? 'admin' : permissions[operation][0];
  return call(api, route?.method === 'put' ? 'PUT' : 'POST', path, { role, body, ...options });
};

export const taken = async (api: ClaimingApi, operation: Operation, prepared: Prepared): Promise<Answered> => {
  const answer = await sendTo(api, operation, prepared);
  if (answer.status >= 300) throw new Error(`${operation}: ${answer.text}`);
  return answer;
};

export const sampleBody = (operation: Operation): Body => samples[operation]?.body ?? {};

export const byService = (): CommandContext => ({
  ...{ commandId: randomUUID(), occurredAt: new Date().toISOString(), correlationId: 'c', causationId: 'c' },
  actor: { kind: 'USER', id: 'key:ops', roles: ['ops'] },
  source: { system: 'throughline' },
});

export const golden = (type: string): object => {
  const file = join(import.meta.dirname, `../golden/events/${type}.v1.golden.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly data: object }).data;
};

/** What the service would have written by itself. */
export const written = async (
  { log }: Pick<TestApi, 'log'>,
  stream: string,
  events: readonly (readonly [type: string, data: object])[],
  after: 'no-stream' | number = 'no-stream',
): Promise<void> => {
  const [first, ...rest] = envelop(
    stream as StreamName,
    events.map(([type, data]) => ({ type, data: { ...golden(type), ...data } })),
    byService(),
  );
  if (first !== undefined) await log.append(stream as StreamName, after, [first, ...rest]);
};

let last = 0;
export const next = (): number => {
  last += 1;
  return last;
};
