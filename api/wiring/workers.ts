import { eventTypes, toDomain } from '../../commands/codec.ts';
import { waitOf } from '../../commands/keepGoing.ts';
import { createProcessRunner, processGroup } from '../../commands/processes.ts';
import { createDiscardRunner } from '../../commands/steering/discardRunner.ts';
import { recordRebuild } from '../../commands/steering/recordRebuild.ts';
import { createReplayRunner } from '../../commands/steering/replayRunner.ts';
import { createDuplicateRadar } from '../../commands/workers/duplicateRadar.ts';
import type { FeedWorkerPorts } from '../../commands/workers/feedWorker.ts';
import { runOutboxFeeder } from '../../commands/workers/outboxFeeder.ts';
import type { EventFeed } from '../../domain/eventLog.ts';
import { orderToCash } from '../../domain/orderToCash/orderToCash.ts';
import { processes } from '../../domain/orderToCash/processes.ts';
import { projections } from '../../projections/catalogue.ts';
import { CheckpointMoved } from '../../projections/checkpoint.ts';
import type { Projection } from '../../projections/projection.ts';
import { withReadQuota } from '../../projections/rebuild/readQuota.ts';
import { runRebuilds } from '../../projections/rebuild/worker.ts';
import { runProjections } from '../../projections/runner.ts';
import { caseWatchdog } from './cases.ts';
import { crmAccounts, crmQuotes } from './crm.ts';
import type { Database } from './database.ts';
import { partnersFor } from './erps.ts';
import { sealerWorker } from './evidence.ts';
import { imports } from './imports.ts';
import { partnerDocuments } from './partnerDocuments.ts';
import { watchGroups } from './pauses.ts';
import { keyWorkers } from './personal.ts';
import { orderUpdateWorkers } from './reconciledErp.ts';
import { reconciliation } from './reconciliation.ts';
import { eventAtOf, makeRepairs } from './repairs.ts';
import { reservationDeadlines } from './reservations.ts';
import { retention } from './retention.ts';
import { returnDeadlines } from './returns.ts';
import { simulatedShelves } from './simulatedShelves.ts';
import { simulations } from './simulations.ts';
import { dispatcher, inboxes, type Parts, receivables, type Worker } from './stepWorkers.ts';
import { stockAdvice } from './stockAdvice.ts';
import { webhookWorker } from './webhooks.ts';
import { systemClock } from './writeSide.ts';

type OnError = (error: unknown, failures: number) => void;

/** A batch is nobody's child: it is linked to the traces whose events it applies. */
const traced = (projection: Projection, tracing: Parts['tracing']): Projection => ({
  ...projection,
  apply: (batch, into) =>
    tracing.inLinkedSpan(
      `project ${projection.name}`,
      { projection: projection.name, events: batch.length },
      batch.flatMap(({ metadata }) => metadata.traceparent ?? []),
      () => projection.apply(batch, into),
    ),
});

const projectors = ({ database, logger, tracing }: Parts): readonly Worker[] => {
  const { projectionDb, log, tail, leases } = database;
  const report: Parameters<typeof runProjections>[0]['report'] = (facts) => {
    if (facts.kind !== 'failed') return;
    const { projection, error } = facts;
    // Set back for a rebuild, or taken over: it reads its place again and goes on.
    if (error instanceof CheckpointMoved) logger.info({ projection }, 'a projection was moved');
    else logger.error({ projection, err: error }, 'a projection stopped');
  };
  const options = {
    db: projectionDb,
    feed: tail,
    decode: toDomain,
    eventAt: eventAtOf(log),
    whileHeld: leases.whileHeld,
    report,
  };
  const followed = projections.map((projection) => traced(projection, tracing));
  return [(signal) => runProjections(options, followed, signal)];
};

/** Given the log to read, tables to write and one stream to report to; nothing by which an effect could leave the service. */
const rebuilder = ({ config, database, writeSide, logger }: Parts): Worker => {
  const { rebuildDb: db, history, tail, leases } = database;
  const { readAfter, readAfterWithout, head }: Omit<EventFeed, 'changed'> = withReadQuota(history, config.rebuild);
  const feed = { readAfter, head, changed: tail.changed, ...(readAfterWithout !== undefined && { readAfterWithout }) };
  const options = {
    ...{ db, feed, followed: tail, projections, decode: toDomain, knownTypes: eventTypes, whileHeld: leases.whileHeld },
    record: recordRebuild(writeSide.executor, systemClock),
    onError: (projection: string, error: unknown) => logger.warn({ projection, err: error }, 'a rebuild failed'),
  };
  return (signal) => runRebuilds(options, signal);
};

const leaseRepeatMs = 500;

/** Of all processes one at a time does this work; who finds it taken, or loses it, looks again soon. */
const leasedWith =
  ({ whileHeld }: Pick<Database['leases'], 'whileHeld'>, onError: OnError) =>
  (name: string, work: Worker): Worker =>
  async (signal) => {
    while (!signal.aborted) {
      await whileHeld(name, (lost) => work(AbortSignal.any([signal, lost]))).catch((error: unknown) =>
        onError(error, 1),
      );
      await waitOf(leaseRepeatMs)(signal);
    }
  };

const followingPorts = ({ database, logger }: Parts, onError: OnError) => ({
  feed: database.tail,
  checkpoints: database.checkpoints,
  stuckBoard: database.stuckBoard,
  controls: database.controls,
  onError,
  onStuck: ({ error, ...stuck }: { readonly error: unknown }) =>
    logger.error({ ...stuck, err: error }, 'a process cannot handle an event'),
});

/** The managers of `domain/orderToCash`, by name. The radar looks ahead of the one of orders (decision 96). */
const managers = (parts: Parts, ports: ReturnType<typeof followingPorts>): readonly (readonly [string, Worker])[] => {
  const { config, database, writeSide, metrics, logger } = parts;
  const { executor, catalog } = writeSide;
  const watch = watchGroups(config.pause, writeSide, logger);
  const radar = createDuplicateRadar({
    ...{ executor, sighted: database.sightedOrders, catalog },
    onHeld: metrics.countDuplicate,
    onError: (error) => logger.warn({ err: error }, 'old orders could not be forgotten by the duplicate radar'),
  });
  return processes.map((process) => {
    const onOutcome: FeedWorkerPorts['onOutcome'] = (event, failed) =>
      watch[failed ? 'failed' : 'done']({ manager: processGroup(process.name, event) });
    const runner =
      process.name === orderToCash.name
        ? createProcessRunner(process, executor, { ...ports, feed: radar.watched(ports.feed), onOutcome }, radar.hold)
        : createProcessRunner(process, executor, { ...ports, onOutcome });
    return [`process:${process.name}`, runner.run];
  });
};

const replays = ({ config, database, writeSide, partners }: Parts, ports: ReturnType<typeof followingPorts>): Worker =>
  createReplayRunner({
    ...ports,
    executor: writeSide.executor,
    repairOf: makeRepairs(database, writeSide, partners.lookups),
    board: database.replayBoard,
    eventsPerSecond: config.replay.eventsPerSecond,
  }).run;

const processWorkers = (parts: Parts): readonly Worker[] => {
  const { config, database, personal, partners, logger } = parts;
  const { tail, checkpoints, outbox } = database;
  const onError: OnError = (error, failures) => logger.warn({ err: error, failures }, 'a process worker failed');
  const ports = followingPorts(parts, onError);
  const leased = leasedWith(database.leases, onError);
  return [
    ...managers(parts, ports).map(([name, worker]) => leased(name, worker)),
    leased('replays', replays(parts, ports)),
    leased('webhooks', webhookWorker(parts)),
    leased('partner-documents', partnerDocuments(parts)),
    leased('stock-advice', stockAdvice(parts)),
    leased('retention', retention(parts)),
    leased('reservations', reservationDeadlines(parts)),
    leased('returns', returnDeadlines(parts)),
    leased('watchdog', caseWatchdog(parts)),
    leased('reconciliation', reconciliation(parts)),
    leased('simulations', simulations(parts)),
    leased('imports', imports(parts)),
    ...orderUpdateWorkers(parts).map(([name, worker]) => leased(name, worker)),
    ...(partners.simulated.wms ? [leased('simulated-warehouse', simulatedShelves(parts))] : []),
    leased('discards', createDiscardRunner({ ...ports, discards: database.messageDiscards }).run),
    leased('erasures', keyWorkers(personal, database, logger).erasures),
    leased('rewrap', keyWorkers(personal, database, logger).rewrap),
    ...(config.erp.receivablesMs > 0 ? [leased('receivables', receivables(parts))] : []),
    ...(partners.crm === undefined
      ? []
      : [
          leased('crm-accounts', crmAccounts(parts, partners.crm)),
          leased('crm-quotes', crmQuotes(parts, partners.crm)),
        ]),
    leased('outbox', (signal) =>
      runOutboxFeeder({ feed: tail, checkpoints, outbox, onError, partnerFor: partnersFor(config) }, signal),
    ),
  ];
};

/** The loops of a role. `all` is every one of them. */
const workersOf = ({ role }: Parts['config'], parts: Parts): readonly Worker[] => [
  ...(role === 'all' || role === 'projector' ? [...projectors(parts), rebuilder(parts)] : []),
  ...(role === 'all' || role === 'process' ? processWorkers(parts) : []),
  ...(role === 'all' || role === 'process' ? [sealerWorker(parts.evidence, parts.database, parts.logger)] : []),
  ...(role === 'all' || role === 'process' || role === 'adapter' ? [dispatcher(parts)] : []),
  ...(role === 'all' || role === 'adapter' ? inboxes(parts) : []),
  (signal) =>
    parts.database.controls.run(signal, (error) =>
      parts.logger.warn({ err: error }, 'what operators hold could not be read'),
    ),
  (signal) => parts.writeSide.catalog.run(signal),
  (signal) =>
    parts.trail.run(signal, (error, failures) =>
      parts.logger.warn({ err: error, failures }, 'who read personal text could not be written yet'),
    ),
  (signal) =>
    parts.database.tail.run(signal, (error, failures) =>
      parts.logger.warn({ err: error, failures }, 'the log cannot be followed'),
    ),
];

/** Starts the role's loops; `stop` ends them and waits for what they are doing. */
export const startWorkers = (parts: Parts) => {
  const stopping = new AbortController();
  const running = workersOf(parts.config, parts).map((worker) =>
    worker(stopping.signal).catch((error: unknown) => {
      if (!stopping.signal.aborted) parts.logger.error({ err: error }, 'a worker ended');
    }),
  );
  return {
    stop: async (): Promise<void> => {
      stopping.abort();
      await Promise.all(running);
    },
  };
};
