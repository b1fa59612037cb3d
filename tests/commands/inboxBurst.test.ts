import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Application } from '../../commands/application.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { notice } from './feedServer.ts';
import { startTestWarehouse, stepUntil, type TestWarehouse } from './testInbox.ts';

const shipments = 1_000;
const each = 10;
/** `OUTAGE_MS=60000` runs the minute of the acceptance row. */
const outageMs = Number(process.env.OUTAGE_MS ?? '0');

let database: TestDatabase<never>;
let warehouse: TestWarehouse;
/** Connections that nobody else waits for: who holds the tables, and who looks. */
let holder: pg.Client;
let observer: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  const { connectionString } = database;
  [holder, observer] = [new pg.Client({ connectionString }), new pg.Client({ connectionString })];
  await Promise.all([holder.connect(), observer.connect()]);
  warehouse = await startTestWarehouse(database.db);
  await database.pool.query(
    'create table heard (n bigint generated always as identity, message_id text primary key, shipment_id text not null)',
  );
});
afterAll(async () => {
  await warehouse.close();
  await Promise.all([holder.end(), observer.end()]);
  await database.close();
});

/** What this process was told has become a row. */
const applied = new Set<string>();

/** What a message changes is a row in the same database. */
const application: Pick<Application, 'takeWarehouseMessage'> = {
  takeWarehouseMessage: async (_bu, { messageId, shipmentId }) => {
    await database.pool.query('insert into heard (message_id, shipment_id) values ($1, $2) on conflict do nothing', [
      ...[messageId, shipmentId],
    ]);
    applied.add(messageId);
    const receipt = { commandId: messageId, stream: 's', revision: 0, position: '1', recordedAt: '' };
    return { kind: 'done', value: { shipmentId }, receipt };
  },
};

/** Nothing that the inbox reads or writes there is answered until it is let go. */
const pausePostgres = async (): Promise<() => Promise<unknown>> => {
  await holder.query('begin');
  await holder.query('lock table heard, ops.checkpoint in access exclusive mode');
  return () => holder.query('commit');
};

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await delay(2);
};

const waiting = async (): Promise<number> => {
  const { rows } = await observer.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.n ?? 0;
};

test('S-24: of a burst of 10,000 messages during which the database stands still none is lost, and each shipment keeps its order', async () => {
  const messages = Array.from({ length: shipments * each }, (_, n) => notice(`M${n}`, `S${n % shipments}`));
  warehouse.feed.say(...messages.slice(0, messages.length / 2));
  const inbox = warehouse.inbox([], undefined, { application });
  const working = stepUntil(inbox, () => applied.size === messages.length);
  await until(() => applied.size > 500);
  const goOn = await pausePostgres();
  await until(async () => (await waiting()) > 0);
  warehouse.feed.say(...messages.slice(messages.length / 2));
  await delay(outageMs);
  await goOn();
  await working;
  const { rows } = await database.pool.query<{ shipment: string; messages: readonly string[] }>(
    'select shipment_id as shipment, array_agg(message_id order by n) as messages from heard group by 1',
  );
  expect(rows).toHaveLength(shipments);
  for (const { shipment, messages: taken } of rows)
    expect(taken).toEqual(Array.from({ length: each }, (_, n) => `M${Number(shipment.slice(1)) + n * shipments}`));
  expect(await warehouse.kept()).toEqual([]);
});
