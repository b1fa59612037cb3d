import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LogUnavailable } from '../../../domain/eventLog.ts';
import { appended, batchOf, newStream, readAll, readFeed } from '../../contracts/logFixtures.ts';
import { selfSigned } from '../../support/eventstoredb/certificate.ts';
import { openEventStoreDbLog } from '../../support/eventstoredb/log.ts';
import { startTestServer, type TestServer } from '../../support/eventstoredb/server.ts';

describe('EventStoreDB behind TLS with a private authority and a password', () => {
  let folder: string;
  let server: TestServer;
  let authority: string;
  const user = { name: 'admin', password: 'p@ss:word' };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-'));
    const tls = selfSigned();
    authority = join(folder, 'ca.crt');
    await writeFile(authority, tls.certificate);
    server = await startTestServer({ tls, user });
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  const open = (password: string, options: string) => {
    const connectionString = `esdb://admin:${encodeURIComponent(password)}@127.0.0.1:${server.port()}${options}`;
    return openEventStoreDbLog({ connectionString, repeatMsMax: 300 });
  };

  it('appends, reads and follows', async () => {
    const log = open(user.password, `?tlsCAFile=${encodeURIComponent(authority)}`);
    const stream = newStream();
    await appended(log.append(stream, 'no-stream', batchOf(3)));
    expect(await readAll(log, stream)).toHaveLength(3);
    expect(await readFeed(log, 'start')).toHaveLength(3);
    await log.close();
  });

  it('does not take a refused password for an outage', async () => {
    const log = open('wrong', `?tlsCAFile=${encodeURIComponent(authority)}`);
    const outcome = await log.append(newStream(), 'no-stream', batchOf(1)).catch((error: unknown) => error);
    expect(outcome).not.toBeInstanceOf(LogUnavailable);
    expect(outcome).toMatchObject({ type: 'access-denied' });
    await expect(readAll(log, newStream())).rejects.toMatchObject({ type: 'access-denied' });
    await log.close();
  });

  it('trusts no server that the authority does not vouch for', async () => {
    const log = open(user.password, '');
    await expect(log.append(newStream(), 'no-stream', batchOf(1))).rejects.toThrow(LogUnavailable);
    await log.close();
  });
});
