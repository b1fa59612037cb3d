import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type RawBuilder, sql } from 'kysely';
import { notesIn } from '../../../adapters/notary/checkpointFolder.ts';
import type { PostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { appended, batchOf, newStream, readFeed } from '../../contracts/logFixtures.ts';
import type { TestDatabase } from '../../support/database.ts';
import { createTestLog } from '../../support/testLog.ts';
import { makeSealing, type Sealing, settle } from './sealing.ts';

let database: TestDatabase<never>;
let log: PostgresLog;
let sealing: Sealing;

beforeEach(async () => {
  ({ database, log } = await createTestLog());
  sealing = await makeSealing(database, log);
});
afterEach(async () => {
  await database.close();
  await sealing.close();
});

/** As somebody with the database's own powers would do it. */
const tamper = async (...statements: readonly RawBuilder<unknown>[]): Promise<void> => {
  await sql`alter table log.event disable trigger all`.execute(database.db);
  await sql`grant update, delete on log.event to current_user`.execute(database.db);
  for (const statement of statements) await statement.execute(database.db);
};

const append = (size = 1) => appended(log.append(newStream(), 'no-stream', batchOf(size)));

/** 20 events sealed, 5 in the tree and not sealed yet. */
const prepare = async (): Promise<void> => {
  await append(20);
  const sealer = sealing.sealer();
  await settle(sealer);
  await append(4);
  await settle(sealer);
};

const sealedSizes = async () =>
  (await sealing.tree.checkpointsAfter(-1, 100)).map(({ checkpoint }) => checkpoint.treeSize);

const expectAlarm = async (code: string, position: string | null): Promise<void> => {
  const before = await sealedSizes();
  const fresh = sealing.sealer();
  sealing.minutesLater();
  await settle(fresh);
  expect((await sealing.tree.state()).alarm).toMatchObject({ code, position });
  expect(await sealedSizes()).toEqual(before);
  const { rows } = await sql<{
    error_class: string;
  }>`select error_class from ops.stuck where consumer = 'sealer'`.execute(database.db);
  expect(rows).toEqual([{ error_class: code }]);
  // Writers never wait for the sealer, whatever it found.
  await append();
};

const at = (position: number): string => String(position).padStart(20, '0');

describe('before it signs, the sealer finds that', () => {
  test('an event that waits for its checkpoint was edited', async () => {
    await prepare();
    await tamper(sql`update log.event set data = '{"qty":"2"}' where position = 23`);
    await expectAlarm('EVENT_CHANGED', at(23));
  });

  test('an event that waits for its checkpoint is no JSON any more', async () => {
    await prepare();
    await tamper(sql`update log.event set data = '!' where position = 23`);
    await expectAlarm('EVENT_UNREADABLE', at(20));
  });

  test('an event that waits for its checkpoint was taken out', async () => {
    await prepare();
    await tamper(sql`delete from log.event where position = 23`);
    await expectAlarm('EVENT_CHANGED', at(24));
  });

  test('the log was cut behind the tree', async () => {
    await prepare();
    await tamper(sql`delete from log.event where position > 22`, sql`update log.head set position = 22`);
    await expectAlarm('LOG_TRUNCATED', at(25));
  });

  test('the log was put back to an older state and has gone on from there', async () => {
    await prepare();
    await tamper(sql`delete from log.event where position > 22`, sql`update log.head set position = 22`);
    await append(3);
    await expectAlarm('LOG_REPLACED', at(25));
  });

  test('the log was put back to an older state and has gone on beyond the tree', async () => {
    await prepare();
    await tamper(sql`delete from log.event where position > 22`, sql`update log.head set position = 22`);
    await append(10);
    await expectAlarm('EVENT_CHANGED', at(23));
  });

  test('checkpoints are gone from the database', async () => {
    await prepare();
    await tamper(sql`delete from evidence.checkpoint`);
    await expectAlarm('CHECKPOINT_MISSING', at(21));
  });

  test('the last checkpoint was emptied', async () => {
    await prepare();
    await tamper(sql`update evidence.checkpoint set checkpoint = ''`);
    const fresh = sealing.sealer();
    sealing.minutesLater();
    await settle(fresh);
    expect((await sealing.tree.state()).alarm).toMatchObject({ code: 'CHECKPOINT_DAMAGED', position: at(21) });
  });

  test('an old event was edited, when its page comes up', async () => {
    await append(600);
    await settle(sealing.sealer());
    await append(1);
    await tamper(sql`update log.event set metadata = replace(metadata, 'contract', 'Contract') where position = 33`);
    await expectAlarm('EVENT_CHANGED', at(33));
  });

  test('the tree itself was altered', async () => {
    await prepare();
    await tamper(sql`update evidence.tile set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) where level = 0`);
    await expectAlarm('TREE_CHANGED', null);
  });

  test('the last checkpoint was altered', async () => {
    await prepare();
    await tamper(sql`update evidence.checkpoint set checkpoint = replace(checkpoint, '2026-11-23', '2026-11-22')`);
    await expectAlarm('CHECKPOINT_DAMAGED', at(21));
  });

  test('somebody put another checkpoint of the same size outside', async () => {
    await prepare();
    const root = join(sealing.folder, 'checkpoints');
    const [origin = ''] = await readdir(root);
    const file = join(root, origin, '000000000020.note');
    const other = `throughline/x\n20\n${Buffer.alloc(32).toString('base64')}\n\n\u2014 throughline/x ${Buffer.alloc(68).toString('base64')}\n`;
    await rm(file);
    await writeFile(file, other);
    await expectAlarm('CHECKPOINT_FORKED', null);
  });

  test('the outside knows a larger tree than the database', async () => {
    await prepare();
    const root = join(sealing.folder, 'checkpoints');
    const [origin = ''] = await readdir(root);
    await rename(join(root, origin, '000000000020.note'), join(root, origin, '000000000090.note'));
    await writeFile(
      join(root, origin, '000000000090.note'),
      `${origin.replace('_', '/')}\n90\n${Buffer.alloc(32).toString('base64')}\n\n\u2014 ${origin.replace('_', '/')} ${Buffer.alloc(68).toString('base64')}\n`,
      { flag: 'r+' },
    ).catch(() => {});
    await expectAlarm('LOG_TRUNCATED', null);
  });

  test('checkpoints can no longer be put outside', async () => {
    await append(5);
    await settle(sealing.sealer());
    await append(1);
    const root = join(sealing.folder, 'checkpoints');
    const [origin = ''] = await readdir(root);
    await rm(join(root, origin), { recursive: true });
    await writeFile(join(root, origin), 'a file where the folder was');
    await expectAlarm('CHECKPOINT_NOT_PUBLISHED', null);
  });

  test('checkpoints can be put outside again: each of them is there, and the alarm is taken back', async () => {
    await append(5);
    const sealer = sealing.sealer();
    await settle(sealer);
    const folder = join(sealing.folder, 'checkpoints');
    await rename(folder, `${folder}.away`);
    await writeFile(folder, 'a file where the folder was');
    await append(1);
    sealing.minutesLater();
    await settle(sealer);
    expect((await sealing.tree.state()).alarm).toMatchObject({ code: 'CHECKPOINT_NOT_PUBLISHED' });
    await rm(folder);
    await rename(`${folder}.away`, folder);
    for (let round = 0; round < 2; round += 1) {
      sealing.minutesLater();
      await settle(sealer);
    }
    expect((await sealing.tree.state()).alarm).toBeNull();
    const sealed = await sealedSizes();
    const notes = await notesIn(folder, (await sealing.tree.latestCheckpoint())?.checkpoint.origin ?? '');
    expect(sealed.length).toBeGreaterThanOrEqual(2);
    expect(notes.map(({ treeSize }) => treeSize)).toEqual(sealed);
  });

  test('nothing is wrong any more: it takes the alarm back and signs', async () => {
    await prepare();
    const [{ data } = { data: undefined }] = (await readFeed(log, 'start')).slice(22);
    await tamper(sql`update log.event set data = '{"qty":"2"}' where position = 23`);
    await expectAlarm('EVENT_CHANGED', at(23));
    await tamper(sql`update log.event set data = ${JSON.stringify(data)} where position = 23`);
    sealing.minutesLater();
    await settle(sealing.sealer());
    expect((await sealing.tree.state()).alarm).toBeNull();
    expect((await sealedSizes()).length).toBe(2);
    expect((await sql`select 1 from ops.stuck where consumer = 'sealer'`.execute(database.db)).rows).toEqual([]);
  });
});
