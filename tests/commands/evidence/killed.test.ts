import { afterEach, describe, expect, test } from '@jest/globals';
import { notesIn } from '../../../adapters/notary/checkpointFolder.ts';
import { createPostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { hashOfEvent } from '../../../commands/evidence/growTree.ts';
import type { SealerParts } from '../../../commands/evidence/sealer.ts';
import { hex } from '../../../domain/evidence/merkle.ts';
import { appended, batchOf, newStream, readFeed } from '../../contracts/logFixtures.ts';
import { plainRoot } from '../../domain/evidence/tree.ts';
import { createTestDatabase } from '../../support/database.ts';
import { makeSealing, type Sealing, settle } from './sealing.ts';

class Killed extends Error {}

/** Dies before or after its `count`th call to anything outside of memory, and is dead for every call after it. */
const dyingAt = (parts: SealerParts, count: number, when: 'before' | 'after'): Partial<SealerParts> => {
  let calls = 0;
  const dying =
    <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      calls += 1;
      if (calls > count || (calls === count && when === 'before')) throw new Killed();
      const result = await call(...args);
      if (calls === count) throw new Killed();
      return result;
    };
  return {
    onAlarm: () => {},
    log: { ...parts.log, append: dying(parts.log.append) },
    tree: { ...parts.tree, grow: dying(parts.tree.grow), setAlarm: dying(parts.tree.setAlarm) },
    sinks: parts.sinks.map((sink) => ({ ...sink, publish: dying(sink.publish) })),
  };
};

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const prepare = async () => {
  const database = await createTestDatabase<never>();
  const log = createPostgresLog({ connectionString: database.connectionString, pool: database.pool });
  const sealing = await makeSealing(database, log);
  closing.push(log.close, database.close, sealing.close);
  return { log, sealing };
};

const allCovered = async (sealing: Sealing, log: Parameters<typeof readFeed>[0]): Promise<void> => {
  const events = await readFeed(log, 'start');
  const sealed = await sealing.tree.checkpointsAfter(-1, 100);
  expect((await sealing.tree.unsealed()).facts).toBe(0);
  for (const [index, { checkpoint }] of sealed.entries()) {
    expect(checkpoint.root).toBe(hex(plainRoot(events.slice(0, checkpoint.treeSize).map(hashOfEvent))));
    expect(checkpoint.previousTreeSize).toBe(sealed[index - 1]?.checkpoint.treeSize ?? 0);
  }
  const [first] = sealed;
  const notes = first === undefined ? [] : await notesIn(`${sealing.folder}/checkpoints`, first.checkpoint.origin);
  expect(notes).toEqual(sealed.map(({ checkpoint }) => ({ treeSize: checkpoint.treeSize, note: checkpoint.note })));
  expect(sealing.alarms).toEqual([]);
};

describe('a sealer that is killed', () => {
  for (const when of ['before', 'after'] as const) {
    test(`${when} any of its calls: the next one goes on, and no event and no checkpoint is missing or double`, async () => {
      const { log, sealing } = await prepare();
      let deaths = 0;
      for (let count = 1; count <= 8; count += 1) {
        await appended(log.append(newStream(), 'no-stream', batchOf(3)));
        sealing.minutesLater();
        const dying = sealing.sealer(dyingAt(sealing.parts, count, when));
        await settle(dying).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
          deaths += 1;
        });
        sealing.minutesLater();
        await settle(sealing.sealer());
        await allCovered(sealing, log);
      }
      expect(deaths).toBeGreaterThanOrEqual(5);
    });
  }
});
