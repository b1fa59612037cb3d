import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createCheckpointFolder } from '../../adapters/notary/checkpointFolder.ts';
import { ownSigner, readSigner, verifyEd25519 } from '../../adapters/notary/signingKey.ts';
import { createExportStore } from '../../adapters/postgres/evidenceExports.ts';
import { createTreeReads, createTreeStore } from '../../adapters/postgres/evidenceTree.ts';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { createSealer } from '../../commands/evidence/sealer.ts';
import { keepGoing, waitOf } from '../../commands/keepGoing.ts';
import type { EventFeed, EventStore, Position } from '../../domain/eventLog.ts';
import type { Signer, TreeReads } from '../../domain/evidence/ports.ts';
import { type Config, ConfigInvalid } from '../config.ts';
import type { HealthCheck, Log } from '../deps.ts';
import type { Database } from './database.ts';
import { systemClock } from './writeSide.ts';

const gatherMs = 500;
const leaseRepeatMs = 500;

const signerOf = async ({ embedded, dataDir, evidence }: Config): Promise<Signer | undefined> => {
  const { signingKeyFile } = evidence;
  if (signingKeyFile === undefined) return embedded ? ownSigner(join(dataDir, 'signing-key.pem')) : undefined;
  return readSigner(signingKeyFile).catch((error: unknown) => {
    throw error instanceof RangeError ? new ConfigInvalid([`SIGNING_KEY_FILE: ${error.message}`]) : error;
  });
};

/** Where checkpoints lie outside of the database. */
export const checkpointFolders = (dataDir: string, second: string | undefined): readonly string[] => [
  join(dataDir, 'checkpoints'),
  ...(second === undefined ? [] : [second]),
];

/** The tree and who signs it. Throws `ConfigInvalid` for a key that cannot be used; without a key nothing is signed. */
export const openEvidence = async (config: Config, database: Pick<Database, 'readDb' | 'projectionDb' | 'pool'>) => ({
  tree: createTreeReads<never>(database.readDb),
  store: createTreeStore(database.projectionDb),
  exports: createExportStore(createKysely<never>(database.pool)),
  signer: await signerOf(config),
  folders: checkpointFolders(config.dataDir, config.evidence.checkpointDir),
  limits: { sealEvents: config.evidence.sealEvents, sealMs: config.evidence.sealMs, gatherMs },
});

export type Evidence = Awaited<ReturnType<typeof openEvidence>>;

/** One sealer at a time among all processes; another takes over within a second of its death. */
export const sealerWorker =
  (evidence: Evidence, database: Database, logger: Log) =>
  async (signal: AbortSignal): Promise<void> => {
    const { signer, store, folders, limits } = evidence;
    if (signer === undefined) {
      logger.warn({}, 'checkpoints are not signed: SIGNING_KEY_FILE is not set');
      return;
    }
    const onError = (error: unknown, failures: number): void =>
      logger.warn({ err: error, failures }, 'the sealer failed and goes on');
    const sealer = () =>
      createSealer({
        feed: database.tail,
        log: database.log,
        tree: store,
        sinks: folders.map(createCheckpointFolder),
        signer,
        verifySignature: verifyEd25519,
        stuckBoard: database.stuckBoard,
        clock: systemClock,
        newOrigin: () => `throughline/${randomUUID()}`,
        limits,
        onAlarm: (alarm) => logger.error({ ...alarm }, 'no checkpoint is signed'),
        onError,
      });
    const step = async (): Promise<boolean> => {
      await database.leases.whileHeld('sealer', (lost) => sealer().run(AbortSignal.any([signal, lost])));
      return false;
    };
    await keepGoing({ step, changed: waitOf(leaseRepeatMs), onError }, signal);
  };

/** Whether proofs can be had does not decide whether requests can be served; an alarm is told in any case. */
export const evidenceCheck = ({ tree, signer }: Evidence): HealthCheck => ({
  name: 'evidence',
  check: async () => {
    const { alarm } = await tree.state();
    if (alarm !== null) return { ready: true, detail: `ALARM ${alarm.code}: nothing is signed. ${alarm.detail}` };
    return signer === undefined
      ? { ready: true, detail: 'checkpoints are not signed by this process: SIGNING_KEY_FILE is not set' }
      : { ready: true };
  },
});

/** Events behind the tree's place; where positions do not count events, only that there are any. */
const beyondTree = async (log: ReadLog, at: Position | 'start'): Promise<number> => {
  if (log.before === undefined) return 1;
  const head = await log.head();
  return Number(head) - (at === 'start' ? 0 : Number(at));
};

type ReadLog = Pick<EventFeed, 'readAfter' | 'head'> & Pick<EventStore, 'before'>;

/**
 * For the metrics. What the tree has not come to yet is not sealed either: without a key, or with a sealer that is dead, the
 * tree stands still, and its own figures would say that everything is covered.
 */
export const sealingReadings = async (tree: TreeReads, log: ReadLog, nowMs: number) => {
  const [{ alarm, position }, { leaves, facts }, last] = await Promise.all([
    tree.state(),
    tree.unsealed(),
    tree.latestCheckpoint(),
  ]);
  const recordedAfter = async (at: Position | 'start'): Promise<string | undefined> =>
    (await log.readAfter(at, 1)).events[0]?.recordedAt;
  const next = await recordedAfter(position);
  const since = facts === 0 ? next : (last?.checkpoint.signedAt ?? (await recordedAfter('start')));
  return {
    ageSeconds: since === undefined ? 0 : Math.max(0, (nowMs - Date.parse(since)) / 1_000),
    unsealed: leaves + (next === undefined ? 0 : await beyondTree(log, position)),
    alarm: alarm !== null,
  };
};
