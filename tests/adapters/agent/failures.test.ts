import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { agentChecks } from '../../../api/wiring/agents.ts';
import type { AgentCall } from '../../../commands/ports.ts';
import { call } from '../../api/testApi.ts';
import { agentKey, startWithAgents, type WithAgents } from '../../support/throughAgent.ts';
import { get, partner, status } from '../http/answering.ts';
import { quickHttp, troubleOf } from '../http/peer.ts';

let service: WithAgents;
beforeAll(async () => {
  service = await startWithAgents();
});
afterAll(() => service.close());

const never = new AbortController().signal;
const create = { operation: 'make', method: 'POST', path: '/thing', body: '{}', repeatable: false } as const;

const aCall = (changes: Partial<AgentCall> = {}): AgentCall => ({
  ...{ system: 'erp', operation: 'make', method: 'POST', path: '/thing', headers: {}, body: '{}' },
  ...{ timeoutMs: 10_000, answerBytesMax: 1_000 },
  ...changes,
});

const http = (options: Parameters<typeof quickHttp>[1] = {}, system = 'erp') =>
  quickHttp('', { ...service.reached(system), partner: system, ...options });

/** An agent that takes a call and does what the test does with it. */
const takenBy = async (system: string, name = 'by-hand') => {
  const link = service.linkOf(system, { name });
  const { calls } = await link.take(1, never);
  return { link, call: calls[0], callId: calls[0]?.callId ?? '' };
};

const present = async (system: string): Promise<void> => {
  await service.linkOf(system).take(0, never);
};

const gone = (system: string, since: string) =>
  sql`update ops.agent set seen_at = ${since}::timestamptz where system = ${system}`.execute(service.api.database.db);

describe('O-47: what is carried', () => {
  test('goes there as it is but for what lets the agent in, and comes back as it is', async () => {
    const seen: unknown[] = [];
    const peer = await partner(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { authorization, 'idempotency-key': key, 'x-their-own': own, host } = request.headers;
      seen.push([request.method, request.url, authorization, key, own, host, Buffer.concat(chunks).toString()]);
      response.writeHead(409, { 'retry-after': '7', 'set-cookie': 'a=b' }).end('{"nul":"\u0000","kept":"é⟦⟧"}');
    });
    const agent = await service.startAgent({ system: 'erp', url: `${peer.url}/base/`, authorization: 'Bearer local' });
    const headers = { 'Idempotency-Key': 'K-1', authorization: 'Bearer ours', host: 'elsewhere', 'x-their-own': '1' };
    const outcome = await service.carry(aCall({ path: '/thing?a=%2Fb', headers, body: '{"é":"⟦⟧\\n"}' }), undefined);
    expect(outcome).toEqual({ kind: 'answered', status: 409, retryAfter: '7', body: '{"nul":"\u0000","kept":"é⟦⟧"}' });
    const host = new URL(peer.url).host;
    expect(seen).toEqual([['POST', '/base/thing?a=%2Fb', 'Bearer local', 'K-1', '1', host, '{"é":"⟦⟧\\n"}']]);
    await agent.close();
  });

  test('is done once by one of two agents, however many calls there are', async () => {
    const asked: string[] = [];
    const peer = await partner((request, response) => {
      asked.push(request.url ?? '');
      response.end(`{"to":"${request.url}"}`);
    });
    const at = { system: 'erp', url: peer.url };
    const agents = [
      await service.startAgent(at, { name: 'one' }),
      await service.startAgent(at, { name: 'two', callsMax: 2 }),
    ];
    const paths = Array.from({ length: 40 }, (_, index) => `/thing/${index}`);
    const outcomes = await Promise.all(paths.map((path) => service.carry(aCall({ path }), undefined)));
    expect(outcomes).toEqual(
      paths.map((path) => ({ kind: 'answered', status: 200, retryAfter: null, body: `{"to":"${path}"}` })),
    );
    expect(asked.sort()).toEqual(paths.toSorted());
    for (const agent of agents) await agent.close();
  });

  test('is answered over a restart of the service', async () => {
    const arrived = Promise.withResolvers<() => void>();
    const peer = await partner((_request, response) => arrived.resolve(() => void response.end('{"late":true}')));
    const agent = await service.startAgent({ system: 'erp', url: peer.url });
    const outcome = service.carry(aCall({ timeoutMs: 60_000 }), undefined);
    const answer = await arrived.promise;
    await service.restart(async () => answer());
    expect(await outcome).toMatchObject({ kind: 'answered', body: '{"late":true}' });
    await agent.close();
  });
});

describe('O-47: what goes wrong on the way', () => {
  test('a call that its agent was killed with is not sent again when it must not be, and a late answer is nobody’s', async () => {
    await present('erp');
    const calling = troubleOf(http({ timeoutMs: 5_000 }).send(create));
    const { link, callId } = await takenBy('erp');
    expect(await calling).toBe('TIMEOUT');
    expect(await link.answer(callId, { kind: 'answered', status: 201, retryAfter: null, body: '{}' })).toBe(false);
  });

  test('a call that no agent took is certainly not done, so whatever it is it may be sent again', async () => {
    await present('erp');
    const outcome = await service.carry(aCall({ timeoutMs: 1 }), undefined);
    expect(outcome).toEqual({ kind: 'not-taken' });
    expect(await troubleOf(http({ timeoutMs: 1, attemptsMax: 1 }).send(create))).toBe('NETWORK');
    const { rows } = await sql`select 1 from ops.agent_call where operation = 'make'`.execute(service.api.database.db);
    expect(rows).toEqual([]);
  });

  test('a call whose agent went away before it had it all is handed to another', async () => {
    await present('erp');
    const outcome = service.carry(aCall(), undefined);
    const leaving = new AbortController();
    const who = { system: 'erp', agent: 'leaving', version: '1' };
    const { desk } = service.api.deps.agents;
    const [first] = await desk.take(who, { max: 1, waitMs: 5_000 }, leaving.signal);
    leaving.abort();
    const { link, callId } = await takenBy('erp');
    expect(callId).toBe(first?.callId);
    expect(await link.answer(callId, { kind: 'answered', status: 200, retryAfter: null, body: '' })).toBe(true);
    expect(await outcome).toMatchObject({ kind: 'answered', body: '' });
  });

  test('where the agent finds nobody even a call that must not be repeated is sent again; a lost connection is another thing', async () => {
    let connects = 0;
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const lost = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    const failing = (error: Error) => async () => {
      connects += 1;
      throw error;
    };
    const at = { system: 'erp', url: 'http://127.0.0.1:9' };
    const unreachable = await service.startAgent(at, { toPartner: failing(refused) });
    const trouble = await http({ attemptsMax: 3 })
      .send(create)
      .catch((error: unknown) => error);
    expect([connects, trouble]).toEqual([3, expect.objectContaining({ class: 'NETWORK' })]);
    expect(String(trouble)).toContain('the agent of erp finds nobody at its address (ECONNREFUSED)');
    await unreachable.close();
    connects = 0;
    const unsure = await service.startAgent(at, { toPartner: failing(lost) });
    expect([await troubleOf(http({ attemptsMax: 3 }).send(create)), connects]).toEqual(['NETWORK', 1]);
    await unsure.close();
  });

  test('who gives up ends the call at once, and takes it back', async () => {
    await present('erp');
    const giveUp = new AbortController();
    const outcome = service.carry(aCall({ timeoutMs: 86_400_000 }), giveUp.signal);
    const { link, callId } = await takenBy('erp');
    giveUp.abort();
    expect(await outcome).toEqual({ kind: 'unanswered' });
    expect(await link.answer(callId, { kind: 'failed', failure: 'TIMEOUT', code: null })).toBe(false);
  });

  test('rows of those who were killed are swept away', async () => {
    const { db } = service.api.database;
    await sql`insert into ops.agent_call (call_id, system, operation, method, path, headers, answer_bytes_max, due_at)
      values (gen_random_uuid(), 'erp', 'old', 'GET', '/', '{}', 1, now() - interval '1 hour')`.execute(db);
    const { createCarrying } = await import('../../../adapters/postgres/agents/carrying.ts');
    const carrying = createCarrying(
      db,
      () => {},
      () => {},
    );
    await carrying.sweep();
    await carrying.close();
    expect((await sql`select 1 from ops.agent_call where operation = 'old'`.execute(db)).rows).toEqual([]);
  });
});

describe('O-47: an agent that is away is told of by name', () => {
  test('in what fails, by the breaker, by readiness and in the list of adapters, until it is back', async () => {
    const states: string[] = [];
    const client = http(
      { attemptsMax: 1, breakerFailures: 2, onBreaker: (_, state) => void states.push(state) },
      'idle',
    );
    const failure = async () => String(await client.send(get).catch((error: unknown) => error));
    expect(await failure()).toContain('no agent of idle is there, none has ever asked for calls');
    await present('idle');
    await gone('idle', '2026-11-30T10:00:00Z');
    expect(await failure()).toContain(
      'no agent of idle is there, the last one asked for calls at 2026-11-30T10:00:00.000Z',
    );
    expect(await failure()).toContain('the breaker is open');
    expect(states).toEqual(['open']);
    const check = agentChecks(service.api.database.db, ['idle'])[0]?.check;
    expect(await check?.()).toEqual({ ready: true, detail: 'of idle none since 2026-11-30T10:00:00.000Z' });
    const peer = await partner(status(200));
    const agent = await service.startAgent({ system: 'idle', url: peer.url });
    expect(await check?.()).toEqual({ ready: true });
    expect((await http({}, 'idle').send(get)).status).toBe(200);
    await agent.close();
  });

  test('`/v1/ops/adapters` has it for each adapter that goes through it', async () => {
    await present('erp');
    await gone('erp', '2026-11-30T10:00:00Z');
    const erp = service.api.deps.adapters.find(({ name }) => name === 'erp');
    if (erp === undefined) throw new Error('there is no adapter erp');
    const { makeApp } = await import('../../../api/app.ts');
    const adapters = [
      { ...erp, agentOf: 'erp' },
      { ...erp, name: 'tax' },
    ];
    const answer = await call({ app: makeApp({ ...service.api.deps, adapters }) }, 'GET', '/v1/ops/adapters', {
      role: 'ops',
    });
    expect(answer.body.items).toMatchObject([
      { name: 'erp', agent: { agents: 0, lastSeenAt: '2026-11-30T10:00:00.000Z' } },
      { name: 'tax', agent: null },
    ]);
  });
});

describe('O-47: a hostile agent', () => {
  test('answers nothing but what an agent of its system was handed, once', async () => {
    await present('erp');
    const outcome = service.carry(aCall({ timeoutMs: 60_000 }), undefined);
    const stored = async () =>
      (await sql<{ id: string }>`select call_id::text as id from ops.agent_call`.execute(service.api.database.db))
        .rows[0]?.id;
    let callId = await stored();
    while (callId === undefined) callId = await stored();
    const lie = { kind: 'answered', status: 200, retryAfter: null, body: 'a lie' } as const;
    expect(await service.linkOf('erp').answer(callId, lie)).toBe(false);
    const { link, callId: taken } = await takenBy('erp');
    expect(taken).toBe(callId);
    expect((await service.linkOf('wms').take(0, never)).system).toBe('wms');
    expect(await service.linkOf('wms').answer(callId, lie)).toBe(false);
    const failed = { kind: 'failed', failure: 'NEVER_CONNECTED', code: null } as const;
    expect(await service.linkOf('wms').answer(callId, failed)).toBe(false);
    const right = { ...lie, body: 'right' };
    expect([await link.answer(callId, right), await link.answer(callId, lie)]).toEqual([true, false]);
    expect(await outcome).toEqual(right);
  });

  test('fills no memory: an answer is read as far as it was wanted', async () => {
    await present('erp');
    const outcome = service.carry(aCall({ answerBytesMax: 10 }), undefined);
    const { link, callId } = await takenBy('erp');
    const long = { kind: 'answered', status: 200, retryAfter: null, body: 'x'.repeat(9_000_000) } as const;
    await link.answer(callId, long).catch(() => false);
    await link.answer(callId, { ...long, body: 'x'.repeat(11) });
    expect(await outcome).toEqual({ kind: 'failed', failure: 'TOO_LARGE', code: null });
  });

  test('is known by one of twenty names at most', async () => {
    const { desk } = service.api.deps.agents;
    for (let n = 0; n < 25; n += 1)
      await desk.take({ system: 'wms', agent: `a${n}`, version: '1' }, { max: 0, waitMs: 0 }, never);
    const { rows } = await sql`select agent from ops.agent where system = 'wms'`.execute(service.api.database.db);
    expect(rows).toHaveLength(20);
  });

  test('has no system by a token without one, nor one that is called at its address', async () => {
    const { makeApp } = await import('../../../api/app.ts');
    const api = { app: makeApp({ ...service.api.deps, agents: { ...service.api.deps.agents, systems: ['wms'] } }) };
    const body = { agent: 'a', version: '1', max: 0, waitMs: 0 };
    const answer = await call(api, 'POST', '/v1/agent-calls', { role: 'agent', body });
    expect([answer.status, answer.body.detail]).toEqual([404, 'erp is not reached through an agent here.']);
  });
});

/** The program itself, as it is started where the partner is. */
const startProcess = (env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, ['api/main.js'], {
    cwd: new URL('../../..', import.meta.url),
    env: { PATH: process.env.PATH ?? '', ROLE: 'agent', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as unknown, said }));
  return { child, ended };
};

test('O-47: the program runs as an agent, without a database, until it is told to end', async () => {
  const { said, code } = await startProcess({ AGENT_SERVICE_URL: 'http://elsewhere.example' }).ended;
  expect([code, said]).toEqual([1, expect.stringContaining('AGENT_SERVICE_URL must be an https:// address')]);
  const peer = await partner((request, response) => response.end(`"${request.headers.authorization}"`));
  const settings = { AGENT_SERVICE_URL: service.url, AGENT_KEY: agentKey('erp'), AGENT_TARGET_URL: peer.url };
  const { child, ended } = startProcess({ ...settings, AGENT_TARGET_TOKEN: 'local' });
  await present('erp');
  const outcome = await service.carry(aCall({ timeoutMs: 120_000 }), undefined);
  expect(outcome).toMatchObject({ kind: 'answered', body: '"Bearer local"' });
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, said: '' });
});

test('a held request ends when its process stops, so that the agent goes to another one', async () => {
  const who = { system: 'wms', agent: 'held', version: '1' };
  const held = service.desk.take(who, { max: 1, waitMs: 86_400_000 }, never);
  service.letGo();
  expect(await held).toEqual([]);
});
