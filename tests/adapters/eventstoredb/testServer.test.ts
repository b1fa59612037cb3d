import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent, NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../../support/eventstoredb/server.ts';

// What the adapter does not use, but another client of the same server does: without credentials it asks for the
// server's features and appends by batch.
describe('the test server, with the client as it comes', () => {
  let server: TestServer;
  let client: EventStoreDBClient;
  beforeAll(async () => {
    server = await startTestServer();
    client = EventStoreDBClient.connectionString(`esdb+discover://127.0.0.1:${server.port()}?tls=false`);
  });
  afterAll(async () => {
    await client.dispose();
    await server.close();
  });
  const event = () => jsonEvent({ id: randomUUID(), type: 'Happened', data: { n: 1 } });

  it('takes batch appends and answers conflicts with the actual revision', async () => {
    const stream = `order-${randomUUID()}`;
    const first = await client.appendToStream(stream, [event(), event()], { expectedRevision: NO_STREAM });
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 1n });
    const conflict = client.appendToStream(stream, event(), { expectedRevision: 5n });
    await expect(conflict).rejects.toBeInstanceOf(WrongExpectedVersionError);
    await expect(conflict).rejects.toMatchObject({ actualVersion: 1n });
    const missing = client.appendToStream(`${stream}x`, event(), { expectedRevision: 5n });
    await expect(missing).rejects.toMatchObject({ actualVersion: 'no_stream' });
  });

  it('writes a batch again that is sent with the current revision, as the real one does', async () => {
    const stream = `order-${randomUUID()}`;
    const batch = [event(), event()];
    await client.appendToStream(stream, batch, { expectedRevision: NO_STREAM });
    expect(await client.appendToStream(stream, batch, { expectedRevision: NO_STREAM })).toMatchObject({
      nextExpectedRevision: 1n,
    });
    expect(await client.appendToStream(stream, batch, { expectedRevision: 1n })).toMatchObject({
      nextExpectedRevision: 3n,
    });
  });

  it('keeps what it acknowledged over a torn last line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'torn-'));
    const one = await startTestServer({ file: join(folder, 'log') });
    one.storage().append('order-1', 'no-stream', []);
    const before = one.storage().all.length;
    await one.close();
    await appendFile(join(folder, 'log'), '{"s":"order-2","c":"1","e":[["half');
    const two = await startTestServer({ file: join(folder, 'log') });
    expect(two.storage().all).toHaveLength(before);
    await two.close();
    await rm(folder, { recursive: true });
  });
});
