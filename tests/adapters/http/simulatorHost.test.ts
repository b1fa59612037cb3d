import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { openAppendOnlyFile } from '../../../adapters/http/appendOnlyFile.ts';
import type { ServeSimulatorOptions } from '../../../adapters/http/simulatedPartner.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { byHand, calm, effectsOf, quickHttp, strike, troubleOf, withFolder } from './peer.ts';

/** A partner that remembers words. */
const startWords = (options: Partial<ServeSimulatorOptions> = {}) =>
  serveSimulator({ name: 'words', ...options }, ({ record }) => {
    const words: string[] = [];
    return {
      routes: [
        {
          operation: 'say',
          method: 'POST',
          path: '/words/:word',
          handle: ({ params }) => {
            record({ word: params.word });
            return { status: 201, body: { said: words.length } };
          },
        },
      ],
      apply: (entry) => words.push(String((entry as { word: unknown }).word)),
      state: () => ({ words }),
    };
  });

const say = (url: string, word: string) =>
  quickHttp(url, { attemptsMax: 1, timeoutMs: 20_000 }).send({
    operation: 'say',
    method: 'POST',
    path: `/words/${word}`,
    repeatable: false,
  });

const withWords = async (work: (url: string) => Promise<void>): Promise<void> => {
  const running = await startWords();
  try {
    await work(running.url);
  } finally {
    await running.close();
  }
};

const wordsOf = async (url: string) => (await effectsOf(url)).words as readonly string[] | undefined;

const faultsOf = async (url: string) =>
  ((await (await fetch(`${url}/control/faults`)).json()) as { readonly faults: readonly unknown[] }).faults;

/** Leaves at the partner's word that it has the request: on a busy machine a clock says nothing about that. */
const sayAndLeave = async (url: string, word: string, hasIt: () => Promise<boolean>): Promise<void> => {
  const leaving = new AbortController();
  const waiting = fetch(`${url}/words/${word}`, { method: 'POST', signal: leaving.signal });
  while (!(await hasIt())) await delay(5);
  leaving.abort();
  await expect(waiting).rejects.toThrow();
};

/** A partner with a route that answers at once, and one that waits until its caller has gone. */
const startWaiting = (told: {
  readonly signals: AbortSignal[];
  readonly onAsked: () => void;
  readonly onGone: () => void;
}) =>
  serveSimulator({ name: 'waiting' }, () => ({
    routes: [
      {
        operation: 'ask',
        method: 'GET',
        path: '/now',
        handle: ({ signal }) => {
          told.signals.push(signal);
          return { status: 200, body: {} };
        },
      },
      {
        operation: 'ask',
        method: 'GET',
        path: '/later',
        handle: async ({ signal }) => {
          told.onAsked();
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
          told.onGone();
          return { status: 200, body: {} };
        },
      },
    ],
    apply: () => {},
    state: () => ({}),
  }));

describe('a caller who goes away', () => {
  test('ends the waiting of a route; one who has the whole answer ends nothing', async () => {
    const asked = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const signals: AbortSignal[] = [];
    const running = await startWaiting({ signals, onAsked: asked.resolve, onGone: gone.resolve });
    try {
      // The second answer on the same connection comes after the first response was closed.
      for (const _ of [1, 2]) expect((await fetch(`${running.url}/now`)).status).toBe(200);
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
      const leaving = new AbortController();
      const waiting = fetch(`${running.url}/later`, { signal: leaving.signal });
      await asked.promise;
      leaving.abort();
      await expect(waiting).rejects.toThrow();
      await gone.promise;
    } finally {
      await running.close();
    }
  });
});

describe('faults on request', () => {
  test.each([
    ['fail', 'SERVER_ERROR', []],
    ['drop', 'NETWORK', []],
    ['lose-answer', 'NETWORK', ['a']],
  ])('%s is %s and leaves %p behind', async (mode, trouble, left) => {
    await withWords(async (url) => {
      await strike(url, { mode });
      expect(await troubleOf(say(url, 'a'))).toBe(trouble);
      expect(await wordsOf(url)).toEqual(left);
    });
  });

  test('refuse answers a business no without effect; a fault may name one request and a number of times', async () => {
    await withWords(async (url) => {
      await strike(url, { mode: 'refuse', match: '/words/b', times: 2, code: 'NotThisWord' });
      expect((await say(url, 'a')).status).toBe(201);
      expect((await say(url, 'b')).body).toContain('NotThisWord');
      expect((await say(url, 'b')).status).toBe(422);
      expect((await say(url, 'b')).status).toBe(201);
      expect(await wordsOf(url)).toEqual(['a', 'b']);
    });
  });

  test('delay lets the effect happen before or after the caller has gone', async () => {
    await withWords(async (url) => {
      await strike(url, { mode: 'delay', ms: 60_000 });
      await sayAndLeave(url, 'early', async () => (await wordsOf(url))?.length === 1);
      expect(await wordsOf(url)).toEqual(['early']);
      await strike(url, { mode: 'delay', ms: 3_000, when: 'before' });
      await sayAndLeave(url, 'late', async () => (await faultsOf(url)).length === 0);
      expect(await wordsOf(url)).toEqual(['early']);
      while ((await wordsOf(url))?.length === 1) await delay(20);
      expect(await wordsOf(url)).toEqual(['early', 'late']);
    });
  });

  test('duplicate delivers twice, reorder lets the next one overtake, malformed answers rubbish', async () => {
    await withWords(async (url) => {
      await strike(url, { mode: 'duplicate' });
      await say(url, 'twice');
      await strike(url, { mode: 'reorder', ms: 60_000 });
      const slow = say(url, 'first');
      while ((await faultsOf(url)).length > 0) await delay(5);
      await say(url, 'second');
      await slow;
      expect(await wordsOf(url)).toEqual(['twice', 'twice', 'second', 'first']);
      await strike(url, { mode: 'malformed' });
      const { body } = await say(url, 'x');
      expect(() => JSON.parse(body)).toThrow();
    });
  });

  test('a fault without a number of times lasts until it is cleared, and a fault that is none is refused', async () => {
    await withWords(async (url) => {
      await byHand(url, '/control/faults', { mode: 'fail' });
      for (let tries = 0; tries < 3; tries += 1) expect(await troubleOf(say(url, 'a'))).toBe('SERVER_ERROR');
      await calm(url);
      expect((await say(url, 'a')).status).toBe(201);
      await expect(strike(url, { mode: 'explode' })).rejects.toThrow('422');
    });
  });
});

describe('the door', () => {
  test('asks for the credentials it was given', async () => {
    const running = await startWords({ authorization: 'Bearer right' });
    expect(await troubleOf(say(running.url, 'a'))).toBe('CREDENTIALS');
    const right = quickHttp(running.url, { headers: () => ({ authorization: 'Bearer right' }) });
    const answer = await right.send({ operation: 'say', method: 'POST', path: '/words/a', repeatable: false });
    expect(answer.status).toBe(201);
    await running.close();
  });

  test('takes no body that a web page could send unasked, and no address it does not have', async () => {
    await withWords(async (url) => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ mode: 'explode', times: 0 });
      const unknown = await fetch(`${url}/control/faults`, { method: 'POST', headers, body });
      expect(await unknown.text()).toMatch(/Not a fault\. mode: .*fail.*drop.*; times: /);
      const plain = await fetch(`${url}/control/faults`, { method: 'POST', body: '{"mode":"fail"}' });
      expect(plain.status).toBe(415);
      expect((await fetch(`${url}/words/%E0%A4%A`, { method: 'POST' })).status).toBe(404);
      expect((await fetch(`${url}/words/`, { method: 'POST' })).status).toBe(404);
      expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    });
  });
});

describe('memory', () => {
  test('a restart knows what was acknowledged, and a line torn by a kill is forgotten', async () => {
    await withFolder(async (directory) => {
      const first = await startWords({ directory });
      await say(first.url, 'kept');
      await first.close();
      const path = join(directory, 'words.jsonl');
      await appendFile(path, '{"word":"to');
      const second = await startWords({ directory });
      expect(await wordsOf(second.url)).toEqual(['kept']);
      await say(second.url, 'next');
      await second.close();
      expect(await readFile(path, 'utf8')).toBe('{"word":"kept"}\n{"word":"next"}\n');
    });
  });

  test('a damaged line in the middle stops the start instead of being skipped', async () => {
    await withFolder(async (directory) => {
      const path = join(directory, 'words.jsonl');
      await appendFile(path, '{"word":"a"}\nrubbish\n{"word":"b"}\n');
      expect(() => openAppendOnlyFile(path)).toThrow(SyntaxError);
    });
  });
});
