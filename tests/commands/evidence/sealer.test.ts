import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { verifyEd25519 } from '../../../adapters/notary/signingKey.ts';
import type { PostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { sealingReadings } from '../../../api/wiring/evidence.ts';
import { hashOfEvent } from '../../../commands/evidence/growTree.ts';
import { sha256 } from '../../../commands/evidence/sha256.ts';
import { checkpointFault, checkpointStream, parseNote } from '../../../domain/evidence/checkpoint.ts';
import { hex } from '../../../domain/evidence/merkle.ts';
import { appended, batchOf, happened, newStream, readAll, readFeed } from '../../contracts/logFixtures.ts';
import { plainRoot } from '../../domain/evidence/tree.ts';
import type { TestDatabase } from '../../support/database.ts';
import { createTestLog } from '../../support/testLog.ts';
import { makeSealing, type Sealing, settle } from './sealing.ts';

let database: TestDatabase<never>;
let log: PostgresLog;
let sealing: Sealing;

const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  ({ database, log } = await createTestLog());
  sealing = await makeSealing(database, log);
  closing.push(database.close, sealing.close);
});
afterAll(async () => {
  for (const close of closing) await close();
});

const append = (size: number) => appended(log.append(newStream(), 'no-stream', batchOf(size)));

const checkpoints = () => sealing.tree.checkpointsAfter(-1, 100);

const notes = async (): Promise<readonly string[]> => {
  const root = join(sealing.folder, 'checkpoints');
  const [origin = ''] = await readdir(root).catch(() => []);
  return origin === '' ? [] : (await readdir(join(root, origin))).sort();
};

describe('the sealer', () => {
  test('signs the root of everything in feed order, in the log and outside of it, and the next one builds on it', async () => {
    await append(300);
    const sealer = sealing.sealer();
    await settle(sealer);
    await append(700);
    sealing.minutesLater();
    await settle(sealer);
    const events = await readFeed(log, 'start');
    const sealed = await checkpoints();
    expect(sealed.map(({ checkpoint }) => checkpoint.treeSize)).toEqual([300, 1_001]);
    for (const { checkpoint, leafIndex, eventId } of sealed) {
      const covered = events.slice(0, checkpoint.treeSize);
      expect(checkpoint.root).toBe(hex(plainRoot(covered.map(hashOfEvent))));
      expect(checkpoint.position).toBe(covered.at(-1)?.position);
      expect(events[leafIndex]?.eventId).toBe(eventId);
      expect(await checkpointFault(checkpoint, { sha256, verifySignature: verifyEd25519 })).toBeUndefined();
      expect(parseNote(sha256, checkpoint.note)).toMatchObject({
        origin: checkpoint.origin,
        treeSize: checkpoint.treeSize,
      });
    }
    expect(sealed[1]?.checkpoint).toMatchObject({ previousTreeSize: 300, previousRoot: sealed[0]?.checkpoint.root });
    expect(await notes()).toEqual(['000000000300.note', '000000001001.note']);
    expect((await readAll(log, checkpointStream)).map(({ type, revision }) => `${type}@${revision}`)).toEqual([
      'CheckpointSealed@0',
      'CheckpointSealed@1',
    ]);
  });

  test('does not seal itself for ever: with nothing new but its own checkpoint it rests', async () => {
    await append(3);
    const sealer = sealing.sealer();
    for (let round = 0; round < 5; round += 1) {
      await settle(sealer);
      sealing.minutesLater();
    }
    expect((await readFeed(log, 'start')).length).toBe(4);
    expect(await sealing.tree.unsealed()).toEqual({ leaves: 1, facts: 0 });
  });

  test('that is not at work is told by the age of the checkpoint: what the tree has not come to is not covered', async () => {
    const { recordedAt } = await append(3);
    const readings = (secondsLater: number, from = recordedAt) =>
      sealingReadings(sealing.tree, log, Date.parse(from) + secondsLater * 1_000);
    expect(await readings(90)).toEqual({ ageSeconds: 90, unsealed: 3, alarm: false });
    const sealer = sealing.sealer();
    await settle(sealer);
    expect(await readings(90)).toEqual({ ageSeconds: 0, unsealed: 1, alarm: false });
    const { recordedAt: later } = await append(2);
    expect(await readings(30, later)).toEqual({ ageSeconds: 30, unsealed: 3, alarm: false });
    await sealer.step();
    const [sealed] = await checkpoints();
    expect(await readings(30, sealed?.checkpoint.signedAt)).toEqual({ ageSeconds: 30, unsealed: 3, alarm: false });
  });

  test('waits for its time, unless enough is new', async () => {
    await append(2);
    const sealer = sealing.sealer({ limits: { sealEvents: 5, sealMs: 60_000, gatherMs: 0 } });
    await settle(sealer);
    await append(4);
    await settle(sealer);
    expect((await checkpoints()).length).toBe(1);
    await append(1);
    await settle(sealer);
    expect((await checkpoints()).map(({ checkpoint }) => checkpoint.treeSize)).toEqual([2, 8]);
  });

  test('with a clock that was put back goes on at its own pace, and no checkpoint is older than the one before', async () => {
    await append(2);
    const sealer = sealing.sealer();
    await settle(sealer);
    sealing.setClock('2026-11-20T00:00:00.000Z');
    for (let round = 0; round < 3; round += 1) {
      await append(2);
      await settle(sealer);
      sealing.minutesLater();
      await settle(sealer);
      await settle(sealer);
    }
    const times = (await checkpoints()).map(({ checkpoint }) => checkpoint.signedAt);
    expect(times.length).toBe(4);
    expect(times).toEqual(Array.from({ length: 4 }, () => '2026-11-23T08:00:00.000Z'));
    expect((await sealing.tree.unsealed()).facts).toBe(0);
  });

  test('far behind, in a log that gives it no rest, signs what it has in steps of bounded work', async () => {
    for (let round = 0; round < 13; round += 1) await append(1_000);
    const reads: number[] = [];
    const counting: PostgresLog = {
      ...log,
      readAfter: async (...args) => {
        const page = await log.readAfter(...args);
        reads.push(page.events.length);
        return page;
      },
    };
    const sealer = sealing.sealer({ log: counting });
    let most = 0;
    for (let more = true; more; ) {
      reads.length = 0;
      more = await sealer.step();
      most = Math.max(
        most,
        reads.reduce((sum, count) => sum + count, 0),
      );
    }
    // The first page at once, and the rest when there is time.
    expect((await log.readAfter('start', 10_000)).events.length).toBe(10_000);
    sealing.minutesLater();
    await settle(sealer);
    const sealed = await checkpoints();
    expect(sealed.map(({ checkpoint }) => checkpoint.treeSize)).toEqual([4_000, 13_001]);
    expect(most).toBeLessThanOrEqual(10_000);
    expect(sealing.alarms).toEqual([]);
  });

  test('of two that work at once each event has one leaf and each checkpoint one predecessor', async () => {
    const first = sealing.sealer();
    const second = sealing.sealer();
    for (let round = 0; round < 12; round += 1) {
      await append(1 + (round % 5));
      await Promise.all([settle(first), settle(second)]);
      sealing.minutesLater();
    }
    await settle(first);
    const events = await readFeed(log, 'start');
    const sealed = await checkpoints();
    expect((await sealing.tree.state()).size).toBe(events.length);
    expect(sealed.length).toBeGreaterThanOrEqual(12);
    for (const [index, { checkpoint }] of sealed.entries()) {
      expect(checkpoint.previousTreeSize).toBe(sealed[index - 1]?.checkpoint.treeSize ?? 0);
      expect(checkpoint.root).toBe(hex(plainRoot(events.slice(0, checkpoint.treeSize).map(hashOfEvent))));
    }
    expect(sealing.alarms).toEqual([]);
    expect((await notes()).length).toBe(sealed.length);
  });

  test('tables made again from the log have the same root, and the checkpoints are found in it', async () => {
    await append(600);
    await settle(sealing.sealer());
    await append(20);
    sealing.minutesLater();
    await settle(sealing.sealer());
    const before = { state: await sealing.tree.state(), checkpoints: await checkpoints() };
    const tile = () =>
      sql`select level, number, encode(hashes, 'hex') from evidence.tile order by 1, 2`.execute(database.db);
    const tilesBefore = (await tile()).rows;
    await sql`truncate evidence.tile, evidence.leaf_page, evidence.checkpoint`.execute(database.db);
    await sql`update evidence.tree set size = 0, position = 'start', last_event_id = null`.execute(database.db);
    await settle(sealing.sealer());
    expect({ state: await sealing.tree.state(), checkpoints: await checkpoints() }).toEqual(before);
    expect((await tile()).rows).toEqual(tilesBefore);
    expect(sealing.alarms).toEqual([]);
  });

  test('finds the leaf of every event by its position', async () => {
    await append(520);
    await settle(sealing.sealer());
    const events = await readFeed(log, 'start');
    const indexes = [520, 0, 1, 255, 256, 511, 512, 519];
    const asked = indexes.flatMap((index) => events[index] ?? []);
    const unknown = { eventId: happened().eventId, position: String(events[3]?.position) };
    expect(await sealing.tree.leafIndexesOf([...asked, unknown])).toEqual([...indexes, undefined]);
    expect(await sealing.tree.leafIndexesOf([])).toEqual([]);
  });

  test('keeps its key to itself and puts checkpoints where nobody writes over them', async () => {
    await append(1);
    await settle(sealing.sealer());
    expect((await stat(join(sealing.folder, 'signing-key.pem'))).mode & 0o777).toBe(0o600);
    const [origin = ''] = await readdir(join(sealing.folder, 'checkpoints'));
    const note = await stat(join(sealing.folder, 'checkpoints', origin, '000000000001.note'));
    expect(note.mode & 0o222).toBe(0);
  });
});
