import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The part of Emmett that is measured, in our words: its packages are installed apart, so their types are not here. */
type SQL = { readonly __sql: never };
export type PeerEvent = {
  readonly type: string;
  readonly data: { readonly orderId: string };
  readonly metadata: object;
};

type EventStore = {
  readonly appendToStream: (
    stream: string,
    events: readonly PeerEvent[],
    options: { readonly expectedStreamVersion: string },
  ) => Promise<unknown>;
  readonly schema: { readonly migrate: () => Promise<unknown> };
  readonly close: () => Promise<void>;
};

type Consumer = {
  readonly projector: (options: { readonly processorId: string; readonly projection: unknown }) => unknown;
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
};

type EmmettPostgresql = {
  readonly getPostgreSQLEventStore: (connectionString: string) => EventStore;
  readonly postgreSQLRawSQLProjection: (options: {
    readonly name: string;
    readonly canHandle: readonly string[];
    readonly evolve: (event: PeerEvent) => SQL;
    readonly init: () => SQL;
  }) => unknown;
  readonly postgreSQLEventStoreConsumer: (options: object) => Consumer;
};

type Dumbo = { readonly SQL: (strings: TemplateStringsArray, ...values: readonly unknown[]) => SQL };

const folder = import.meta.dirname;
const noStream = 'STREAM_DOES_NOT_EXIST';

/** Installs the peer on the first use. Throws a sentence with the command to run by hand. */
const installed = async (): Promise<void> => {
  if (existsSync(join(folder, 'node_modules'))) return;
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder }).catch((cause: unknown) => {
    throw new Error('Emmett could not be installed. Run: npm ci --prefix tests/bench/peer', { cause });
  });
};

const loaded = async () => {
  await installed();
  const require = createRequire(join(folder, 'package.json'));
  const main = require('@event-driven-io/emmett-postgresql') as EmmettPostgresql;
  const dumbo = require('@event-driven-io/dumbo') as Dumbo;
  return { ...main, SQL: dumbo.SQL };
};

/** Large batches and no pause between them: its own are 100 events and 50 ms. */
const pulling = { batchSize: 2_000, pullingFrequencyInMs: 0 };

/** Emmett on a database of ours, with an order-status projection as its documentation shows one: an upsert per event. */
export const openEmmett = async (connectionString: string) => {
  const { getPostgreSQLEventStore, postgreSQLRawSQLProjection, postgreSQLEventStoreConsumer, SQL } = await loaded();
  const store = getPostgreSQLEventStore(connectionString);
  await store.schema.migrate();
  const append = async (stream: string, events: readonly PeerEvent[]): Promise<void> => {
    await store.appendToStream(stream, events, { expectedStreamVersion: noStream });
  };
  /** Seconds until every event of `types` is in the table `name`. */
  const catchUp = async (name: string, types: readonly string[]): Promise<number> => {
    const projection = postgreSQLRawSQLProjection({
      name,
      canHandle: types,
      init: () =>
        SQL`create table if not exists emmett_order_status (run text, order_id text, status text, primary key (run, order_id))`,
      evolve: ({ type, data }) => SQL`insert into emmett_order_status (run, order_id, status)
        values (${name}, ${data.orderId}, ${type}) on conflict (run, order_id) do update set status = excluded.status`,
    });
    const consumer = postgreSQLEventStoreConsumer({ connectionString, pulling, stopWhen: { noMessagesLeft: true } });
    consumer.projector({ processorId: name, projection });
    const startedAt = performance.now();
    await consumer.start();
    const seconds = (performance.now() - startedAt) / 1_000;
    await consumer.close();
    return seconds;
  };
  return { append, catchUp, close: () => store.close() };
};
