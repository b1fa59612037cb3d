import type { ServerResponse } from 'node:http';
import { describe, expect, jest, test } from '@jest/globals';
import { get, partner, status } from './answering.ts';
import { quickHttp, troubleOf } from './peer.ts';

describe('breaker and bulkhead', () => {
  test('the breaker opens after failures, spares the partner, and recovers by one probe', async () => {
    let sick = true;
    const seen: string[] = [];
    const peer = await partner((request, response) => status(sick ? 500 : 200)(request, response));
    const http = quickHttp(peer.url, {
      attemptsMax: 1,
      breakerFailures: 3,
      breakerOpenMs: 600_000,
      onBreaker: (_, state) => seen.push(state),
    });
    for (let call = 0; call < 3; call += 1) expect(await troubleOf(http.send(get))).toBe('SERVER_ERROR');
    expect(await troubleOf(http.send(get))).toBe('BREAKER_OPEN');
    expect(http.breaker()).toBe('open');
    expect(peer.count()).toBe(3);
    sick = false;
    const later = Date.now() + 600_001;
    const now = jest.spyOn(Date, 'now').mockImplementation(() => later);
    try {
      expect((await http.send(get)).status).toBe(200);
    } finally {
      now.mockRestore();
    }
    expect(seen).toEqual(['open', 'half-open', 'closed']);
  });

  test('business answers and 429 do not open the breaker', async () => {
    const peer = await partner((request, response, count) => status(count % 2 === 0 ? 409 : 429)(request, response));
    const http = quickHttp(peer.url, { breakerFailures: 1 });
    for (let call = 0; call < 5; call += 1) await http.send(get);
    expect(http.breaker()).toBe('closed');
  });

  test('too many calls at once are turned away instead of piling up', async () => {
    const held: ServerResponse[] = [];
    const peer = await partner((_, response) => void held.push(response));
    const http = quickHttp(peer.url, { concurrentMax: 1, queuedMax: 1, timeoutMs: 5_000 });
    const first = http.send(get);
    const second = http.send(get);
    expect(await troubleOf(http.send(get))).toBe('BULKHEAD_FULL');
    while (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    held.shift()?.end('{}');
    await first;
    while (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    held.shift()?.end('{}');
    await second;
  });
});
