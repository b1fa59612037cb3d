import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, type Server } from 'node:http';
import type { Express } from 'express';
import supertest from 'supertest';
import { httpRetryPolicy } from '../../adapters/http/resilience.ts';
import { signerOf } from '../../adapters/notary/signingKey.ts';
import { createAgentCalls } from '../../adapters/postgres/agentCalls.ts';
import { createClaims } from '../../adapters/postgres/claims.ts';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createExportStore } from '../../adapters/postgres/evidenceExports.ts';
import { createTreeReads } from '../../adapters/postgres/evidenceTree.ts';
import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { makeApp } from '../../api/app.ts';
import { makeAuthenticate } from '../../api/credentials.ts';
import { type ApiDeps, defaultApiConfig, noTracing } from '../../api/deps.ts';
import { makePolicyStreams } from '../../api/evidence/policyStreams.ts';
import { type Role, roles } from '../../api/permissions.ts';
import { type Asking, makeReads, type Reads } from '../../api/reads.ts';
import { createEventStream } from '../../api/stream/follow.ts';
import { buildVerifier } from '../../api/verifier/verifier.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Answered, requireConformance } from './conformance.ts';
import { type FakeApplication, makeFakeApplication } from './fakeApplication.ts';

/** One key for all: what is signed with it is checked with it. */
const { privateKey } = generateKeyPairSync('ed25519');
const signer = signerOf(privateKey);

type LogLine = {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
};

export type TestApi = {
  readonly app: Express;
  readonly deps: ApiDeps;
  readonly fake: FakeApplication;
  readonly log: PostgresLog;
  readonly database: TestDatabase<never>;
  readonly lines: LogLine[];
  readonly close: () => Promise<void>;
};

export const keyOf = (role: Role): string => `test_${role}_${'k'.repeat(32)}`;

const secondAdmin = `test_admin2_${'k'.repeat(32)}`;

const withKeys = roles.filter((role) => role !== 'agent');

export const keys = {
  ...(Object.fromEntries(withKeys.map((role) => [role, keyOf(role)])) as Record<(typeof withKeys)[number], string>),
  admin2: secondAdmin,
  agents: { erp: keyOf('agent') },
};

/** An outside system that nothing is routed to. */
export const adapterNamed = (name: string): ApiDeps['adapters'][number] => ({
  ...{ name, protocol: 'REST', routes: [], mappingVersion: 'of-a-test', retryPolicy: httpRetryPolicy },
});

/** The real edge, read side, claims and log on a database of its own; `changes` may put another write side behind it. */
export const makeTestApi = async (changes: Partial<ApiDeps> = {}): Promise<TestApi> => {
  const database = await createTestDatabase<never>();
  const log = createPostgresLog({ connectionString: database.connectionString, pool: database.pool });
  const fake = makeFakeApplication();
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields: fields as Record<string, unknown>, message });
  };
  const reads = makeReads(database.db, orLogUnavailable);
  const eventStream = createEventStream({
    source: { page: reads.streamPage, end: reads.streamEnd, consumersNow: reads.consumersNow, log },
    ...{ onError: () => {}, onReaders: () => {} },
  });
  const agentCalls = createAgentCalls(database.db, database.connectionString, () => {});
  const deps: ApiDeps = {
    application: fake.application,
    operations: fake.operations,
    adapters: [
      ...['erp', 'wms'].map(adapterNamed),
      { ...adapterNamed('wms-feed'), hasOwnWorker: true },
      adapterNamed('tax'),
    ],
    agents: { desk: agentCalls.desk, systems: ['erp', 'wms'] },
    ...{ reads, eventStream },
    claims: createClaims(database.pool),
    log: { store: log, feed: log },
    evidence: {
      tree: createTreeReads(database.db),
      policyStreams: makePolicyStreams(log),
      verifier: buildVerifier,
      exports: createExportStore(database.db),
      signer,
    },
    personal: { open: async () => new Map(), note: () => true },
    requestTrail: { note: () => {} },
    authenticate: makeAuthenticate({ keys }),
    clock: () => new Date().toISOString(),
    health: [],
    metrics: {
      observeRequest: () => {},
      countIdempotency: () => {},
      expose: async () => ({ contentType: 'text/plain', text: '' }),
    },
    tracing: noTracing,
    logger: { info: at('info'), warn: at('warn'), error: at('error') },
    config: defaultApiConfig,
    ...changes,
  };
  const app = makeApp(deps);
  const close = async (): Promise<void> => {
    await stopListening(app);
    await eventStream.close();
    await agentCalls.close();
    await log.close();
    await database.close();
  };
  return { app, deps, fake, log, database, lines, close };
};

/** `deps.reads` in which some questions are answered by a test. */
export const answering = ({ reads }: ApiDeps, answers: Partial<Reads>): Reads => {
  const answered = <Known>(asking: Asking<Known>): Asking<Known> => ({
    ...asking,
    reads: { ...asking.reads, ...answers },
  });
  return {
    ...reads,
    ...answers,
    asking: (models) => answered(reads.asking(models)),
    reporting: (models, knownAsOf) => answered(reads.reporting(models, knownAsOf)),
  };
};

export type CallOptions = {
  readonly role?: Role | 'nobody';
  readonly token?: string;
  readonly body?: unknown;
  /** Sent as it is, e.g. text that is not JSON. */
  readonly raw?: string | Buffer;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
};

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'HEAD' | 'OPTIONS';

const headersOf = (method: Method, options: CallOptions): Record<string, string> => {
  const token = options.token ?? (options.role === 'nobody' ? undefined : keyOf(options.role ?? 'channel'));
  const isWrite = method === 'POST' || method === 'PUT';
  return {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(isWrite && { 'content-type': 'application/json' }),
    ...(isWrite && options.key !== null && { 'idempotency-key': options.key ?? randomUUID() }),
    ...options.headers,
  };
};

type Listening = { readonly server: Server; readonly connections: Agent };

const listening = new WeakMap<Express, Promise<Listening>>();

/** One server for each application, and connections that are kept: thousands of calls would open thousands of each. */
const serverOf = (app: Express): Promise<Listening> => {
  const known = listening.get(app);
  if (known !== undefined) return known;
  // It ends no connection that is idle: a call that is on its way just then would be lost.
  const server = createServer({ keepAliveTimeout: 0 }, app);
  // That of an application which a test makes for a call or two stays open; it holds no process.
  server.unref();
  server.listen(0, '127.0.0.1');
  const started = once(server, 'listening').then(() => ({ server, connections: new Agent({ keepAlive: true }) }));
  listening.set(app, started);
  return started;
};

/** Cuts off whoever is still answered. The next call begins anew. */
export const stopListening = async (app: Express): Promise<void> => {
  const started = listening.get(app);
  if (started === undefined) return;
  listening.delete(app);
  const { server, connections } = await started;
  connections.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
};

/** One call, whose answer is held against the OpenAPI document whatever it is. */
export const call = async (
  api: Pick<TestApi, 'app'>,
  method: Method,
  path: string,
  options: CallOptions = {},
): Promise<Answered> => {
  const { server, connections } = await serverOf(api.app);
  const request = supertest(server)[method.toLowerCase() as 'get'](path).agent(connections);
  for (const [name, value] of Object.entries(headersOf(method, options))) request.set(name, value);
  const payload = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  if (payload !== undefined) request.serialize((value: unknown) => value as string).send(payload);
  const response = await request.ok(() => true);
  const answer: Answered = {
    status: response.status,
    headers: response.headers as Record<string, string>,
    body: response.body as Record<string, unknown>,
    text: response.text,
  };
  if (method !== 'HEAD' && path.startsWith('/v1/') && path !== '/v1/openapi.json')
    requireConformance(method, path, answer);
  return answer;
};
