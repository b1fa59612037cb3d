import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../api/config.ts';
import { type RunningServer, startServer } from '../../api/server.ts';
import { selfSigned } from '../support/eventstoredb/certificate.ts';
import { makeTestApi, type TestApi } from './testApi.ts';

type Pair = ReturnType<typeof selfSigned>;

let api: TestApi;
let folder: string;
let server: RunningServer;
const errors: unknown[] = [];
const [first, second] = [selfSigned(), selfSigned()] as [Pair, Pair];
const files = () => ({ certificateFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') });

const write = async (certificate: Buffer, key: Buffer): Promise<void> => {
  await writeFile(files().certificateFile, certificate);
  await writeFile(files().keyFile, key);
};

beforeAll(async () => {
  api = await makeTestApi();
  folder = await mkdtemp(join(tmpdir(), 'throughline-tls-'));
  await write(first.certificate, first.key);
  server = await startServer(api.app, {
    ...{ host: '127.0.0.1', port: 0 },
    tls: { ...files(), lookEveryMs: 5, onError: (error) => errors.push(error) },
  });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  await api.close();
});

/** The status of a probe, and by what it was answered; `undefined`: this certificate is not trusted. */
const asked = (pair: Pair, agent: Agent | false = false) =>
  new Promise<{ readonly status: number | undefined; readonly protocol: string | null } | undefined>(
    (resolve, reject) => {
      const sent = request(`${server.url}/health/live`, { ca: pair.certificate, agent }, (response) => {
        const protocol = (response.socket as TLSSocket).getProtocol();
        response.resume().once('end', () => resolve({ status: response.statusCode, protocol }));
      });
      sent.once('error', (error: NodeJS.ErrnoException) =>
        /CERT|SIGNATURE|SELF_SIGNED/.test(error.code ?? '') ? resolve(undefined) : reject(error),
      );
      sent.end();
    },
  );

const until = async (pair: Pair): Promise<void> => {
  while ((await asked(pair)) === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('O-30: TLS', () => {
  test('what is asked over it is answered, what is asked in the clear is not', async () => {
    expect(server.url).toMatch(/^https:/);
    expect(await asked(first)).toEqual({ status: 200, protocol: expect.stringMatching(/^TLSv1\.[23]$/) });
    expect(await asked(second)).toBeUndefined();
    await expect(fetch(server.url.replace('https:', 'http:'))).rejects.toThrow();
  });

  test('who opens a connection and says nothing, or something else than TLS, does not keep it', async () => {
    const impatient = await startServer(api.app, {
      ...{ host: '127.0.0.1', port: 0 },
      tls: { ...files(), handshakeTimeoutMs: 20, onError: (error) => errors.push(error) },
    });
    for (const said of ['', 'GET /health/live HTTP/1.1\r\n\r\n']) {
      const socket = connect({ host: '127.0.0.1', port: impatient.port }, () => socket.write(said));
      socket.on('error', () => {});
      await new Promise((resolve) => socket.resume().once('close', resolve));
    }
    await impatient.stop();
    expect((await asked(first))?.status).toBe(200);
  });

  test('a renewed certificate is shown to new connections, and those that are open go on', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      expect((await asked(first, agent))?.status).toBe(200);
      await write(second.certificate, second.key);
      await until(second);
      expect(await asked(first)).toBeUndefined();
      expect((await asked(first, agent))?.status).toBe(200);
    } finally {
      agent.destroy();
    }
  });

  test('while the files do not belong together the old one stays, and somebody is told', async () => {
    errors.length = 0;
    await writeFile(files().certificateFile, first.certificate);
    while (errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await asked(second))?.status).toBe(200);
    await writeFile(files().keyFile, first.key);
    await until(first);
  });

  test('files that do not belong together, or are not there, start nothing', async () => {
    const other = join(folder, 'other.key');
    await writeFile(other, second.key);
    const start = (keyFile: string) =>
      startServer(api.app, {
        ...{ host: '127.0.0.1', port: 0 },
        tls: { certificateFile: files().certificateFile, keyFile, onError: () => {} },
      });
    await expect(start(other)).rejects.toThrow();
    await expect(start(join(folder, 'none'))).rejects.toThrow('ENOENT');
  });

  test('both files are named, or neither', () => {
    expect(() => readConfig({ TLS_CERT_FILE: 'tls.crt' })).toThrow('belong together');
    expect(readConfig({ TLS_CERT_FILE: 'tls.crt', TLS_KEY_FILE: 'tls.key' }).tls).toEqual({
      ...{ certificateFile: 'tls.crt', keyFile: 'tls.key' },
    });
    expect(readConfig({}).tls).toBeUndefined();
  });
});
