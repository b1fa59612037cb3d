import { hostname } from 'node:os';
import type { Tracing as StartedTracing } from '../../adapters/telemetry/tracing.ts';
import { eventTypes, toDomain } from '../../commands/codec.ts';
import { isAdapterPaused } from '../../commands/controls.ts';
import { NotYet, runDispatcher } from '../../commands/dispatcher.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { runOutboxFeeder } from '../../commands/outboxFeeder.ts';
import { createPresence } from '../../commands/presence.ts';
import { createProcessRunner } from '../../commands/processes.ts';
import { recordRebuild } from '../../commands/recordRebuild.ts';
import { createReplayRunner } from '../../commands/replayRunner.ts';
import { runStep } from '../../commands/steps/runStep.ts';
import { troubleOf } from '../../commands/trouble.ts';
import { runWarehouseInbox } from '../../commands/warehouseInbox.ts';
import type { EventFeed } from '../../domain/eventLog.ts';
import { externalSteps } from '../../domain/orderToCash/steps.ts';
import { projections } from '../../projections/catalogue.ts';
import { CheckpointMoved } from '../../projections/checkpoint.ts';
import type { Projection } from '../../projections/projection.ts';
import { runRebuilds } from '../../projections/rebuild/worker.ts';
import { runProjections } from '../../projections/runner.ts';
import type { Config } from '../config.ts';
import type { Log } from '../deps.ts';
import type { Database } from './database.ts';
import { type Evidence, sealerWorker } from './evidence.ts';
import type { Partners } from './partners.ts';
import { unlessAborted, watchGroups } from './pauses.ts';
import { processes } from './processes.ts';
import { eventAtOf, makeRepairs } from './replays.ts';
import { systemClock, type WriteSide } from './writeSide.ts';

type Parts = {
  readonly config: Pick<Config, 'role' | 'replay' | 'pause'>;
  readonly database: Database;
  readonly evidence: Evidence;
  readonly writeSide: WriteSide;
  readonly partners: Partners;
  readonly logger: Log;
  readonly tracing: Pick<StartedTracing, 'inSpan' | 'inLinkedSpan' | 'currentTraceparent'>;
};

/** A loop that runs until the signal aborts. */
type Worker = (signal: AbortSignal) => Promise<void>;

const external = new Set<string>(externalSteps);

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
const rebuilder = ({ database, writeSide, logger }: Parts): Worker => {
  const { rebuildDb: db, log, tail, leases } = database;
  const { readAfter, readAfterWithout, head }: EventFeed = log;
  const feed = { readAfter, head, changed: tail.changed, ...(readAfterWithout !== undefined && { readAfterWithout }) };
  const options = {
    ...{ db, feed, projections, decode: toDomain, knownTypes: eventTypes, whileHeld: leases.whileHeld },
    record: recordRebuild(writeSide.executor, systemClock),
    onError: (projection: string, error: unknown) => logger.warn({ projection, err: error }, 'a rebuild failed'),
  };
  return (signal) => runRebuilds(options, signal);
};

const processWorkers = ({ config, database, writeSide, partners, logger }: Parts): readonly Worker[] => {
  const { tail, checkpoints, leases, outbox, stuckBoard } = database;
  const onError = (error: unknown, failures: number): void =>
    logger.warn({ err: error, failures }, 'a process worker failed');
  const ports = {
    feed: tail,
    checkpoints,
    stuckBoard,
    controls: database.controls,
    onError,
    onStuck: ({ error, ...stuck }: { readonly error: unknown }) =>
      logger.error({ ...stuck, err: error }, 'a process cannot handle an event'),
  };
  const leased =
    (name: string, work: Worker): Worker =>
    async (signal) => {
      while (!signal.aborted) {
        const held = await leases
          .whileHeld(name, (lost) => work(AbortSignal.any([signal, lost])))
          .catch((error: unknown) => onError(error, 1));
        if (held !== true || !signal.aborted) await pause(500, signal);
      }
    };
  const { executor } = writeSide;
  return [
    ...processes.map((process) => leased(`process:${process.name}`, createProcessRunner(process, executor, ports).run)),
    leased(
      'replays',
      createReplayRunner({
        ...ports,
        executor,
        repairOf: makeRepairs(database, writeSide, partners.lookups),
        board: database.replayBoard,
        eventsPerSecond: config.replay.eventsPerSecond,
      }).run,
    ),
    leased('outbox', (signal) => runOutboxFeeder({ feed: tail, checkpoints, outbox, onError }, signal)),
  ];
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });

/** Takes steps only while others could see that this process died, and is seen until its last step has ended. */
const whilePresent = async (
  worker: string,
  { database, logger }: Pick<Parts, 'database' | 'logger'>,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> => {
  const leaving = new AbortController();
  const presence = createPresence({
    leases: database.leases,
    register: database.workerRegister,
    worker,
    onFreed: (gone, steps) => {
      if (steps > 0) logger.warn({ worker: gone, steps }, 'a worker is gone; what it had is taken by others');
    },
    onError: (error, failures) => logger.warn({ err: error, failures }, 'the register of workers failed'),
  });
  const staying = presence.run(leaving.signal);
  await unlessAborted(presence.present, signal);
  if (!signal.aborted) await work();
  leaving.abort();
  await staying;
};

const dispatcher = ({ config, database, writeSide, partners, logger, tracing }: Parts): Worker => {
  const { executor, store, catalog } = writeSide;
  const watch = watchGroups(config.pause, writeSide, logger);
  const ports = {
    executor,
    store,
    catalog,
    clock: systemClock,
    erp: partners.erp,
    wms: partners.wms,
    tax: partners.tax,
    traceparent: tracing.currentTraceparent,
  };
  // A process may be started again under the same number, on a machine of the same name.
  const worker = `${hostname()}:${process.pid}:${newUlid()}`;
  return async (signal) => {
    await unlessAborted(database.controls.ready, signal);
    await whilePresent(worker, { database, logger }, signal, () =>
      runDispatcher(
        {
          outbox: database.outbox,
          head: database.log.head,
          run: (item, seen) =>
            tracing.inSpan(
              `step ${item.step}`,
              { step: item.step, key: item.key, external: external.has(item.step) },
              async () => {
                if (seen !== undefined) await executor.reach(seen);
                await runStep(ports, item, seen);
              },
            ),
          worker,
          controls: database.controls,
          onDone: watch.done,
          onRetry: (item, error, delayMs) => {
            if (!(error instanceof NotYet) && troubleOf(error).kind === 'STUCK') watch.failed(item);
            logger.warn(
              { step: item.step, key: item.key, attempts: item.attempts, delayMs, err: error },
              'a step will be tried again',
            );
          },
          onError: (error, failures) => logger.warn({ err: error, failures }, 'the outbox failed'),
        },
        signal,
      ),
    );
  };
};

const inbox = ({ config, database, writeSide, partners, logger }: Parts): Worker => {
  const watch = watchGroups(config.pause, writeSide, logger);
  const feed = { partner: 'wms-feed' };
  return async (signal) => {
    await unlessAborted(database.controls.ready, signal);
    if (signal.aborted) return;
    await runWarehouseInbox(
      {
        wms: partners.wms,
        application: writeSide.application,
        catalog: writeSide.catalog,
        checkpoints: database.checkpoints,
        stuckBoard: database.stuckBoard,
        head: database.log.head,
        clock: systemClock,
        onError: (error, failures) => logger.warn({ err: error, failures }, 'the warehouse inbox failed'),
        onStuck: ({ error, ...message }) =>
          logger.warn({ ...message, err: error }, 'a warehouse message will be tried again'),
        onOutcome: (isTaken) => (isTaken ? watch.done(feed) : watch.failed(feed)),
        isPaused: () => isAdapterPaused(database.controls, feed.partner),
        controls: database.controls,
      },
      signal,
    );
  };
};

/** The loops of a role. `all` is every one of them. */
const workersOf = ({ role }: Parts['config'], parts: Parts): readonly Worker[] => [
  ...(role === 'all' || role === 'projector' ? [...projectors(parts), rebuilder(parts)] : []),
  ...(role === 'all' || role === 'process' ? processWorkers(parts) : []),
  ...(role === 'all' || role === 'process' ? [sealerWorker(parts.evidence, parts.database, parts.logger)] : []),
  ...(role === 'all' || role === 'process' || role === 'adapter' ? [dispatcher(parts)] : []),
  ...(role === 'all' || role === 'adapter' ? [inbox(parts)] : []),
  (signal) =>
    parts.database.controls.run(signal, (error) =>
      parts.logger.warn({ err: error }, 'what operators hold could not be read'),
    ),
  (signal) => parts.writeSide.catalog.run(signal),
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
