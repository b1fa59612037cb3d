import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createWakeups } from '../../adapters/postgres/wakeups.ts';
import { createWebhookDeliveries } from '../../adapters/postgres/webhookDeliveries.ts';
import { makeAddressRule } from '../../adapters/webhook/networks.ts';
import { createWebhookTransport } from '../../adapters/webhook/transport.ts';
import { historyFrom, revealWith } from '../../api/wiring/webhooks.ts';
import { toDomain } from '../../commands/codec.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { createExecutor } from '../../commands/handle.ts';
import { webhookStream } from '../../commands/webhooks/webhookCalls.ts';
import { runWebhooks, type WebhookWorkerPorts } from '../../commands/webhooks/webhookWorker.ts';
import { categoryOf } from '../../domain/eventLog.ts';
import type { NoticeType } from '../../domain/webhook/notices.ts';
import { type WebhookCommand, webhookDecider } from '../../domain/webhook/webhook.ts';
import { eventIndex } from '../../projections/eventIndex/projection.ts';
import { catchUp } from '../../projections/runner.ts';
import { createMemoryLog, type MemoryLog } from '../projections/memoryLog.ts';
import { createTestLog } from '../support/testLog.ts';
import { contextOf } from './commandContext.ts';

export type Got = {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Readonly<Record<'id' | 'type' | 'orderId' | 'position', string>> & Readonly<Record<string, unknown>>;
};

/** The verifier as receivers are shown it: the code of the README itself. */
export const readmeVerifier = async (): Promise<
  (secret: string, header: string, body: string, nowMs?: number) => boolean
> => {
  const readme = readFileSync(join(import.meta.dirname, '../../domain/webhook/README.md'), 'utf8');
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
  const { isGenuine } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return isGenuine;
};

/** An endpoint on a socket of its own that keeps what it got and answers as it is told. */
export const startEndpoint = async (answer: (response: ServerResponse, got: Got, count: number) => void) => {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const one = { headers: request.headers, text, body: JSON.parse(text) as Got['body'] };
      got.push(one);
      answer(response, one, got.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${address.port}/hooks`, got, close };
};

/** Waits for as long as a test may take. */
export const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await delay(10);
};

const secret = 'whsec_of_the_test';
const told = new Set(['order', 'allocation', 'shipment', 'invoice']);

/** The worker over a real log and real sockets. */
export const createWebhookRig = async () => {
  const { database, log } = await createTestLog();
  const executor = createExecutor(log);
  const deliveries = createWebhookDeliveries(database.db);
  const problems: unknown[] = [];
  const projection = { db: database.db, feed: log, decode: toDomain };
  const history = historyFrom({ readDb: database.db, history: log });

  const run = (changes: Partial<WebhookWorkerPorts> = {}): { readonly stop: () => Promise<void> } => {
    const stopping = new AbortController();
    const running = runWebhooks(
      {
        ...{ feed: log, checkpoints: createCheckpoints(database.db), executor, deliveries },
        history: async (orderId, through) => {
          await catchUp(projection, eventIndex);
          return history(orderId, through);
        },
        transport: createWebhookTransport({ isAllowed: makeAddressRule(['127.0.0.0/8']), plainHttp: true }),
        reveal: revealWith({ open: async () => new Map() }),
        clock: () => new Date().toISOString(),
        wakeups: createWakeups(20),
        untilOld: (signal) => delay(600_000, undefined, { signal }).catch(() => {}),
        onError: (error) => problems.push(error),
        onUntold: (_, error) => problems.push(error),
        waitsMs: Array.from({ length: 100 }, () => 5),
        ...changes,
      },
      stopping.signal,
    );
    const stop = (): Promise<void> => {
      stopping.abort();
      return running;
    };
    return { stop };
  };

  const tell = async (command: WebhookCommand): Promise<void> => {
    const executed = await executor.execute(webhookDecider, webhookStream(command), command, contextOf(newUlid()));
    if (executed.kind !== 'done') throw new Error(`not done: ${JSON.stringify(executed)}`);
  };

  const subscribe = async (
    url: string,
    events: readonly NoticeType[] | null = null,
    customers: readonly string[] | null = null,
  ) => {
    const of = { subscriptionId: newUlid(), bu: 'ACME', by: 'kim' };
    await tell({ type: 'SubscribeWebhook', ...of, url, events, customers, secretId: 'S-1', secret });
    return { ...of, secret };
  };

  /** Played again from its beginning, an order goes on where it was. */
  const already = new Map<string, number>();

  /** What happens to each order is appended in its order; orders go beside each other. */
  const play = async (orderIds: readonly string[], happens: (memory: MemoryLog, orderId: string) => void) =>
    Promise.all(
      orderIds.map(async (orderId) => {
        const memory = createMemoryLog();
        happens(memory, orderId);
        for (const event of memory.events.filter(({ stream }) => told.has(categoryOf(stream)))) {
          const { position: _, recordedAt: __, stream, revision, ...rest } = event;
          if (revision < (already.get(stream) ?? 0)) continue;
          await log.append(stream, revision === 0 ? 'no-stream' : revision - 1, [rest]);
          already.set(stream, revision + 1);
        }
      }),
    );
  const rows = async (subscriptionId: string) =>
    (
      await database.pool.query<{
        state: string;
        type: string;
        attempts: number;
        last_status: number;
        last_error: string;
      }>('select * from ops.webhook_delivery where subscription_id = $1 order by position, place', [subscriptionId])
    ).rows;

  return { database, log, executor, deliveries, problems, run, tell, subscribe, play, rows, close: database.close };
};

export type WebhookRig = Awaited<ReturnType<typeof createWebhookRig>>;
