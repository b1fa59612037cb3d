import { access, constants, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makeLogger } from '../adapters/telemetry/log.ts';
import { startTracing } from '../adapters/telemetry/tracing.ts';
import { businessUnits } from '../domain/masterData/catalog.ts';
import { addressFile } from './addressFile.ts';
import { type Config, ConfigInvalid, readConfig, servesApi } from './config.ts';
import { seedDemonstration } from './demo/seed.ts';
import { defaultErp, routesOfNobody } from './erpSystems.ts';
import { paint } from './terminal.ts';
import { openDatabase } from './wiring/database.ts';
import { openEvidence } from './wiring/evidence.ts';
import { loadKeys, makeServiceMetrics, startHttp, startProbes } from './wiring/http.ts';
import type { Hooks } from './wiring/partnerHttp.ts';
import { connectPartners } from './wiring/partners.ts';
import { makeTrail, openPersonal } from './wiring/personal.ts';
import { whereText } from './wiring/throughAgent.ts';
import { startWorkers } from './wiring/workers.ts';
import { makeWriteSide, systemClock } from './wiring/writeSide.ts';

const stopWithinMs = 4_500;

type Stop = () => Promise<void>;

/** Throws `ConfigInvalid` for a place that is no folder of ours, which Postgres and the keys would find out one after the other. */
const openDataDir = async ({ dataDir }: Config): Promise<void> => {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigInvalid([`DATA_DIR=${dataDir} is no folder that can be written to: ${why}`]);
  }
};

/** Starts part after part; `undo` holds how to take them down again, last first. */
const start = async (config: Config, undo: Stop[]) => {
  const logger = makeLogger(config.logLevel);
  const tracing = await startTracing(process.env, '0.1.0');
  undo.push(tracing.stop);
  await openDataDir(config);
  const { file: keysFile, keys } = await loadKeys(config);
  const database = await openDatabase(config, logger);
  undo.push(database.close);
  const evidence = await openEvidence(config, database);
  const metrics = makeServiceMetrics(config, database, evidence);
  const hooks: Hooks = {
    tracing,
    onAttempt: ({ partner, outcome }) => {
      database.adapterHealth.note(partner, outcome);
      if (outcome !== 'ok' && outcome !== 'refused') metrics.countAdapterError(partner, outcome);
    },
    onBreaker: (partner, state) => logger.warn({ partner, state }, 'circuit breaker'),
  };
  const partners = await connectPartners(config, hooks, database.agentCalls.carry);
  undo.push(partners.close);
  const personal = await openPersonal(config, database, logger);
  const writeSide = makeWriteSide(database, personal, logger, tracing, config.role);
  const trail = makeTrail(writeSide);
  await writeSide.catalog.ready();
  const seed =
    config.seed === 'demo'
      ? await seedDemonstration({ application: writeSide.application, claims: database.claims, clock: systemClock })
      : 'not asked for';
  const units = businessUnits(writeSide.catalog.current()).map(({ bu }) => bu);
  const unknown = routesOfNobody(config.erp.routes, units);
  if (unknown.length > 0)
    logger.warn({ businessUnits: unknown }, 'ERP_ROUTES names business units that are not defined');
  const parts = { config, keys, database, evidence, personal, trail, writeSide, metrics, logger, tracing };
  const workers = startWorkers({ ...parts, partners });
  undo.push(workers.stop);
  const http = servesApi(config.role)
    ? await startHttp({ ...parts, lookups: partners.lookups })
    : await startProbes(parts);
  undo.push(http.stop);
  return { database, partners, keysFile, seed, url: http.url, healthUrl: http.healthUrl };
};

type Started = Awaited<ReturnType<typeof start>>;

const simulatedOr = (simulated: boolean, url: string): string => `${url}${simulated ? '  (simulated)' : ''}`;

const erpLabel = (name: string): string => (name === defaultErp ? 'ERP' : `ERP ${name}`).padEnd(12).concat(' ');

const banner = (
  config: Config,
  { database, partners, keysFile, seed, url, healthUrl }: Started,
  tookMs: number,
): string =>
  [
    '',
    ` ${paint('Throughline', 'bold')}${config.embedded ? ' · development mode: everything on this machine' : ` · role ${config.role}`}`,
    '',
    ...(url === undefined ? [] : [` API          ${url}/v1`, ` Reference    ${url}/docs`]),
    ...(healthUrl === undefined ? [] : [` Health       ${healthUrl}/health/ready    metrics: ${healthUrl}/metrics`]),
    ...(keysFile === undefined ? [] : [` Keys         ${keysFile}`]),
    ` Data         ${database.where}`,
    ...partners.erpPlaces.map(({ name, where, simulated }) => ` ${erpLabel(name)}${simulatedOr(simulated, where)}`),
    ` WMS          ${simulatedOr(partners.simulated.wms, whereText(partners.urls.wms))}${partners.simulated.wms ? ` ${config.simulatedWarehouse}` : ''}`,
    ` Tax engine   ${simulatedOr(partners.simulated.tax, partners.urls.tax)}`,
    ` Fraud check  ${partners.urls.fraud === '' ? 'none' : simulatedOr(partners.simulated.fraud, partners.urls.fraud)}`,
    ` CRM          ${partners.crm === undefined ? 'none' : simulatedOr(partners.simulated.crm, partners.urls.crm)}`,
    ` Sample data  ${seed}`,
    '',
    ...(url === undefined || keysFile === undefined
      ? []
      : [
          ' Try          npm run demo',
          `              curl -s ${url}/v1/orders -H "Authorization: Bearer $(node -p "require('${resolve(keysFile)}').channel")"`,
          '',
        ]),
    ` Ready in ${(tookMs / 1_000).toFixed(1)} s. Ctrl-C stops and keeps the data.`,
    '',
  ].join('\n');

/** Last started, first stopped; a part that will not stop does not keep the others. */
const stopAll = async (undo: readonly Stop[]): Promise<void> => {
  for (const stop of [...undo].reverse())
    await stop().catch((error: unknown) => console.error('While stopping:', error));
};

const run = async (): Promise<void> => {
  const startedAt = performance.now();
  const config = readConfig(process.env);
  const undo: Stop[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    if (stopping !== undefined) return;
    // A part that hangs must not keep the process: what is durable is durable, the next start recovers.
    setTimeout(() => process.exit(0), stopWithinMs).unref();
    stopping = stopAll(undo).then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const started = await start(config, undo);
    if (started.url !== undefined) {
      const file = addressFile(config.dataDir);
      const { localAddress: database } = started.database;
      const address = { url: started.url, pid: process.pid, simulators: started.partners.urls, database };
      // Renamed into place: whoever waits for it never reads half of it.
      await writeFile(`${file}.new`, JSON.stringify(address), { mode: 0o600 });
      await rename(`${file}.new`, file);
      undo.push(() => rm(file, { force: true }));
    }
    console.log(banner(config, started, performance.now() - startedAt));
  } catch (error) {
    if (stopping !== undefined) return;
    await stopAll(undo);
    throw error;
  }
};

/** What to do about an address that cannot be listened on, by the code of the failure. */
const remedies: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Set PORT to another port, or PORT=0 for a free one.',
  EADDRNOTAVAIL: 'Set HOST to an address of this machine.',
  EACCES: 'Set PORT to one above 1023, or to one that this account may use.',
};

const explain = (error: unknown): never => {
  const remedy =
    error instanceof Error && 'syscall' in error && error.syscall === 'listen' && 'code' in error
      ? remedies[String(error.code)]
      : undefined;
  const isExpected =
    error instanceof Error &&
    (error.name === 'DataFolderInUse' || error instanceof ConfigInvalid || remedy !== undefined);
  const text = error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  console.error(`\nThroughline did not start: ${text}${remedy === undefined ? '' : `. ${remedy}`}\n`);
  process.exit(1);
};

/** The service of this process, until a signal ends it. A start that fails ends the process with 1, and says why. */
export const runService = (): Promise<void> => run().catch(explain);
