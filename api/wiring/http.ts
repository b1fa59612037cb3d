import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { createRequestTrail } from '../../adapters/postgres/requestTrail.ts';
import { followForMetrics } from '../../adapters/telemetry/eventMetrics.ts';
import { makeMetrics } from '../../adapters/telemetry/metrics.ts';
import { toDomain } from '../../commands/codec.ts';
import type { AccessTrail } from '../../commands/personal/accessTrail.ts';
import type { PartnerLookups } from '../../commands/ports.ts';
import { consumerLags } from '../../projections/eventStream/consumerQueries.ts';
import { streamHeldSeconds } from '../../projections/eventStream/queries.ts';
import { caseFigures } from '../../projections/exceptions/queries.ts';
import { listProjections } from '../../projections/freshness.ts';
import { agentsSeen } from '../../projections/pauses/agents.ts';
import type { ReadHandle } from '../../projections/readModel.ts';
import { rebuildFigures } from '../../projections/rebuild/queries.ts';
import { breakFigures } from '../../projections/reconciliations/queries.ts';
import { stepBacklog } from '../../projections/stepBacklog.ts';
import { stuckCounts } from '../../projections/stuck.ts';
import { waitingDeliveries } from '../../projections/webhooks/queries.ts';
import { makeApp, makeProbes } from '../app.ts';
import { type Config, ConfigInvalid } from '../config.ts';
import { makeAuthenticate } from '../credentials.ts';
import { defaultApiConfig, type HealthCheck, type Log, type Tracing } from '../deps.ts';
import { systemsByAgent } from '../erpSystems.ts';
import { makePolicyStreams } from '../evidence/policyStreams.ts';
import { allKeys, embeddedKeys, isEmbeddedKey, type Keys, readKeys } from '../keys.ts';
import { makeReads } from '../reads.ts';
import { type ServerOptions, startServer } from '../server.ts';
import { createEventStream } from '../stream/follow.ts';
import { buildVerifier } from '../verifier/verifier.ts';
import { agentChecks, requireAgentKeys } from './agents.ts';
import { containmentChecks, groupReadings } from './containment.ts';
import type { Database } from './database.ts';
import { adaptersOf } from './declaredAdapters.ts';
import { type Evidence, evidenceCheck, sealingReadings } from './evidence.ts';
import { makeOperations } from './operations.ts';
import type { Personal } from './personal.ts';
import { systemClock, type WriteSide } from './writeSide.ts';

const numberOf = async (
  db: ReadHandle,
  query: ReturnType<typeof sql<{ n: number | null }>>,
  otherwise: number,
): Promise<number> => (await query.execute(db)).rows[0]?.n ?? otherwise;

const unmapped = sql<{ n: number }>`select count(*)::int as n from rm.gl_journal_state where state = 'UNMAPPED'`;

/** Of the lines of the newest journals, those whose origin is in the lineage graph. A bound keeps a scrape cheap on a long ledger. */
const completeRatio = sql<{ n: number | null }>`
  select avg(exists(select from rm.lineage_node n where n.id = l.from_node)::int)::float8 as n
  from (select journal_id from rm.gl_journal order by source_position desc limit 500) j
  join rm.gl_line l on l.journal_id = j.journal_id`;

/** A build that is being filled, or only kept, concerns no reader. */
const liveProjections = async (db: ReadHandle) => (await listProjections(db)).filter(({ live }) => live);

/** What a scrape asks the database; each question is one indexed statement. */
export const makeServiceMetrics = (
  config: Pick<Config, 'erp' | 'wms'>,
  { readDb, log }: { readonly readDb: ReadHandle; readonly log: Parameters<typeof sealingReadings>[1] },
  { tree }: Pick<Evidence, 'tree'>,
) =>
  makeMetrics({
    agents: () => agentsSeen(readDb, systemsByAgent(config)),
    deadLetters: async () =>
      Object.fromEntries((await stuckCounts(readDb)).map(({ consumer, deadLetters }) => [consumer, deadLetters])),
    blockedLanes: async () =>
      Object.fromEntries((await stuckCounts(readDb)).map(({ consumer, lanes }) => [consumer, lanes])),
    projectionLagSeconds: async () =>
      Object.fromEntries((await liveProjections(readDb)).map(({ name, lagMs }) => [name, lagMs / 1_000])),
    stepBacklogSeconds: async () =>
      Object.fromEntries((await stepBacklog(readDb)).map(({ adapter, ageSeconds }) => [adapter, ageSeconds])),
    groups: () => groupReadings(readDb),
    rebuilds: () => rebuildFigures(readDb),
    notices: () => waitingDeliveries(readDb),
    streamHeldSeconds: () => streamHeldSeconds(readDb),
    consumers: () => consumerLags(readDb),
    exceptions: () => caseFigures(readDb),
    reconBreaks: () => breakFigures(readDb),
    glUnmapped: () => numberOf(readDb, unmapped, 0),
    lineageCompleteRatio: () => numberOf(readDb, completeRatio, 1),
    sealing: () => sealingReadings(tree, log, Date.now()),
  });

/** Callers' keys: made once in embedded mode, read from KEYS_FILE otherwise. Embedded keys are refused outside. */
export const loadKeys = async (
  config: Config,
): Promise<{ readonly file: string | undefined; readonly keys: Keys | undefined }> => {
  const { keysFile } = config;
  if (config.embedded && keysFile === undefined) return embeddedKeys(config.dataDir);
  if (keysFile === undefined) return { file: undefined, keys: undefined };
  const keys = await readKeys(keysFile).catch((error: Error) => {
    throw new ConfigInvalid([`KEYS_FILE: ${error.message} A new set: npm run -s throughline -- new-keys > keys.json`]);
  });
  if (!config.embedded && allKeys(keys).some(isEmbeddedKey)) {
    throw new ConfigInvalid([
      `KEYS_FILE=${keysFile} holds keys made by an embedded start. Make new ones: npm run -s throughline -- new-keys > keys.json`,
    ]);
  }
  requireAgentKeys(config, keys);
  return { file: keysFile, keys };
};

const checks = (
  config: Pick<Config, 'alertDeadLetters' | 'erp' | 'wms'>,
  database: Database,
  evidence: Evidence,
): readonly HealthCheck[] => [
  {
    name: 'log',
    check: async () => {
      await database.log.head();
      return { ready: true };
    },
  },
  {
    name: 'read-models',
    check: async () => {
      const stopped = (await liveProjections(database.readDb)).filter(({ state }) => state === 'STOPPED');
      return stopped.length === 0
        ? { ready: true }
        : { ready: false, detail: `stopped: ${stopped.map(({ name }) => name).join(', ')}` };
    },
  },
  evidenceCheck(evidence),
  ...containmentChecks(database.readDb, config.alertDeadLetters),
  ...agentChecks(database.readDb, systemsByAgent(config)),
];

const version = async (): Promise<string> =>
  (JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string }).version;

const stopWithinMs = 2_500;

const tlsOf = ({ tls }: Config, logger: Log): Pick<ServerOptions, 'tls'> =>
  tls === undefined
    ? {}
    : { tls: { ...tls, onError: (error) => logger.error({ err: error }, 'the new certificate is not used') } };

type Serving = {
  /** Of the API; undefined in a role without it. */
  readonly url: string | undefined;
  /** Of `/health/live`, `/health/ready` and `/metrics`. */
  readonly healthUrl: string | undefined;
  readonly stop: () => Promise<void>;
};

/** A worker's own health and figures: what it counts of its calls to partners no other process knows. */
export const startProbes = async (parts: {
  readonly config: Config;
  readonly database: Database;
  readonly evidence: Evidence;
  readonly metrics: ReturnType<typeof makeServiceMetrics>;
  readonly logger: Log;
}): Promise<Serving> => {
  const { config, database, evidence, metrics, logger } = parts;
  if (config.probePort === undefined) return { url: undefined, healthUrl: undefined, stop: async () => {} };
  const app = makeProbes({ health: checks(config, database, evidence), metrics, logger });
  const server = await startServer(app, {
    host: config.host,
    port: config.probePort,
    ...tlsOf(config, logger),
  });
  return { url: undefined, healthUrl: server.url, stop: () => server.stop(stopWithinMs) };
};

export const startHttp = async (parts: {
  readonly config: Config;
  readonly keys: Keys | undefined;
  readonly database: Database;
  readonly evidence: Evidence;
  readonly personal: Personal;
  readonly trail: Pick<AccessTrail, 'note'>;
  readonly writeSide: WriteSide;
  readonly lookups: PartnerLookups;
  readonly metrics: ReturnType<typeof makeServiceMetrics>;
  readonly logger: Log;
  readonly tracing: Tracing;
}): Promise<Serving> => {
  const { config, keys, database, evidence, personal, trail, writeSide, lookups, metrics, logger, tracing } = parts;
  const requestTrail = createRequestTrail(database.projectionDb, {
    onLost: (entry) => logger.error({ ...entry }, 'an entry of the trail of requests is kept here alone'),
    onError: (error) => logger.warn({ err: error }, 'the trail of requests could not be written yet'),
  });
  const reads = makeReads(database.readDb, orLogUnavailable);
  const eventStream = createEventStream({
    source: {
      ...{ page: reads.streamPage, end: reads.streamEnd, consumersNow: reads.consumersNow },
      log: database.tail,
    },
    onError: (error, failures) => logger.warn({ err: error, failures }, 'the event stream could not be followed'),
    onReaders: metrics.setStreamReaders,
  });
  const app = makeApp({
    application: writeSide.application,
    operations: makeOperations(config, database, personal, writeSide, lookups, evidence),
    personal: { open: personal.vault.open, note: trail.note },
    requestTrail,
    adapters: adaptersOf(config),
    agents: { desk: database.agentCalls.desk, systems: systemsByAgent(config) },
    ...{ reads, eventStream },
    claims: database.claims,
    // What a caller looks up in the log is read beside what commands and workers need of it.
    log: { store: { ...database.log, read: database.history.read }, feed: database.log },
    evidence: {
      tree: evidence.tree,
      policyStreams: makePolicyStreams(database.history),
      verifier: buildVerifier,
      exports: evidence.exports,
      signer: evidence.signer,
    },
    authenticate: makeAuthenticate({
      ...(keys !== undefined && { keys }),
      ...(config.jwt !== undefined && { jwt: config.jwt }),
    }),
    clock: systemClock,
    health: checks(config, database, evidence),
    metrics,
    tracing,
    logger,
    config: { ...defaultApiConfig, rateLimitPerMinute: config.rateLimitPerMinute, version: await version() },
  });
  const server = await startServer(app, { host: config.host, port: config.port, ...tlsOf(config, logger) });
  const observing = new AbortController();
  const observed = followForMetrics(database.tail, toDomain, metrics, observing.signal);
  return {
    url: server.url,
    healthUrl: server.url,
    stop: async (): Promise<void> => {
      observing.abort();
      database.agentCalls.letGo();
      await eventStream.close();
      await Promise.all([server.stop(stopWithinMs), observed]);
      await requestTrail.close();
    },
  };
};
