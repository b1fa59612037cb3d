import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type pg from 'pg';
import { ownSigner, verifyEd25519 } from '../../../adapters/notary/signingKey.ts';
import { createPostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { createTreeStore } from '../../../adapters/postgres/evidenceTree.ts';
import { createKysely, createPool } from '../../../adapters/postgres/pool.ts';
import { createStuckBoard } from '../../../adapters/postgres/stuckBoard.ts';
import { bundleOf } from '../../../api/evidence/prove.ts';
import { createSealer } from '../../../commands/evidence/sealer.ts';
import type { Position } from '../../../domain/eventLog.ts';
import { insertHistory } from '../../support/history/insertHistory.ts';
import { type Bench, historyEvents, interleaved, medianMs, type Row } from '../harness/bench.ts';
import { onNewDatabase } from '../harness/database.ts';
import { compared, type Figure } from '../harness/figures.ts';

const pageEvents = 1_000;
const hourMs = 3_600_000;

const at = (position: number): Position => String(position).padStart(20, '0') as Position;

const open = async (connectionString: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-bench-key-'));
  const pool = createPool({ connectionString });
  // The tree is made again from the log, so the product does not wait for the disk with it either.
  const db = createKysely<never>(createPool({ connectionString, relaxedCommits: true }));
  const log = createPostgresLog({ connectionString, pool });
  const tree = createTreeStore(db);
  const signer = await ownSigner(join(folder, 'key.pem'));
  /** The product's sealer over a tree that is empty again. */
  const newSealer = async () => {
    await sql`truncate evidence.tile, evidence.leaf_page, evidence.checkpoint`.execute(db);
    await sql`update evidence.tree set size = 0, position = 'start', last_event_id = null`.execute(db);
    return createSealer({
      ...{ feed: log, log, tree, sinks: [], signer, verifySignature: verifyEd25519 },
      stuckBoard: createStuckBoard(db),
      clock: () => new Date().toISOString(),
      newOrigin: () => 'throughline/bench',
      limits: { sealEvents: pageEvents, sealMs: hourMs, gatherMs: 0 },
      onAlarm: ({ detail }) => {
        throw new Error(detail);
      },
      onError: () => {},
    });
  };
  const close = async (): Promise<void> => {
    await log.close();
    await db.destroy();
    await pool.end();
    await rm(folder, { recursive: true, force: true });
  };
  return { pool, log, tree, newSealer, close };
};

type Opened = Awaited<ReturnType<typeof open>>;

const perSecond = async (leaves: number, work: () => Promise<void>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return leaves / ((performance.now() - startedAt) / 1_000);
};

/** The least that a hash of every event costs: its text out of the same table, by pages, and SHA-256 of it. */
const hashBare = async (pool: pg.Pool, leaves: number): Promise<void> => {
  for (let done = 0; done < leaves; done += pageEvents) {
    const { rows } = await pool.query<[string]>({
      name: 'bare',
      text: 'select data || metadata from log.event where position > $1 order by position limit $2',
      values: [done, pageEvents],
      rowMode: 'array',
    });
    for (const [text] of rows) createHash('sha256').update(text).digest();
  }
};

const sealing = async (bench: Bench, { pool, tree, newSealer }: Opened, leaves: number): Promise<Figure> => {
  const what = `${leaves.toLocaleString('en-US')} events put into the tree / their bare SHA-256`;
  const seal = async (): Promise<void> => {
    const sealer = await newSealer();
    while ((await tree.state()).size < leaves) await sealer.step();
  };
  const rounds = await interleaved(bench, {
    what,
    ours: () => perSecond(leaves, seal),
    reference: () => perSecond(leaves, () => hashBare(pool, leaves)),
  });
  // Parsed, put in canonical form, hashed and stored: an event may cost ten bare hashes.
  return compared({ row: 'evidence', what, unit: 'events/s', target: { atLeast: 0.1 } }, rounds);
};

const proving = async (bench: Bench, { log, tree, newSealer }: Opened, events: number): Promise<Figure> => {
  bench.progress(`evidence: sealing ${events.toLocaleString('en-US')} events`);
  const sealer = await newSealer();
  const sealedSize = async (): Promise<number> => (await tree.latestCheckpoint())?.checkpoint.treeSize ?? 0;
  let sealed = 0;
  for (; sealed < events; sealed = await sealedSize()) await sealer.step();
  const verifier = async () => ({ version: 'bench', program: '', page: '', sha256: '0'.repeat(64) });
  const read = async (call: number) => {
    const [event] = (await log.readAfter(at((call * 7_919_003) % (sealed - 1)), 1)).events;
    if (event === undefined) throw new Error('the log is shorter than it was made');
    return event;
  };
  const prove = async (call: number): Promise<void> => {
    const event = await read(call);
    await bundleOf(
      { evidence: { tree, verifier }, log: { store: log } },
      { subject: { kind: 'event', eventId: event.eventId } },
      [{ place: event, event }],
      [],
    );
  };
  const what = `an event with its proof among ${sealed.toLocaleString('en-US')} / the event alone`;
  const rounds = await interleaved(bench, {
    what,
    ours: () => medianMs(bench.seconds, prove),
    reference: () => medianMs(bench.seconds, read),
  });
  // No target: a proof is some hundred hashes and four statements, whatever the log's length.
  return compared({ row: 'evidence', what, unit: 'ms median' }, rounds);
};

const measure = async (bench: Bench, connectionString: string): Promise<readonly Figure[]> => {
  const events = historyEvents(bench);
  await insertHistory(connectionString, events);
  const opened = await open(connectionString);
  try {
    return [
      await sealing(bench, opened, Math.min(events, bench.quick ? 20_000 : 100_000)),
      await proving(bench, opened, events),
    ];
  } finally {
    await opened.close();
  }
};

export const evidence: Row = {
  name: 'evidence',
  fullOnly: true,
  run: async (bench) => onNewDatabase(await bench.server(), (connectionString) => measure(bench, connectionString)),
};
