import { createCheckpoints } from '../../../adapters/postgres/checkpoints.ts';
import { createParkedMessages } from '../../../adapters/postgres/parkedMessages.ts';
import { createStuckBoard } from '../../../adapters/postgres/stuckBoard.ts';
import { createWebhookDeliveries } from '../../../adapters/postgres/webhookDeliveries.ts';
import type { Operation } from '../../../api/permissions.ts';
import { newUlid } from '../../../commands/eventIds.ts';
import type { Position } from '../../../domain/eventLog.ts';
import { deadLetters } from '../../../projections/stuck.ts';
import { type ClaimingApi, models, next, type Prepared, partners, sampleBody, taken, written } from '../claimingApi.ts';
import { approval } from './requests.ts';
import type { ClaimingRoutes } from './row.ts';

/** A rebuild of a read model of its own. */
const rebuild =
  (noun: string, ...then: readonly (readonly [string, object])[]) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    const projection = `model_${String(next()).replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)))}`;
    const about = { projection, rebuildId: `${projection}-v2` };
    const events = [['RebuildRequested', {}] as const, ...then];
    await written(
      api,
      `rebuild-operations.${projection}`,
      events.map(([type, data]) => [type, { ...data, ...about }]),
    );
    return { path: `/v1/ops/rebuilds/${about.rebuildId}/${noun}`, body: { reason: 'looked at all of it' } };
  };

/** First held or slowed down by `first`, if that is to be undone. */
const steered =
  (operation: Operation, keyOf: () => string, noun: string, first?: readonly [Operation, string]) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    const key = keyOf();
    if (first !== undefined) await taken(api, first[0], { path: `${key}/${first[1]}`, body: sampleBody(first[0]) });
    return { path: `${key}/${noun}`, body: sampleBody(operation) };
  };

const adapters = partners.values();

const adapter = (): string => `/v1/ops/adapters/${adapters.next().value}`;

const lane = (): string => `/v1/ops/lanes/channel:c${next()}`;

const model = models.values();

/** A message that the inbox keeps and operators see. */
const deadLetter = async ({ database: { db } }: ClaimingApi): Promise<Prepared> => {
  const [consumer, laneKey, item] = ['warehouse-inbox:wms', `S${next()}`, 'm1'];
  const message = { kind: 'SHORTED', messageId: item, shipmentId: laneKey, lines: [] };
  await createParkedMessages(db).park(
    consumer,
    [{ laneKey, item, message: JSON.stringify(message), attempts: 5 }],
    await createCheckpoints(db).read(consumer),
    String(next()).padStart(10, '0') as Position,
  );
  await createStuckBoard(db).post(
    consumer,
    [laneKey],
    [
      {
        ...{ laneKey, item, kind: 'STUCK', what: 'SHORTED', position: null, errorClass: 'LINE_UNKNOWN', detail: 'No.' },
        ...{ payloadRef: { system: 'wms', messageId: item }, attempts: 5, blockedCount: 0 },
      },
    ],
  );
  const [found] = (await deadLetters(db, { consumer, laneKey })).items;
  return { path: '/v1/ops/discards', body: { deadLetterIds: [found?.id], reason: 'not ours' } };
};

/** A subscription of its own, and a request for it. */
const webhook =
  (operation: Operation, noun: string, ...then: readonly string[]) =>
  async (api: ClaimingApi, subscriptionId = newUlid()): Promise<Prepared> => {
    const events = ['WebhookSubscribed', ...then].map((type) => [type, { subscriptionId }] as const);
    await written(api, `webhook-ACME.${subscriptionId}`, events);
    return { path: `/v1/webhook-subscriptions/${subscriptionId}/${noun}`, body: sampleBody(operation) };
  };

const webhookDelivery = async (api: ClaimingApi): Promise<Prepared> => {
  const [subscriptionId, deliveryId, orderId, at] = [newUlid(), newUlid(), newUlid(), new Date().toISOString()];
  await webhook('redeliverWebhook', '')(api, subscriptionId);
  const about = { deliveryId, subscriptionId, bu: 'ACME', orderId, type: 'ORDER_ACCEPTED' };
  const row = { ...about, position: await api.log.head(), place: 0, body: '{}' };
  await createWebhookDeliveries(api.database.db).add([row], at);
  return { path: `/v1/webhook-deliveries/${deliveryId}/redeliveries`, body: sampleBody('redeliverWebhook') };
};

/** A consumer of the event stream of its own, and a request for it. */
const eventConsumer =
  (operation: Operation, noun: string) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    const consumerId = newUlid();
    await written(api, `eventconsumer-ACME.${consumerId}`, [['EventConsumerRegistered', { consumerId }]]);
    return { path: `/v1/event-consumers/${consumerId}/${noun}`, body: sampleBody(operation) };
  };

/** An exception that the watchdog has opened. */
const openCase =
  (operation: Operation, noun: string) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    const caseId = newUlid();
    await written(api, `case-ACME.${caseId}`, [['CaseOpened', { caseId, object: { kind: 'order', id: caseId } }]]);
    return { path: `/v1/ops/exceptions/${caseId}/${noun}`, body: sampleBody(operation) };
  };

/** Of the service itself and those who watch it. */
export const operationsRoutes = {
  requestRebuild: {
    prepare: async () => ({
      path: `/v1/ops/projections/${model.next().value}/rebuilds`,
      body: { reason: 'the fix of yesterday', expectedChanges: [] },
    }),
    ...{ events: ['RebuildRequested'], reads: 1 },
  },
  swapRebuild: {
    prepare: rebuild('swaps', ['RebuildCompared', { class: 'expected' }]),
    ...{ events: ['RebuildSwapOrdered'], reads: 1 },
  },
  abortRebuild: { prepare: rebuild('aborts'), events: ['RebuildAborted'], reads: 1 },
  rollBackRebuild: {
    prepare: rebuild(
      'rollbacks',
      ['RebuildCompared', { class: 'expected' }],
      ['RebuildSwapOrdered', {}],
      ['ReadModelSwapped', {}],
    ),
    ...{ events: ['RollbackOrdered'], reads: 1 },
  },
  decideApproval: { prepare: (api) => approval(api), events: ['ApprovalGranted'], reads: 0 },
  subscribeWebhook: {
    prepare: async () => ({ path: '/v1/webhook-subscriptions', body: sampleBody('subscribeWebhook') }),
    ...{ events: ['WebhookSubscribed'], reads: 1 },
  },
  rotateWebhookSecret: {
    prepare: webhook('rotateWebhookSecret', 'secrets'),
    ...{ events: ['WebhookSecretRotated'], reads: 1 },
  },
  pauseWebhook: { prepare: webhook('pauseWebhook', 'pauses'), events: ['WebhookPaused'], reads: 1 },
  resumeWebhook: {
    prepare: webhook('resumeWebhook', 'resumptions', 'WebhookPaused'),
    ...{ events: ['WebhookResumed'], reads: 1 },
  },
  deleteWebhook: { prepare: webhook('deleteWebhook', 'deletions'), events: ['WebhookDeleted'], reads: 1 },
  redeliverWebhook: { prepare: webhookDelivery, events: ['WebhookRedeliveryRequested'], reads: 1 },
  registerEventConsumer: {
    prepare: async () => ({ path: '/v1/event-consumers', body: sampleBody('registerEventConsumer') }),
    ...{ events: ['EventConsumerRegistered'], reads: 1 },
  },
  resetEventConsumer: {
    prepare: eventConsumer('resetEventConsumer', 'resets'),
    ...{ events: ['EventConsumerReset'], reads: 1 },
  },
  deleteEventConsumer: {
    prepare: eventConsumer('deleteEventConsumer', 'deletions'),
    ...{ events: ['EventConsumerDeleted'], reads: 1 },
  },
  discardMessages: { prepare: deadLetter, events: ['MessagesDiscarded'], reads: 1 },
  requestSimulation: {
    prepare: async () => {
      const rules = [{ node: 'DC-EAST', percent: String(next()) }];
      const policy = { kind: 'SAFETY_STOCK', rules };
      return { path: '/v1/ops/simulations', body: { ...sampleBody('requestSimulation'), policy } };
    },
    ...{ events: ['SimulationRequested'], reads: 1 },
  },
  cancelSimulation: {
    prepare: async (api) => {
      const policy = { kind: 'SAFETY_STOCK', rules: [{ percent: String(next()) }] };
      const path = '/v1/ops/simulations';
      const body = { ...sampleBody('requestSimulation'), policy };
      const { simulationId } = (await taken(api, 'requestSimulation', { path, body })).body;
      return { path: `${path}/${simulationId}/cancellations`, body: sampleBody('cancelSimulation') };
    },
    ...{ events: ['SimulationCancelled'], reads: 1 },
  },
  cancelImport: {
    prepare: async (api) => {
      const asked = { path: '/v1/imports', body: sampleBody('requestImport') };
      const { importId } = (await taken(api, 'requestImport', asked)).body;
      return { path: `/v1/imports/${importId}/cancellations`, body: sampleBody('cancelImport') };
    },
    ...{ events: ['ImportCancelled'], reads: 1 },
  },
  startReconciliation: {
    prepare: async () => ({ path: '/v1/ops/reconciliations', body: sampleBody('startReconciliation') }),
    ...{ events: ['ReconciliationStarted'], reads: 1 },
  },
  assignException: { prepare: openCase('assignException', 'assignments'), events: ['CaseAssigned'], reads: 1 },
  resolveException: { prepare: openCase('resolveException', 'resolutions'), events: ['CaseResolved'], reads: 1 },
  pauseLane: { prepare: steered('pauseLane', lane, 'pauses'), events: ['WorkPaused'], reads: 1 },
  resumeLane: {
    prepare: steered('resumeLane', lane, 'resumptions', ['pauseLane', 'pauses']),
    ...{ events: ['WorkResumed'], reads: 0 },
  },
  pauseAdapter: { prepare: steered('pauseAdapter', adapter, 'pauses'), events: ['WorkPaused'], reads: 1 },
  resumeAdapter: {
    prepare: steered('resumeAdapter', adapter, 'resumptions', ['pauseAdapter', 'pauses']),
    ...{ events: ['WorkResumed'], reads: 0 },
  },
  limitLane: { prepare: steered('limitLane', lane, 'limits'), events: ['RateLimitSet'], reads: 1 },
  liftLaneLimit: {
    prepare: steered('liftLaneLimit', lane, 'limit-removals', ['limitLane', 'limits']),
    ...{ events: ['RateLimitLifted'], reads: 0 },
  },
} satisfies ClaimingRoutes;
