import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { createWakeups } from '../../adapters/postgres/wakeups.ts';
import { createWebhookDeliveries } from '../../adapters/postgres/webhookDeliveries.ts';
import { makeAddressRule } from '../../adapters/webhook/networks.ts';
import {
  createWebhookObjection,
  createWebhookTransport,
  type WebhookOptions,
} from '../../adapters/webhook/transport.ts';
import { waitOf } from '../../commands/keepGoing.ts';
import type { Vault } from '../../commands/personal/vault.ts';
import type { OrderHistory } from '../../commands/webhooks/toldOrders.ts';
import { type WebhookCalls, webhookCalls } from '../../commands/webhooks/webhookCalls.ts';
import { runWebhooks } from '../../commands/webhooks/webhookWorker.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { sealedIn } from '../../domain/personal/sealedText.ts';
import { eventPlaces } from '../../projections/eventIndex/queries.ts';
import { waitForPosition } from '../../projections/freshness.ts';
import { orders } from '../../projections/orders/projection.ts';
import type { ReadHandle } from '../../projections/readModel.ts';
import { readPlaces } from '../asOf/documents.ts';
import type { Config } from '../config.ts';
import type { Database } from './database.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock, type WriteSide } from './writeSide.ts';

/** A look for what is due costs a statement for everybody who listens, and none while nobody does. */
const lookEveryMs = 1_000;
const forgetEveryMs = 3_600_000;
const indexWaitMs = 5_000;

const optionsOf = ({ webhooks: { networks, plainHttp } }: Pick<Config, 'webhooks'>): WebhookOptions => ({
  isAllowed: makeAddressRule(networks),
  plainHttp,
});

export const makeWebhookCalls = (
  config: Pick<Config, 'webhooks'>,
  { projectionDb }: Pick<Database, 'projectionDb'>,
  { executor, catalog }: Pick<WriteSide, 'executor' | 'catalog'>,
): WebhookCalls =>
  webhookCalls({
    ...{ executor, catalog, deliveries: createWebhookDeliveries(projectionDb) },
    objection: createWebhookObjection(optionsOf(config)),
  });

/** What was not sealed, because nothing is, is what it says. */
export const revealWith =
  ({ open }: Pick<Vault, 'open'>) =>
  async (secrets: readonly string[]): Promise<readonly (string | undefined)[]> => {
    const words = secrets.flatMap(sealedIn);
    const opened = words.length === 0 ? new Map<string, string | null>() : await open(words);
    return secrets.map((secret) => (sealedIn(secret).length === 0 ? secret : (opened.get(secret) ?? undefined)));
  };

/** Where the events of an order lie is in a read model, which may be a moment behind. */
export const historyFrom =
  ({
    readDb,
    history,
  }: {
    readonly readDb: ReadHandle;
    readonly history: Pick<Database['history'], 'read'>;
  }): OrderHistory =>
  async (orderId, through) => {
    const isThere = await orLogUnavailable(() => waitForPosition(readDb, ['event_index'], through, indexWaitMs));
    if (!isThere) throw new LogUnavailable('the index of events is behind the log');
    const asked = { orderIds: [orderId], eventIds: [], types: [...orders.handles], position: through };
    return readPlaces(history, await orLogUnavailable(() => eventPlaces(readDb, asked)));
  };

export const webhookWorker =
  ({ config, database, personal, writeSide, metrics, logger }: Parts): Worker =>
  (signal) =>
    runWebhooks(
      {
        ...{ feed: database.tail, checkpoints: database.checkpoints, executor: writeSide.executor, clock: systemClock },
        deliveries: createWebhookDeliveries(database.projectionDb),
        history: historyFrom(database),
        transport: createWebhookTransport(optionsOf(config)),
        reveal: revealWith(personal.vault),
        wakeups: createWakeups(lookEveryMs),
        untilOld: waitOf(forgetEveryMs),
        onTried: metrics.countNotice,
        onError: (error, failures) => logger.warn({ err: error, failures }, 'webhooks could not be told'),
        onUntold: (orderId, error) =>
          logger.error({ orderId, err: error }, 'an order cannot be read, so nobody is told of it'),
      },
      signal,
    );
