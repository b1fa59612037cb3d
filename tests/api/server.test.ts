import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeApp } from '../../api/app.ts';
import { answerBrokenRequests } from '../../api/request/brokenRequests.ts';
import { startServer } from '../../api/server.ts';
import { leastMs, msOf } from '../support/leastMs.ts';
import { answering, keyOf, makeTestApi, type TestApi } from './testApi.ts';

let api: TestApi;
beforeAll(async () => {
  api = await makeTestApi();
});
afterAll(() => api.close());

describe('the server itself', () => {
  const rawAnswer = (port: number, text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk.toString();
        if (answer.includes('\r\n\r\n')) socket.end();
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });

  test('H28 refuses what could be read in two ways', async () => {
    const server = await startServer(api.app, { host: '127.0.0.1', port: 0 });
    const head = `POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keyOf('channel')}\r\n`;
    try {
      expect(await rawAnswer(server.port, `${head}Transfer-Encoding: xchunked\r\n\r\n`)).toMatch(/^HTTP\/1\.1 501 /);
      expect(
        await rawAnswer(server.port, `${head}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`),
      ).toMatch(/^HTTP\/1\.1 400 /);
      expect(await rawAnswer(server.port, `${head}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`)).toMatch(
        /^HTTP\/1\.1 400 /,
      );
      expect(await rawAnswer(server.port, 'GET /v1/orders HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
      expect(await rawAnswer(server.port, `${head}X-Pad: ${'x'.repeat(17_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    } finally {
      await server.stop();
    }
  });

  const problemIn = (answer: string) => {
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^Content-Type: application\/problem\+json; charset=utf-8\r$/m);
    expect(head).toMatch(/^Connection: close$/m);
    const { detail, correlationId, ...rest } = JSON.parse(body) as Record<string, unknown>;
    expect([typeof detail, head.includes(`\r\nX-Correlation-Id: ${correlationId}\r\n`)]).toEqual(['string', true]);
    return rest;
  };

  test('what never becomes a request is answered with a problem document too', async () => {
    const server = await startServer(api.app, { host: '127.0.0.1', port: 0 });
    const large = `GET /v1/orders HTTP/1.1\r\nHost: x\r\nX-Pad: ${'x'.repeat(17_000)}\r\n\r\n`;
    try {
      expect(problemIn(await rawAnswer(server.port, 'no HTTP at all\r\n\r\n'))).toEqual({
        ...{ type: '/problems/malformed-request', title: 'The request is malformed' },
        ...{ status: 400, code: 'MALFORMED_REQUEST', instance: '/' },
      });
      expect(problemIn(await rawAnswer(server.port, 'GET /v1/orders HTTP/1.1\r\n\r\n'))).toMatchObject({
        ...{ status: 400, code: 'MALFORMED_REQUEST' },
      });
      expect(problemIn(await rawAnswer(server.port, large))).toMatchObject({ status: 431, code: 'HEADERS_TOO_LARGE' });
    } finally {
      await server.stop();
    }
  });

  test('a request that did not arrive in time may be sent again, and is told so', async () => {
    const server = createServer({ headersTimeout: 1, requestTimeout: 2, connectionsCheckingInterval: 5 });
    answerBrokenRequests(server);
    await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
    try {
      const answer = await rawAnswer((server.address() as AddressInfo).port, 'GET /v1/orders HTTP/1.1\r\n');
      expect(answer).toMatch(/^Retry-After: 1\r$/m);
      expect(problemIn(answer)).toMatchObject({ status: 408, code: 'REQUEST_TIMEOUT' });
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  });

  const oneRequest = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';
  /** A connection that has had one answer and is kept open by the caller. */
  const keptAfterAnswer = (port: number): Promise<{ head: string; ended: Promise<void>; close: () => void }> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(oneRequest));
      const ended = new Promise<void>((end) => socket.once('close', () => end()));
      socket.on('error', reject);
      socket.once('data', (chunk) => resolve({ head: chunk.toString(), ended, close: () => socket.destroy() }));
      socket.once('close', () => reject(new Error('closed without an answer')));
    });

  test('keeps an idle connection for longer than a load balancer does', async () => {
    const server = await startServer(api.app, { host: '127.0.0.1', port: 0 });
    const kept = await keptAfterAnswer(server.port);
    expect(kept.head).toMatch(/^keep-alive: timeout=65\b/im);
    kept.close();
    await server.stop();
  });

  test('H29 idle connections make room when there are too many', async () => {
    const server = await startServer(api.app, { host: '127.0.0.1', port: 0, connectionsMax: 2 });
    const idle = [await keptAfterAnswer(server.port), await keptAfterAnswer(server.port)];
    await expect(keptAfterAnswer(server.port)).rejects.toThrow();
    await Promise.all(idle.map(({ ended }) => ended));
    const next = await keptAfterAnswer(server.port);
    expect(next.head).toMatch(/^HTTP\/1\.1 200 /);
    next.close();
    await server.stop();
  });

  test('stops in time with idle and busy connections open', async () => {
    const slow = makeApp({ ...api.deps, reads: answering(api.deps, { listOrders: () => new Promise(() => {}) }) });
    const stops = async () => {
      const server = await startServer(slow, { host: '127.0.0.1', port: 0 });
      const idle = connect(server.port, '127.0.0.1');
      idle.on('error', () => {});
      const headers = { authorization: `Bearer ${keyOf('channel')}` };
      const busy = fetch(`${server.url}/v1/orders`, { headers }).catch(() => 'cut');
      await new Promise((resolve) => setTimeout(resolve, 200));
      const took = await msOf(() => server.stop(500));
      expect(await busy).toBe('cut');
      idle.destroy();
      return took;
    };
    expect(await leastMs(2_000, stops)).toBeLessThan(2_000);
  });

  test('a port that is taken is said to be', async () => {
    const server = await startServer(api.app, { host: '127.0.0.1', port: 0 });
    await expect(startServer(api.app, { host: '127.0.0.1', port: server.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await server.stop();
  });
});
