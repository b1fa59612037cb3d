import { describe, expect, test } from '@jest/globals';
import { troubleOf } from '../http/peer.ts';
import { type Act, calls, hostilePeer, sayBytes, sayJson } from './peer.ts';

const head = (more: string) => `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${more}\r\n`;
const html = '<!doctype html><title>Sign in</title><p>Your session has expired.';

/** A byte now and then, for ever: every pause is short, the whole is not. */
const drip: Act = (socket) => {
  socket.write(head('transfer-encoding: chunked\r\n'));
  const dripping = setInterval(() => socket.write('1\r\n{\r\n'), 20);
  socket.once('close', () => clearInterval(dripping));
};

const nobodyElse = 'http://127.0.0.1:9/elsewhere';

/** What is no answer at all, and no business "no" either. */
const rubbish: Readonly<Record<string, Act>> = {
  'a page for people': sayBytes(
    `HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: ${html.length}\r\n\r\n${html}`,
  ),
  'a page for people with 404': sayBytes(`HTTP/1.1 404 Not Found\r\ncontent-length: ${html.length}\r\n\r\n${html}`),
  'nothing, with 200': sayJson(''),
  'nothing, with 204': sayBytes('HTTP/1.1 204 No Content\r\n\r\n'),
  null: sayJson('null'),
  'a list': sayJson('[]'),
  'an empty object': sayJson('{}'),
  'an error inside a 200': sayJson('{"error":{"code":"Conflict","message":"It did not work."}}'),
  'another error shape with 400': sayJson('{"errors":["no"]}', 400),
  'half of a JSON text': sayJson('{"number":"SO-1","externalDocu'),
  'an answer cut off before its end': sayBytes(`${head('content-length: 500\r\n')}{"number":"SO-1"`),
  'a chunk cut off': sayBytes(`${head('transfer-encoding: chunked\r\n')}ff\r\n{"number":`),
  'a redirect': sayBytes(`HTTP/1.1 302 Found\r\nlocation: ${nobodyElse}\r\ncontent-length: 0\r\n\r\n`),
  'another protocol': sayBytes('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  'bytes that are no HTTP': sayBytes(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28])),
  'a head without end': (socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(40_000)}`),
  'a connection reset after the request was read': (socket) => void socket.resetAndDestroy(),
  silence: () => {},
  'a byte now and then': drip,
  'JSON nested a million deep': sayJson('['.repeat(1_000_000)),
};

const endless: ReadonlySet<string> = new Set(['silence', 'a byte now and then']);

/** The connections of calls that were given up are closed, not only forgotten. */
const closes = async (peer: Awaited<ReturnType<typeof hostilePeer>>): Promise<boolean> => {
  for (let tries = 0; tries < 2_000 && peer.openSockets() > 1; tries += 1)
    await new Promise((go) => setTimeout(go, 20));
  return peer.openSockets() <= 1;
};

describe('what is no answer and no business no is trouble, ends in time and leaves no connection behind', () => {
  test.each(Object.entries(rubbish))('%s', async (name, act) => {
    const results = await Promise.all(
      Object.entries(calls).map(async ([call, ask]) => {
        const peer = await hostilePeer(act);
        const trouble = await troubleOf(ask(peer));
        return {
          call,
          trouble,
          requests: peer.operations.length,
          isClosed: !endless.has(name) || (await closes(peer)),
        };
      }),
    );
    for (const result of results) {
      expect(result).toMatchObject({
        trouble: expect.stringMatching(/^(BAD_RESPONSE|NETWORK|TIMEOUT)$/),
        isClosed: true,
      });
      // At most two tries and two looks for what an unclear call may have done.
      expect(result.requests).toBeLessThanOrEqual(8);
    }
  });
});

/** Well-formed, and nobody can make anything of it. */
const meaningless: Readonly<Record<string, Act>> = {
  'an empty object': sayJson('{}'),
  'half of a JSON text': sayJson('{"number":"SO-1","externalDocu'),
  'another error shape with 400': sayJson('{"errors":["no"]}', 400),
};

describe('an answer that is not understood is counted as a failed call and never as a successful one', () => {
  test.each(Object.entries(meaningless))('%s', async (_name, act) => {
    for (const [call, ask] of Object.entries(calls)) {
      // Answered at once, so nothing waits for this long.
      const peer = await hostilePeer(act, { timeoutMs: 30_000 });
      await troubleOf(ask(peer));
      // Whether the order is there already is asked first, and that is answered well.
      const outcomes = peer.reports.flatMap(({ operation, outcome }) => (operation === 'findOrder' ? [] : [outcome]));
      expect([call, [...new Set(outcomes)]]).toEqual([call, ['BAD_RESPONSE']]);
    }
  });
});
