import { countReplayed } from '../../adapters/postgres/replayBoard.ts';
import { createWebhookDeliveries } from '../../adapters/postgres/webhookDeliveries.ts';
import { toDomain } from '../../commands/codec.ts';
import { eventAt, eventsAt } from '../../commands/deciding/readStream.ts';
import { previewDocuments } from '../../commands/edi/outboundDocuments.ts';
import { documentsConsumer, lanesWithUnmade } from '../../commands/edi/unmadeDocuments.ts';
import type { Executor } from '../../commands/handle.ts';
import { isCrmAccounts } from '../../commands/inbox/crmInbox.ts';
import { isCrmQuotes } from '../../commands/inbox/crmKept.ts';
import { isReceivables } from '../../commands/inbox/receivablesInbox.ts';
import { inboxOf } from '../../commands/inbox/warehouseInboxPorts.ts';
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
import { type InboxPreviewPorts, previewInbox } from '../../commands/steering/inboxPreview.ts';
import { previewProcess } from '../../commands/steering/processPreview.ts';
import { type IntendedStep, producedAlready } from '../../commands/steering/producedAlready.ts';
import { outboxRepair, workerRepair } from '../../commands/steering/workerRepair.ts';
import { deliveriesConsumer, noticeRepair } from '../../commands/webhooks/noticeRepair.ts';
import type { CatalogFollower } from '../../commands/workers/catalogFollower.ts';
import type { EventFeed, EventStore, StreamName } from '../../domain/eventLog.ts';
import { processes } from '../../domain/orderToCash/processes.ts';
import { projections } from '../../projections/catalogue.ts';
import { previewLane } from '../../projections/lanePreview.ts';
import type { Projection } from '../../projections/projection.ts';
import { type RepairOptions, replayLane } from '../../projections/repair.ts';
import { adviceLookup } from './ediWarehouses.ts';
import { feedAdapter } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

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

/** How consumers are repaired: what all of it is made of. */
const partsOf = (databases: Databases, { executor, catalog }: Deciding, lookups: PartnerLookups) => ({
  ...{ databases, executor, catalog },
  ports: { lanes: databases.workerLanes, count: databases.replayBoard.count, waitMs: workerWaitMs },
  toldBy: {
    producedAlready: (steps: readonly IntendedStep[]) =>
      producedAlready({ lookups, executor, controls: databases.controls }, steps),
  },
});

type Parts = ReturnType<typeof partsOf>;
type Named = readonly [consumer: string, repair: LaneRepair];

const ofProjections = ({ databases: { projectionDb, history } }: Parts): readonly Named[] => {
  const eventsAtPlaces: RepairOptions['eventsAt'] = (places) => eventsAt(history, places);
  const options = { db: projectionDb, decode: toDomain, eventsAt: eventsAtPlaces };
  return projections.map((one) => [one.name, ofProjection(options, one)] as const);
};

const ofProcesses = ({ databases: { history }, executor, ports, toldBy }: Parts): readonly Named[] => {
  const preview = previewProcess({ executor, store: history, feed: history, ...toldBy });
  return processes.map((one) => {
    const name = `process:${one.name}`;
    return [name, workerRepair(ports, name, preview(one))] as const;
  });
};

const ofInbox = (
  { databases, catalog, ports, toldBy }: Parts,
  feed: InboxPreviewPorts['feed'],
  adapter?: string,
): Named => {
  const { history: store, claimReads: claims, checkpoints, controls, parkedMessages: parked } = databases;
  const preview = previewInbox({
    ...{ store, claims, catalog, clock: systemClock, processes, checkpoints, controls, ...toldBy },
    ...{ parked, feed, ...(adapter !== undefined && { adapter }) },
  });
  const name = inboxOf(feed.system);
  return [name, workerRepair(ports, name, preview)];
};

/** What goes out: to the systems behind the outbox, to partners and to subscribers. */
const ofOutgoing = ({ databases, executor, ports, toldBy }: Parts): readonly Named[] => {
  const lanes = lanesWithUnmade(databases.workerLanes, databases.unmadeDocuments);
  const deliveries = createWebhookDeliveries(databases.projectionDb);
  return [
    ['outbox', outboxRepair({ ...ports, ...toldBy, paused: databases.controls.pauses })],
    [documentsConsumer, workerRepair({ ...ports, lanes }, documentsConsumer, previewDocuments)],
    [deliveriesConsumer, noticeRepair({ ...ports, executor, clock: systemClock, deliveries })],
  ];
};

/** One for each business unit. A figure, or an account of a CRM, changes nothing but its customer, so there is nothing else to foresee. */
const ofCustomers = ({ ports }: Parts, consumer: string): LaneRepair =>
  workerRepair(ports, consumer, async (_, held) => ({ applied: held.length, error: null, messages: [] }));

/** What a quote says by now is asked of the CRM when it is tried, and not before: until then it stands as it was seen last. */
const ofQuotes = ({ ports }: Parts, consumer: string): LaneRepair =>
  workerRepair(ports, consumer, async (_, [first]) => ({
    ...{ applied: 0, messages: [] },
    error: first === undefined ? null : { class: first.errorClass, detail: first.detail },
  }));

/** How each kind of consumer is replayed. */
export const makeRepairs = (databases: Databases, deciding: Deciding, lookups: PartnerLookups): RepairOf => {
  const parts = partsOf(databases, deciding, lookups);
  const known = new Map<string, LaneRepair>([
    ...ofProjections(parts),
    ...ofProcesses(parts),
    ...ofOutgoing(parts),
    ofInbox(parts, lookups.wms, feedAdapter),
    ofInbox(parts, adviceLookup({ feed: databases.history, catalog: deciding.catalog })),
  ]);
  return (consumer) => {
    if (isCrmQuotes(consumer)) return ofQuotes(parts, consumer);
    if (isReceivables(consumer) || isCrmAccounts(consumer)) return ofCustomers(parts, consumer);
    return known.get(consumer);
  };
};
