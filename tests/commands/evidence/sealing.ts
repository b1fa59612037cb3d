import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCheckpointFolder } from '../../../adapters/notary/checkpointFolder.ts';
import { ownSigner, verifyEd25519 } from '../../../adapters/notary/signingKey.ts';
import { createTreeStore } from '../../../adapters/postgres/evidenceTree.ts';
import { createStuckBoard } from '../../../adapters/postgres/stuckBoard.ts';
import { createSealer, type SealerParts } from '../../../commands/evidence/sealer.ts';
import type { SealAlarm, TreeStore } from '../../../domain/evidence/ports.ts';
import { type Log, times } from '../../contracts/logFixtures.ts';
import type { TestDatabase } from '../../support/database.ts';

export type Sealing = {
  readonly parts: SealerParts;
  readonly tree: TreeStore;
  readonly alarms: SealAlarm[];
  readonly folder: string;
  /** Moves the clock on, so that a checkpoint is due. */
  readonly minutesLater: () => void;
  /** Puts the clock back or on. */
  readonly setClock: (instant: string) => void;
  /** A sealer of its own over the same storage, as another process would have it. */
  readonly sealer: (changes?: Partial<SealerParts>) => ReturnType<typeof createSealer>;
  readonly close: () => Promise<void>;
};

const sealMs = 60_000;

/** Real tree, real key, real folder; only the clock is held in the hand. */
export const makeSealing = async (database: Pick<TestDatabase<never>, 'db'>, log: Log): Promise<Sealing> => {
  const folder = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  const tree = createTreeStore(database.db);
  const alarms: SealAlarm[] = [];
  let nowMs = Date.parse('2026-11-23T08:00:00.000Z');
  const parts: SealerParts = {
    feed: log,
    log,
    tree,
    sinks: [createCheckpointFolder(join(folder, 'checkpoints'))],
    signer: await ownSigner(join(folder, 'signing-key.pem')),
    verifySignature: verifyEd25519,
    stuckBoard: createStuckBoard(database.db),
    clock: () => new Date(nowMs).toISOString(),
    newOrigin: () => `throughline/${randomUUID()}`,
    limits: { sealEvents: 1_000, sealMs, gatherMs: 0 },
    onAlarm: (alarm) => alarms.push(alarm),
    onError: () => {},
  };
  return {
    parts,
    tree,
    alarms,
    folder,
    minutesLater: () => {
      nowMs += 2 * sealMs;
    },
    setClock: (instant) => {
      nowMs = Date.parse(instant);
    },
    sealer: (changes = {}) => createSealer({ ...parts, ...changes }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
};

/** Steps until nothing is left to do: the tree is grown, what is due is sealed and published. */
export const settle = async ({ step }: Pick<ReturnType<typeof createSealer>, 'step'>): Promise<void> => {
  for (const _ of times(3, () => undefined)) while (await step());
};
