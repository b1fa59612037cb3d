import { createEventConsumerPlaces } from '../../adapters/postgres/eventConsumerPlaces.ts';
import { countReplayed } from '../../adapters/postgres/replayBoard.ts';
import { createWebhookDeliveries } from '../../adapters/postgres/webhookDeliveries.ts';
import { auditSampleCalls } from '../../commands/calls/auditSamples.ts';
import { reportRunCalls } from '../../commands/calls/reportRuns.ts';
import { shadowCalls } from '../../commands/calls/shadowLedgers.ts';
import { caseCalls } from '../../commands/cases/caseCalls.ts';
import { toDomain } from '../../commands/codec.ts';
import { eventAt, eventsAt } from '../../commands/deciding/readStream.ts';
import { previewDocuments } from '../../commands/edi/outboundDocuments.ts';
import { documentsConsumer, lanesWithUnmade } from '../../commands/edi/unmadeDocuments.ts';
import { eventConsumerCalls } from '../../commands/eventConsumers/eventConsumerCalls.ts';
import type { Executor } from '../../commands/handle.ts';
import { isCrmAccounts } from '../../commands/inbox/crmInbox.ts';
import { isCrmQuotes } from '../../commands/inbox/crmKept.ts';
import { isReceivables } from '../../commands/inbox/receivablesInbox.ts';
import { inboxOf } from '../../commands/inbox/warehouseInboxPorts.ts';
import { erasureCalls } from '../../commands/personal/eraseSubject.ts';
import {
  type LanePreview,
  type LaneRepair,
  previewRowsMax,
  previewWaitingMax,
  type RepairOf,
  type ReplayBoard,
} from '../../commands/ports/replay.ts';
import type {
  Checkpoints,
  ClaimReads,
  Controls,
  ParkedMessages,
  PartnerLookups,
  UnmadeDocuments,
  WorkerLanes,
} from '../../commands/ports.ts';
import { reconciliationCalls } from '../../commands/reconciliation/calls.ts';
import { simulationCalls } from '../../commands/simulation/calls.ts';
import { discardCalls } from '../../commands/steering/discards.ts';
import { type InboxPreviewPorts, previewInbox } from '../../commands/steering/inboxPreview.ts';
import { pauseCalls } from '../../commands/steering/pauses.ts';
import { previewProcess } from '../../commands/steering/processPreview.ts';
import { type IntendedStep, producedAlready } from '../../commands/steering/producedAlready.ts';
import { rateLimitCalls } from '../../commands/steering/rateLimits.ts';
import { replayCalls } from '../../commands/steering/replays.ts';
import { outboxRepair, workerRepair } from '../../commands/steering/workerRepair.ts';
import { deliveriesConsumer, noticeRepair } from '../../commands/webhooks/noticeRepair.ts';
import type { CatalogFollower } from '../../commands/workers/catalogFollower.ts';
import { groupCalls } from '../../commands/workers/knownGroups.ts';
import type { EventFeed, EventStore, StreamName } from '../../domain/eventLog.ts';
import { processes } from '../../domain/orderToCash/processes.ts';
import { projections } from '../../projections/catalogue.ts';
import { previewLane } from '../../projections/lanePreview.ts';
import type { Projection } from '../../projections/projection.ts';
import { type RepairOptions, replayLane } from '../../projections/repair.ts';
import type { Config } from '../config.ts';
import type { Operations } from '../deps.ts';
import type { Database } from './database.ts';
import { makeInboundCalls, makeResendCalls } from './edi.ts';
import { adviceLookup } from './ediWarehouses.ts';
import { erpNames } from './erps.ts';
import type { Evidence } from './evidence.ts';
import { makeImportCalls } from './imports.ts';
import type { Personal } from './personal.ts';
import { makePromotionCalls } from './promotions.ts';
import { systemsOf } from './reconciliation.ts';
import { feedAdapter } from './stepWorkers.ts';
import { makeWebhookCalls } from './webhooks.ts';
import { systemClock, type WriteSide } from './writeSide.ts';

type Databases = {
  readonly projectionDb: RepairOptions['db'];
  /** The log, to be read beside what commands and workers need of it. */
  readonly history: Pick<EventStore, 'read'> & Pick<EventFeed, 'readAfter'>;
  readonly workerLanes: WorkerLanes;
  readonly replayBoard: Pick<ReplayBoard, 'count'>;
  readonly controls: Pick<Controls, 'pauses'>;
  readonly checkpoints: Pick<Checkpoints, 'read'>;
  readonly parkedMessages: Pick<ParkedMessages, 'read'>;
  readonly unmadeDocuments: Pick<UnmadeDocuments, 'ofLane' | 'hasten'>;
  readonly claimReads: ClaimReads;
};

/** Events of one transaction: few enough that the projector does not notice, many enough that a long lane gets done. */
const eventsPerStep = 50;

export const eventAtOf = (store: Pick<EventStore, 'read'>) => (stream: StreamName, revision: number) =>
  eventAt(store, stream, revision);

const ofProjection = (options: RepairOptions, projection: Projection): LaneRepair => ({
  preview: async (laneKey): Promise<LanePreview> => {
    const consumer = projection.name;
    const found = await previewLane(options, projection, laneKey);
    const free = { waitingCount: 0, waiting: [], applied: 0, error: null, rows: [] };
    const { waitingCount, waiting, applied, error, rows } = found ?? free;
    return {
      ...{ consumer, laneKey, waitingCount, applied, error },
      waiting: waiting
        .slice(0, previewWaitingMax)
        .map(({ eventId, eventType, position }) => ({ id: eventId, what: eventType, position })),
      rowCount: rows.length,
      rows: rows.slice(0, previewRowsMax),
      // A projection has no way to anybody outside.
      messages: [],
      decisions: [],
    };
  },
  replay: async (laneKey, { replayId, pace, isStopped }) => {
    const lane = { consumer: projection.name, laneKey };
    const onStep = (tx: Parameters<typeof countReplayed>[0], events: number) =>
      countReplayed(tx, replayId, lane, events);
    return replayLane(options, projection, laneKey, {
      eventsPerStep,
      onStep,
      pace,
      isStopped: () => isStopped(laneKey),
    });
  },
});

const workerWaitMs = 20_000;

/** What deciding takes, when nothing of it is to be written. */
type Deciding = {
  readonly executor: Pick<Executor, 'load'>;
  readonly catalog: Pick<CatalogFollower, 'current' | 'ready' | 'waitFor'>;
};

/** How each kind of consumer is replayed. */
export const makeRepairs = (databases: Databases, deciding: Deciding, lookups: PartnerLookups): RepairOf => {
  const {
    projectionDb,
    history: log,
    workerLanes: lanes,
    replayBoard,
    controls,
    checkpoints,
    claimReads,
    parkedMessages,
    unmadeDocuments,
  } = databases;
  const { executor, catalog } = deciding;
  const toldBy = {
    producedAlready: (steps: readonly IntendedStep[]) => producedAlready({ lookups, executor, controls }, steps),
  };
  const eventsAtPlaces: RepairOptions['eventsAt'] = (places) => eventsAt(log, places);
  const options = { db: projectionDb, decode: toDomain, eventsAt: eventsAtPlaces };
  const ports = { lanes, count: replayBoard.count, waitMs: workerWaitMs };
  const ofProcess = previewProcess({ executor, store: log, feed: log, ...toldBy });
  const ofInbox = (feed: InboxPreviewPorts['feed'], adapter?: string): readonly [string, LaneRepair] => {
    const preview = previewInbox({
      ...{ store: log, claims: claimReads, catalog, clock: systemClock, processes, checkpoints, controls, ...toldBy },
      ...{ parked: parkedMessages, feed, ...(adapter !== undefined && { adapter }) },
    });
    const name = inboxOf(feed.system);
    return [name, workerRepair(ports, name, preview)];
  };
  const known = new Map<string, LaneRepair>([
    ...projections.map((one) => [one.name, ofProjection(options, one)] as const),
    ...processes.map((one) => {
      const name = `process:${one.name}`;
      return [name, workerRepair(ports, name, ofProcess(one))] as const;
    }),
    ['outbox', outboxRepair({ ...ports, ...toldBy, paused: controls.pauses })],
    ofInbox(lookups.wms, feedAdapter),
    ofInbox(adviceLookup({ feed: log, catalog })),
    [
      documentsConsumer,
      workerRepair({ ...ports, lanes: lanesWithUnmade(lanes, unmadeDocuments) }, documentsConsumer, previewDocuments),
    ],
    [
      deliveriesConsumer,
      noticeRepair({ ...ports, executor, clock: systemClock, deliveries: createWebhookDeliveries(projectionDb) }),
    ],
  ]);
  // One for each business unit. A figure, or an account of a CRM, changes nothing but its customer, so there is nothing else to foresee.
  const ofCustomers = (consumer: string): LaneRepair =>
    workerRepair(ports, consumer, async (_, held) => ({ applied: held.length, error: null, messages: [] }));
  // What a quote says by now is asked of the CRM when it is tried, and not before: until then it stands as it was seen last.
  const ofQuotes = (consumer: string): LaneRepair =>
    workerRepair(ports, consumer, async (_, [first]) => ({
      ...{ applied: 0, messages: [] },
      error: first === undefined ? null : { class: first.errorClass, detail: first.detail },
    }));
  return (consumer) => {
    if (isCrmQuotes(consumer)) return ofQuotes(consumer);
    return (
      known.get(consumer) ?? (isReceivables(consumer) || isCrmAccounts(consumer) ? ofCustomers(consumer) : undefined)
    );
  };
};

export const makeOperations = (
  config: Pick<Config, 'replay' | 'webhooks' | 'erp' | 'promotionKeys'>,
  database: Database,
  { keys, vault }: Pick<Personal, 'keys' | 'vault'>,
  writeSide: WriteSide,
  lookups: PartnerLookups,
  evidence: Pick<Evidence, 'signer'>,
): Operations => ({
  ...discardCalls({
    executor: writeSide.executor,
    parked: database.parkedMessages,
    unmade: database.unmadeDocuments,
    checkpoints: database.checkpoints,
  }),
  ...pauseCalls(writeSide),
  ...caseCalls(writeSide),
  ...reconciliationCalls(writeSide, systemsOf(lookups)),
  ...makeWebhookCalls(config, database, writeSide),
  ...eventConsumerCalls({ ...writeSide, places: createEventConsumerPlaces(database.projectionDb) }),
  ...makeInboundCalls(database, { vault }, writeSide),
  ...makeResendCalls(database, { vault }, writeSide),
  ...reportRunCalls(writeSide),
  ...auditSampleCalls(writeSide),
  ...shadowCalls({ ...writeSide, requireApproval: writeSide.application.requireApproval, systems: erpNames(config) }),
  ...makePromotionCalls(config, evidence, writeSide),
  ...makeImportCalls(database, { vault }, writeSide),
  ...simulationCalls({ ...writeSide, head: database.log.head, clock: systemClock }),
  ...rateLimitCalls(writeSide),
  ...groupCalls({ catalog: writeSide.catalog, managers: processes.map(({ name }) => name) }),
  ...erasureCalls({
    executor: writeSide.executor,
    requireApproval: writeSide.application.requireApproval,
    ...{ keys, vault },
  }),
  ...replayCalls({
    executor: writeSide.executor,
    requireApproval: writeSide.application.requireApproval,
    repairOf: makeRepairs(database, writeSide, lookups),
    board: database.replayBoard,
    messagesMax: config.replay.messagesMax,
  }),
});
