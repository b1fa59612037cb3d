import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { noSnapshots } from '../../../commands/deciding/snapshots.ts';
import { newUlid } from '../../../commands/eventIds.ts';
import { createExecutor, executorLimits } from '../../../commands/handle.ts';
import { sealWith } from '../../../commands/personal/sealDecided.ts';
import { type EventStore, type Recorded, type StreamName, streamName } from '../../../domain/eventLog.ts';
import { demoCustomers } from '../../../domain/masterData/demo.ts';
import { customerDecider } from '../../../domain/masterData/masterData.ts';
import { sealedIn } from '../../../domain/personal/sealedText.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { openEventStoreDbLog } from '../../support/eventstoredb/log.ts';
import { startTestServer } from '../../support/eventstoredb/server.ts';
import { openTestPersonal } from '../../support/personal.ts';
import { contextOf } from '../commandContext.ts';

let personal: Awaited<ReturnType<typeof openTestPersonal>>;
let log: EventStore;

/** The real log in Postgres, and one in EventStoreDB over its wire protocol; keys are in Postgres beside both. */
const logs = {
  Postgres: async ({ connectionString, pool }: TestDatabase<never>) => {
    const opened = createPostgresLog({ connectionString, pool });
    return { log: opened, close: opened.close };
  },
  EventStoreDB: async () => {
    const server = await startTestServer();
    const opened = openEventStoreDbLog({ connectionString: server.connectionString });
    const close = async (): Promise<void> => {
      await opened.close();
      await server.close();
    };
    return { log: opened, close };
  },
};

const executorOn = (store: EventStore) =>
  createExecutor(store, {}, executorLimits, noSnapshots, sealWith(personal.vault));

const definition = (customer: string, name: string) => ({
  ...(demoCustomers[0] as (typeof demoCustomers)[number]),
  ...{ bu: 'ACME', customer, name },
});

const define = (customer: string, name: string) =>
  ({ type: 'Define', definition: definition(customer, name) }) as const;
const streamOf = (customer: string): StreamName => streamName('customer', 'ACME', customer);

const stored = async (stream: StreamName): Promise<readonly Recorded[]> => {
  const events: Recorded[] = [];
  for await (const event of log.read(stream)) events.push(event);
  return events;
};
const opened = async (text: string): Promise<string> => {
  const words = sealedIn(text);
  expect(words.map((word) => word.text)).toEqual([text]);
  return (await personal.vault.open(words)).get(text) as string;
};
const nameIn = ({ data }: Pick<Recorded, 'data'>): string => (data as { readonly name: string }).name;

describe.each(['Postgres', 'EventStoreDB'] as const)('what a decider answers, with the log in %s,', (where) => {
  let database: TestDatabase<never>;
  let running: Awaited<ReturnType<(typeof logs)[typeof where]>>;
  beforeAll(async () => {
    database = await createTestDatabase();
    personal = await openTestPersonal(database.pool);
    running = await logs[where](database);
    log = running.log;
  });
  afterAll(async () => {
    await running.close();
    await database.close();
  });

  test('O-30: is sealed before it is appended, answered or remembered', async () => {
    const executor = executorOn(log);
    const stream = streamOf('S-1');
    const done = await executor.execute(customerDecider, stream, define('S-1', 'Ida Blum'), contextOf(newUlid()));
    if (done.kind !== 'done') throw new Error('refused');
    const [event] = await stored(stream);
    const name = nameIn(event as Recorded);
    expect(await opened(name)).toBe('Ida Blum');
    expect(done.events.map(nameIn)).toEqual([name]);
    expect(done.state.current?.name).toBe(name);
    expect((await executor.load(customerDecider, stream)).state.current?.name).toBe(name);
    expect((await executorOn(log).load(customerDecider, stream)).state.current?.name).toBe(name);
    const [word] = sealedIn(name);
    expect(word).toMatchObject({ subject: 'customer:ACME.S-1', eventId: event?.eventId, field: 'name' });
  });

  test('of commands that are decided together is sealed each for itself, and the later ones see it sealed', async () => {
    const executor = executorOn(log);
    const stream = streamOf('S-2');
    const names = Array.from({ length: 20 }, (_, index) => `Ida Blum ${index}`);
    const asked = names.map((name) =>
      executor.execute(customerDecider, stream, define('S-2', name), contextOf(newUlid())),
    );
    const seen = executor.load(customerDecider, stream);
    const states = (await Promise.all(asked)).map((done) => ('state' in done ? done.state.current?.name : ''));
    const events = await stored(stream);
    expect(await Promise.all(events.map((event) => opened(nameIn(event))))).toEqual(names);
    expect(states).toEqual(events.map(nameIn));
    expect((await seen).state.current?.name).toBe(nameIn(events.at(-1) as Recorded));
  });

  test('is the same bytes when it is decided again, whoever wrote meanwhile', async () => {
    const stream = streamOf('S-3');
    await executorOn(log).execute(customerDecider, stream, define('S-3', 'first'), contextOf(newUlid()));
    const seen: unknown[] = [];
    const context = contextOf(newUlid());
    const store: EventStore = {
      read: log.read,
      append: async (name, expected, events) => {
        seen.push(nameIn(events[0]));
        // Another instance is faster, once.
        if (seen.length === 1)
          await executorOn(log).execute(customerDecider, stream, define('S-3', 'second'), contextOf(newUlid()));
        return log.append(name, expected, events);
      },
    };
    const slow = executorOn(store);
    await slow.load(customerDecider, stream);
    await slow.execute(customerDecider, stream, define('S-3', 'third'), context);
    expect(seen.length).toBe(2);
    expect(new Set(seen).size).toBe(1);
    const again = await executorOn(log).execute(customerDecider, stream, define('S-3', 'third'), context);
    expect(again).toMatchObject({ kind: 'done', duplicate: true });
    expect((await stored(stream)).map(nameIn).at(-1)).toBe(seen[0]);
  });

  test('that is sealed for its subject already is carried along; what is sealed for others is not', async () => {
    const executor = executorOn(log);
    await executor.execute(customerDecider, streamOf('S-4'), define('S-4', 'Ida Blum'), contextOf(newUlid()));
    const [event] = await stored(streamOf('S-4'));
    const word = nameIn(event as Recorded);
    await executor.execute(
      customerDecider,
      streamOf('S-4'),
      { type: 'Define', definition: { ...definition('S-4', word), termsDays: 99 } },
      contextOf(newUlid()),
    );
    expect((await stored(streamOf('S-4'))).map(nameIn)).toEqual([word, word]);
    await executor.execute(customerDecider, streamOf('S-5'), define('S-5', `${word}⟦x`), contextOf(newUlid()));
    await executor.execute(customerDecider, streamOf('S-6'), define('S-6', word), contextOf(newUlid()));
    const foreign = [...(await stored(streamOf('S-5'))), ...(await stored(streamOf('S-6')))];
    expect(await Promise.all(foreign.map((one) => opened(nameIn(one))))).toEqual(['[personal][x', '[personal]']);
  });

  test('is not written when no key can be had', async () => {
    const broken = { ...personal.vault, sealsFor: () => Promise.reject(new Error('no keys')) };
    const executor = createExecutor(log, {}, executorLimits, noSnapshots, sealWith(broken));
    await expect(
      executor.execute(customerDecider, streamOf('S-7'), define('S-7', 'Ida Blum'), contextOf(newUlid())),
    ).rejects.toThrow('no keys');
    expect(await stored(streamOf('S-7'))).toEqual([]);
  });
});
