import { describe, expect, jest, test } from '@jest/globals';
import type { HttpRequest } from '../../../adapters/http/answers.ts';
import { AttemptFailed, repeats, retryAfterMsOf } from '../../../adapters/http/attempt.ts';
import { pauseOf } from '../../../adapters/http/resilience.ts';
import type { AttemptReport } from '../../../adapters/http/resilientHttp.ts';
import { PartnerUnavailable } from '../../../commands/partnerPorts.ts';
import { get, partner, status } from './answering.ts';
import { quickHttp, troubleOf } from './peer.ts';

const create: HttpRequest = { operation: 'make', method: 'POST', path: '/thing', body: '{}', repeatable: false };
describe('O-26: what is tried again', () => {
  test.each([
    408, 425, 429, 500, 502, 503, 504,
  ])('an answer %i to a repeatable call is tried again and then works', async (code) => {
    const peer = await partner((request, response, count) => status(count < 3 ? code : 200)(request, response));
    await expect(quickHttp(peer.url).send(get)).resolves.toEqual({ status: 200, body: '{}' });
    expect(peer.count()).toBe(3);
  });

  test.each([400, 404, 409, 422])('an answer %i is a business answer and is handed over at once', async (code) => {
    const peer = await partner(status(code));
    expect((await quickHttp(peer.url).send(get)).status).toBe(code);
    expect(peer.count()).toBe(1);
  });

  test.each([500, 503])('a call that must not be repeated is not sent again after %i', async (code) => {
    const peer = await partner(status(code));
    expect(await troubleOf(quickHttp(peer.url).send(create))).toBe('SERVER_ERROR');
    expect(peer.count()).toBe(1);
  });

  test('a call that must not be repeated is not sent again after a lost connection', async () => {
    const peer = await partner((_, response) => response.destroy());
    expect(await troubleOf(quickHttp(peer.url).send(create))).toBe('NETWORK');
    expect(peer.count()).toBe(1);
  });

  test('a call that must not be repeated is sent again after 429, which did nothing', async () => {
    const peer = await partner((request, response, count) => status(count === 1 ? 429 : 201)(request, response));
    expect((await quickHttp(peer.url).send(create)).status).toBe(201);
    expect(peer.count()).toBe(2);
  });

  test.each([
    [429, 'BUSY'],
    [408, 'TIMEOUT'],
    [500, 'SERVER_ERROR'],
    [401, 'CREDENTIALS'],
    [302, 'BAD_RESPONSE'],
  ] as const)('is what is declared: an answer %i is %s', async (code, trouble) => {
    for (const request of [get, create]) {
      const peer = await partner(status(code));
      expect(await troubleOf(quickHttp(peer.url, { attemptsMax: 3 }).send(request))).toBe(trouble);
      const again = repeats[trouble] === 'ALWAYS' || (repeats[trouble] === 'WHEN_REPEATABLE' && request.repeatable);
      expect({ again, tries: peer.count() }).toEqual({ again, tries: again ? 3 : 1 });
    }
  });

  test('pauses double up to a limit, chance takes part of each, and the partner is never asked sooner than it wants', () => {
    const pauseAfter = (attempt: number, retryAfterMs = 0) =>
      pauseOf(
        { attempt, result: { error: new AttemptFailed('BUSY', 'busy', { mayRepeat: true, retryAfterMs }) } },
        ...([200, 3_000] as const),
      );
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
    try {
      expect([1, 2, 3, 10].map((attempt) => pauseAfter(attempt))).toEqual([100, 200, 400, 1_500]);
      random.mockReturnValue(0);
      expect([pauseAfter(3), pauseAfter(3, 700)]).toEqual([0, 700]);
    } finally {
      random.mockRestore();
    }
  });

  test('tries are bounded', async () => {
    const peer = await partner(status(503));
    expect(await troubleOf(quickHttp(peer.url, { attemptsMax: 3 }).send(get))).toBe('SERVER_ERROR');
    expect(peer.count()).toBe(3);
  });

  test('missing or wrong credentials are trouble of ours, not a business answer, and are not tried again', async () => {
    const peer = await partner(status(401));
    expect(await troubleOf(quickHttp(peer.url).send(get))).toBe('CREDENTIALS');
    expect(peer.count()).toBe(1);
  });

  test('a redirect is not followed', async () => {
    const peer = await partner(status(302, { location: 'http://127.0.0.1:1/' }));
    expect(await troubleOf(quickHttp(peer.url).send(get))).toBe('BAD_RESPONSE');
  });
});

describe('time', () => {
  test('each try has a limit of its own', async () => {
    const peer = await partner((request, response, count) => {
      if (count >= 3) status(200)(request, response);
    });
    const startedMs = performance.now();
    expect((await quickHttp(peer.url, { timeoutMs: 100, attemptsMax: 50 }).send(get)).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(190);
  });

  test('a body that never ends is cut off by the same limit', async () => {
    const peer = await partner((_, response) => void response.writeHead(200).write('{'));
    expect(await troubleOf(quickHttp(peer.url, { timeoutMs: 100, attemptsMax: 1 }).send(get))).toBe('TIMEOUT');
  });

  test('the caller ends a call at once, also during the pause between two tries', async () => {
    const peer = await partner(status(503, { 'retry-after': '3' }));
    const giveUp = new AbortController();
    const http = quickHttp(peer.url, { backoffMaxMs: 3_000, attemptsMax: 2 });
    const call = troubleOf(http.send({ ...get, signal: giveUp.signal }));
    while (peer.count() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    giveUp.abort();
    expect(await call).toBe('ABORTED');
    expect(peer.count()).toBe(1);
  });

  test('Retry-After is honoured when it is short', async () => {
    const peer = await partner((request, response, count) =>
      count === 1 ? status(429, { 'retry-after': '1' })(request, response) : status(200)(request, response),
    );
    const startedMs = performance.now();
    expect((await quickHttp(peer.url, { backoffMaxMs: 2_000 }).send(get)).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(990);
  });

  test('a machine whose clock is set back meanwhile waits no longer than it was asked to', async () => {
    const peer = await partner((request, response, count) =>
      count === 1 ? status(503, { 'retry-after': '1' })(request, response) : status(200)(request, response),
    );
    const { send } = quickHttp(peer.url, { attemptsMax: 1 });
    expect(await troubleOf(send(get))).toBe('SERVER_ERROR');
    const now = jest.spyOn(Date, 'now').mockImplementation(() => 0);
    try {
      expect(await troubleOf(send(get))).toBe('BUSY');
      await new Promise((resolve) => setTimeout(resolve, 1_050));
      expect((await send(get)).status).toBe(200);
    } finally {
      now.mockRestore();
    }
  });

  test('after a long Retry-After nothing more is sent until it has passed', async () => {
    const peer = await partner(status(503, { 'retry-after': '1' }));
    const http = quickHttp(peer.url);
    expect(await troubleOf(http.send(get))).toBe('SERVER_ERROR');
    const busy: unknown = await http.send(get).catch((error: unknown) => error);
    expect(busy).toMatchObject({ class: 'BUSY', retryAfterMs: expect.any(Number) });
    expect((busy as PartnerUnavailable).retryAfterMs).toBeGreaterThan(0);
    expect(peer.count()).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await troubleOf(http.send(get))).toBe('SERVER_ERROR');
    expect(peer.count()).toBe(2);
  });

  test.each([
    ['120', 120_000],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 50_000],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['soon', 0],
    [null, 0],
  ])('Retry-After %p is %i ms at second 10', (header, expectedMs) => {
    expect(retryAfterMsOf(header, 10_000)).toBe(expectedMs);
  });
});

test('every try is reported with its outcome, and carries the trace and the newest credentials', async () => {
  const reports: AttemptReport[] = [];
  const headers: (string | undefined)[] = [];
  const peer = await partner((request, response, count) => {
    headers.push(request.headers.traceparent?.toString(), request.headers.authorization);
    status(count === 1 ? 503 : 404)(request, response);
  });
  let token = 0;
  const http = quickHttp(peer.url, {
    onAttempt: (report) => reports.push(report),
    traceparent: () => '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    headers: () => ({ authorization: `Bearer ${++token}` }),
  });
  await http.send(get);
  expect(reports.map(({ partner: name, operation, outcome }) => [name, operation, outcome])).toEqual([
    ['peer', 'ask', 'SERVER_ERROR'],
    ['peer', 'ask', 'refused'],
  ]);
  expect(headers).toEqual([
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'Bearer 1',
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'Bearer 2',
  ]);
});

test('an answer that is not understood is a failed try, is not sent again and leaves the breaker as it is', async () => {
  const reports: AttemptReport[] = [];
  const peer = await partner((request, response, count) => status(count % 2 === 0 ? 500 : 200)(request, response));
  const http = quickHttp(peer.url, {
    ...{ attemptsMax: 1, breakerFailures: 2 },
    onAttempt: (report) => reports.push(report),
  });
  const notUnderstood = (): never => {
    throw new PartnerUnavailable('peer', 'not understood', { class: 'BAD_RESPONSE' });
  };
  const outcomes = () => reports.map(({ outcome }) => outcome);
  expect(await troubleOf(http.send(get, notUnderstood))).toBe('BAD_RESPONSE');
  expect(await troubleOf(http.send(get))).toBe('SERVER_ERROR');
  expect(await troubleOf(http.send(get, notUnderstood))).toBe('BAD_RESPONSE');
  expect(outcomes()).toEqual(['BAD_RESPONSE', 'SERVER_ERROR', 'BAD_RESPONSE']);
  expect(http.breaker()).toBe('closed');
  expect(await troubleOf(http.send(get))).toBe('SERVER_ERROR');
  expect(http.breaker()).toBe('open');
});

test('an error tells the operation and the trouble, never a query, a body or a credential', async () => {
  const peer = await partner((_, response) => void response.writeHead(500).end('{"customer":"Jane Doe"}'));
  const http = quickHttp(peer.url, { attemptsMax: 1, headers: () => ({ authorization: 'Bearer s3cret' }) });
  const error = await http.send(get).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error('no error');
  const told = `${error.message} ${error.stack} ${String(error.cause)} ${JSON.stringify(error)}`;
  expect(error.message).toBe('peer: ask: answered 500');
  for (const secret of ['Jane', 's3cret', 'secret=42']) expect(told).not.toContain(secret);
});
