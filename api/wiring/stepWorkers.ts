import { hostname } from 'node:os';
import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import type { MetricsRegistry } from '../../adapters/telemetry/metrics.ts';
import type { Tracing as StartedTracing } from '../../adapters/telemetry/tracing.ts';
import { createAdviceFeed } from '../../commands/edi/adviceFeed.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { runReceivablesInboxes } from '../../commands/inbox/receivablesInbox.ts';
import { runWarehouseInbox } from '../../commands/inbox/warehouseInbox.ts';
import type { AccessTrail } from '../../commands/personal/accessTrail.ts';
import { isAdapterPaused } from '../../commands/steering/controls.ts';
import { runStep } from '../../commands/steps/runStep.ts';
import type { StepPorts } from '../../commands/steps/stepRun.ts';
import { NotYet, runDispatcher } from '../../commands/workers/dispatcher.ts';
import { createPresence } from '../../commands/workers/presence.ts';
import { troubleOf } from '../../commands/workers/trouble.ts';
import { externalSteps } from '../../domain/orderToCash/steps.ts';
import { accruableGoods } from '../../projections/accruals/queries.ts';
import { stagedLines } from '../../projections/glStaging/stagedLines.ts';
import type { Config } from '../config.ts';
import type { Log } from '../deps.ts';
import type { Database } from './database.ts';
import { allWarehouses } from './ediWarehouses.ts';
import { receivablesAdapter } from './erps.ts';
import type { Evidence } from './evidence.ts';
import type { Partners } from './partners.ts';
import { onceHoldsAreKnown, unlessAborted, watchGroups } from './pauses.ts';
import type { Personal } from './personal.ts';
import { systemClock, type WriteSide } from './writeSide.ts';

/** What the workers of a process are made of. */
export type Parts = {
  readonly config: Pick<
    Config,
    | 'role'
    | 'erp'
    | 'crm'
    | 'reconcileMs'
    | 'payloadDays'
    | 'requestTrailDays'
    | 'imports'
    | 'rebuild'
    | 'replay'
    | 'pause'
    | 'workers'
    | 'webhooks'
  >;
  readonly database: Database;
  readonly evidence: Evidence;
  readonly personal: Personal;
  readonly trail: AccessTrail;
  readonly writeSide: WriteSide;
  readonly partners: Partners;
  readonly metrics: Pick<MetricsRegistry, 'countNotice' | 'countReconciliation' | 'countDuplicate'>;
  readonly logger: Log;
  readonly tracing: Pick<StartedTracing, 'inSpan' | 'inLinkedSpan' | 'currentTraceparent'>;
};

/** A loop that runs until the signal aborts. */
export type Worker = (signal: AbortSignal) => Promise<void>;

const external = new Set<string>(externalSteps);

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

const stepsAtOnce = 64;

/** Everybody gets one worker at least. */
const sharesOf = ({ groupPercent, partnerPercent }: Config['workers']) => {
  const shareOf = (percent: number): number => Math.max(1, Math.floor((stepsAtOnce * percent) / 100));
  return { concurrencyMax: stepsAtOnce, perGroupMax: shareOf(groupPercent), perPartnerMax: shareOf(partnerPercent) };
};

/** What a step may ask, of this service and of partners. */
const stepPorts = ({ database, personal, writeSide, partners, tracing }: Parts): StepPorts => {
  const { executor, store, catalog } = writeSide;
  return {
    ...{ executor, store, catalog, clock: systemClock },
    erps: partners.erps,
    isErpHeld: (system) => isAdapterPaused(database.controls, system),
    wms: allWarehouses({ database, personal, writeSide, partners }),
    tax: partners.tax,
    fraud: partners.fraud,
    accruableGoods: (...of) => orLogUnavailable(() => accruableGoods(database.readDb, ...of)),
    stagedLines: (journalIds) => orLogUnavailable(() => stagedLines(database.readDb, journalIds)),
    traceparent: tracing.currentTraceparent,
  };
};

export const dispatcher = (parts: Parts): Worker => {
  const { config, database, writeSide, logger, tracing } = parts;
  const ports = stepPorts(parts);
  const watch = watchGroups(config.pause, writeSide, logger);
  // A process may be started again under the same number, on a machine of the same name.
  const worker = `${hostname()}:${process.pid}:${newUlid()}`;
  return onceHoldsAreKnown(database, (signal) =>
    whilePresent(worker, { database, logger }, signal, () =>
      runDispatcher(
        {
          outbox: database.outbox,
          head: database.log.head,
          run: (item, seen) =>
            tracing.inSpan(
              `step ${item.step}`,
              { step: item.step, key: item.key, external: external.has(item.step) },
              async () => {
                if (seen !== undefined) await writeSide.executor.reach(seen);
                await runStep(ports, item, seen);
              },
            ),
          worker,
          ...sharesOf(config.workers),
          controls: database.controls,
          onDone: watch.done,
          onRetry: (item, error, delayMs) => {
            if (!(error instanceof NotYet) && troubleOf(error).kind === 'STUCK') watch.failed(item, error);
            logger.warn(
              { step: item.step, key: item.key, attempts: item.attempts, delayMs, err: error },
              'a step will be tried again',
            );
          },
          onError: (error, failures) => logger.warn({ err: error, failures }, 'the outbox failed'),
        },
        signal,
      ),
    ),
  );
};

/** The name that calls of the warehouse's feed go under. */
export const feedAdapter = 'wms-feed';

type InboxPorts = Parameters<typeof runWarehouseInbox>[0];
type Holding = Pick<InboxPorts, 'onOutcome' | 'isPaused'>;

/** A feed of which too much fails is held, and operators hold it by its name. */
const heldAs = ({ config, database, writeSide, logger }: Parts, partner: string): Holding => {
  const watch = watchGroups(config.pause, writeSide, logger);
  return {
    onOutcome: (isTaken) => (isTaken ? watch.done({ partner }) : watch.failed({ partner })),
    isPaused: () => isAdapterPaused(database.controls, partner),
  };
};

/**
 * The feeds of warehouses: the system that is asked, and the shipping advices (945) that came by EDI. These are facts in the log
 * already, of many partners: what one of them says wrong is kept shipment by shipment, and neither holds another nor the system.
 */
export const inboxes = (parts: Parts): readonly Worker[] => {
  const { database, writeSide, partners } = parts;
  return [
    inbox(parts, partners.wms, heldAs(parts, feedAdapter)),
    inbox(parts, createAdviceFeed({ feed: database.tail, ...writeSide }), {}),
  ];
};

const inbox = ({ database, writeSide, logger }: Parts, wms: InboxPorts['wms'], holding: Holding): Worker =>
  onceHoldsAreKnown(database, (signal) =>
    runWarehouseInbox(
      {
        wms,
        application: writeSide.application,
        catalog: writeSide.catalog,
        checkpoints: database.checkpoints,
        stuckBoard: database.stuckBoard,
        parked: database.parkedMessages,
        discards: database.messageDiscards,
        head: database.log.head,
        clock: systemClock,
        onError: (error, failures) => logger.warn({ err: error, failures }, 'the warehouse inbox failed'),
        onStuck: ({ error, ...message }) =>
          logger.warn({ ...message, err: error }, 'a warehouse message will be tried again'),
        ...holding,
        controls: database.controls,
      },
      signal,
    ),
  );

/** What customers owe by the books of the ERP that has their business unit. */
export const receivables = ({ config, database, writeSide, partners, logger }: Parts): Worker =>
  onceHoldsAreKnown(database, (signal) =>
    runReceivablesInboxes(
      {
        erpOf: partners.receivablesOf,
        executor: writeSide.executor,
        catalog: writeSide.catalog,
        checkpoints: database.checkpoints,
        stuckBoard: database.stuckBoard,
        clock: systemClock,
        pollMs: config.erp.receivablesMs,
        onError: (error, failures) => logger.warn({ err: error, failures }, 'what customers owe could not be asked'),
        isPaused: (system) => isAdapterPaused(database.controls, receivablesAdapter(system)),
        controls: database.controls,
      },
      signal,
    ),
  );
