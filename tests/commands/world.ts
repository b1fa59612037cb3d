import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createClaims } from '../../adapters/postgres/claims.ts';
import { createPostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createOutbox } from '../../adapters/postgres/outbox.ts';
import { createSightedOrders } from '../../adapters/postgres/sightedOrders.ts';
import type { Outcome } from '../../commands/application.ts';
import type { Sealable } from '../../commands/calls/callPorts.ts';
import { makeApplication } from '../../commands/calls/makeApplication.ts';
import { createRecentEvents } from '../../commands/deciding/recentEvents.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { createExecutor, type Executor } from '../../commands/handle.ts';
import { backoffMs } from '../../commands/keepGoing.ts';
import type { Clock, CommandContext, OutboxItem } from '../../commands/ports.ts';
import { createProcessRunner } from '../../commands/processes.ts';
import { runStep } from '../../commands/steps/runStep.ts';
import { createCatalogFollower } from '../../commands/workers/catalogFollower.ts';
import { createDuplicateRadar } from '../../commands/workers/duplicateRadar.ts';
import { createOutboxFeeder } from '../../commands/workers/outboxFeeder.ts';
import type { Position } from '../../domain/eventLog.ts';
import {
  demoBusinessUnit,
  demoCustomers,
  demoItems,
  demoNodes,
  demoPriceList,
  demoTaxCodes,
} from '../../domain/masterData/demo.ts';
import { orderToCash } from '../../domain/orderToCash/orderToCash.ts';
import { processes } from '../../domain/orderToCash/processes.ts';
import { createTestDatabase } from '../support/database.ts';
import { contextOf } from './commandContext.ts';
import { makePartners } from './partners.ts';

const today = '2026-11-23';

/** The value of an outcome that must be done. */
export const must = async <T>(outcome: Promise<Outcome<T>>): Promise<T> => {
  const answer = await outcome;
  if (answer.kind === 'done') return answer.value;
  throw new Error(`expected done: ${JSON.stringify(answer)}`);
};

export type Execute = Executor['execute'];

/** Thrown by what tests put between scripts and executor: the instance is gone, with everything it had in memory. */
export class Killed extends Error {}

/** The write side on a real log: application, process managers and outbox, worked off by hand until nothing is due. */
export const createWorld = async (clock: Clock = () => `${today}T15:00:00.000Z`) => {
  const database = await createTestDatabase();
  const log = createPostgresLog({ connectionString: database.connectionString, pool: database.pool });
  const [claims, checkpoints, outbox] = [
    createClaims(database.pool),
    createCheckpoints(database.db),
    createOutbox(database.db),
  ];
  const sighted = createSightedOrders(database.db);
  const partners = makePartners();
  const problems: unknown[] = [];
  const onError = (error: unknown): void => {
    problems.push(error);
  };
  const sealed: { next: Sealable } = { next: { journals: [], sequence: 1, throughPosition: null } };
  /** Tests put something between the scripts and the executor here. */
  const between: { execute?: (real: Execute) => Execute } = {};
  const catalog = createCatalogFollower(log, onError);

  /** A restarted instance goes on where the log was followed to, as a running service begins at the head. */
  let observedTo: Position | 'start' = 'start';

  /** What one running instance has in memory; a new one is a restart. */
  const makeInstance = () => {
    const { observe, recent } = createRecentEvents();
    const store = { ...log, recent };
    const real = createExecutor(store);
    const execute: Execute = (...args) => (between.execute?.(real.execute) ?? real.execute)(...args);
    const executor: Executor = { execute, load: real.load };
    const stuck = ({ error }: { readonly error: unknown }): void => onError(error);
    const ports = { feed: log, checkpoints, onError, onStuck: stuck };
    const radar = createDuplicateRadar({ executor: real, sighted, catalog, onError });
    const runners = processes.map((process) =>
      process.name === orderToCash.name
        ? createProcessRunner(process, real, { ...ports, feed: radar.watched(log) }, radar.hold)
        : createProcessRunner(process, real, ports),
    );
    const app = makeApplication({
      executor: real,
      store,
      catalog,
      claims,
      clock,
      sealableJournals: async () => sealed.next,
      closeChecklist: () => Promise.reject(new Error('none here')),
    });
    /** Follows the log as the shared tail of a running service does; answers with how far it is. */
    const follow = async (): Promise<string> => {
      for (;;) {
        const { events, throughPosition } = await log.readAfter(observedTo, 1_000);
        if (throughPosition === observedTo) return observedTo === 'start' ? '' : observedTo;
        const page = { after: observedTo, events, through: throughPosition };
        observe(page);
        real.observe(page);
        observedTo = throughPosition;
      }
    };
    return { store, executor, real, runners, app, follow };
  };
  let instance = makeInstance();
  const signal = new AbortController().signal;

  const think = async (): Promise<void> => {
    for (const runner of instance.runners) while (await runner.step(signal));
    while (await createOutboxFeeder({ feed: log, checkpoints, outbox, onError })());
  };

  const runItem = async (item: OutboxItem): Promise<boolean> => {
    const { store, executor, follow } = instance;
    try {
      await runStep({ executor, store, catalog, clock, ...partners }, item, await follow());
      await outbox.done([item.intentId]);
      return true;
    } catch (error) {
      problems.push(error);
      if (error instanceof Killed) instance = makeInstance();
      await outbox.retry(item, { class: 'Test', detail: String(error) }, backoffMs(1, 1, 2));
      return false;
    }
  };

  /** Works until no process has anything to say and no intent is due. `attemptsMax` bounds failing steps. */
  const settle = async (attemptsMax = 40): Promise<void> => {
    for (let failures = 0; failures < attemptsMax; ) {
      await think();
      const items = await outbox.take('test', 64, 60_000);
      if (items.length === 0) {
        if (failures === 0 || (await outbox.counts()).retrying === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
      for (const item of items) if (!(await runItem(item))) failures += 1;
    }
  };

  const as = (role: string, changes: Partial<CommandContext> = {}): CommandContext =>
    contextOf(newUlid(), { actor: { kind: 'USER', id: role, roles: [role] }, occurredAt: clock(), ...changes });

  /** A business unit of its own with the demonstration's master data. What does not refer to each other is written together. */
  const newBusinessUnit = async (bu: string): Promise<void> => {
    const { app } = instance;
    const [kits, goods] = [
      demoItems.filter(({ kind }) => kind === 'KIT'),
      demoItems.filter(({ kind }) => kind !== 'KIT'),
    ];
    const limits = [
      { customer: 'C-1001', limit: '500000000' },
      { customer: 'C-1002', limit: '10000' },
    ];
    await must(app.defineBusinessUnit({ ...demoBusinessUnit, bu }, as('admin')));
    await Promise.all(demoNodes.map((node) => must(app.defineNode({ ...node, bu }, as('admin')))));
    await Promise.all(goods.map((item) => must(app.defineItem({ ...item, bu }, as('admin')))));
    await Promise.all(kits.map((item) => must(app.defineItem({ ...item, bu }, as('admin')))));
    await must(app.definePriceList({ ...demoPriceList, bu }, as('admin')));
    await Promise.all([
      must(app.publishTaxCodes({ ...demoTaxCodes, bu }, as('admin'))),
      ...demoCustomers.map((customer) => must(app.defineCustomer({ ...customer, bu }, as('admin')))),
    ]);
    await Promise.all(limits.map((one) => must(app.setCreditLimit({ bu, ...one, currency: 'USD' }, as('finance')))));
  };

  return {
    connectionString: database.connectionString,
    pool: database.pool,
    log,
    claims,
    checkpoints,
    outbox,
    sighted,
    catalog,
    clock,
    partners,
    problems,
    sealed,
    between,
    settle,
    think,
    as,
    newBusinessUnit,
    app: () => instance.app,
    executor: () => instance.real,
    runners: () => instance.runners,
    restart: (): void => {
      instance = makeInstance();
    },
    close: async (): Promise<void> => {
      await log.close();
      await database.close();
    },
  };
};

export type World = Awaited<ReturnType<typeof createWorld>>;
