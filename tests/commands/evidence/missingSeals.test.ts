import { rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type RawBuilder, sql } from 'kysely';
import { folderName, notesIn } from '../../../adapters/notary/checkpointFolder.ts';
import { ownSigner, verifyEd25519 } from '../../../adapters/notary/signingKey.ts';
import type { PostgresLog } from '../../../adapters/postgres/eventLog.ts';
import type { LogVerdict } from '../../../commands/evidence/logVerdict.ts';
import { recompute } from '../../../commands/evidence/recompute.ts';
import { originOf } from '../../../commands/evidence/seals.ts';
import { sha256 } from '../../../commands/evidence/sha256.ts';
import { noteBody, signedNote, statementBytes, toBase64 } from '../../../domain/evidence/checkpoint.ts';
import { fromHex } from '../../../domain/evidence/merkle.ts';
import { appended, batchOf, newStream } from '../../contracts/logFixtures.ts';
import type { TestDatabase } from '../../support/database.ts';
import { createTestLog } from '../../support/testLog.ts';
import { makeSealing, type Sealing, settle } from './sealing.ts';

// Four checkpoints over 10, 21, 32 and 43 events, at positions 11, 22, 33 and 44, each of them in three places.

let database: TestDatabase<never>;
let log: PostgresLog;
let sealing: Sealing;
let folder: string;

beforeEach(async () => {
  ({ database, log } = await createTestLog());
  sealing = await makeSealing(database, log);
  folder = `${sealing.folder}/checkpoints`;
  for (let round = 0; round < 4; round += 1) {
    await appended(log.append(newStream(), 'no-stream', batchOf(10)));
    await settle(sealing.sealer());
    sealing.minutesLater();
  }
  await sql`alter table log.event disable trigger all`.execute(database.db);
  await sql`grant update, delete on log.event to current_user`.execute(database.db);
});
afterEach(async () => {
  await database.close();
  await sealing.close();
});

const tamper = async (...statements: readonly RawBuilder<unknown>[]): Promise<void> => {
  for (const statement of statements) await statement.execute(database.db);
};

const verdict = async (trustedKeys?: readonly string[]): Promise<LogVerdict> => {
  const origin = await originOf({ feed: log, tree: sealing.tree });
  const notes = origin === undefined ? [] : await notesIn(folder, origin);
  const outside = notes.map((note) => ({ ...note, place: 'the vault' }));
  const keys = trustedKeys === undefined ? {} : { trustedKeys };
  return recompute({ feed: log, tree: sealing.tree, outside, verifySignature: verifyEd25519, ...keys });
};

const found = async (trustedKeys?: readonly string[]): Promise<readonly string[]> =>
  (await verdict(trustedKeys)).findings.map(
    ({ code, detail, position }) => `${code} ${position === null ? '-' : Number(position)} ${detail}`,
  );

const noteOf = async (treeSize: number): Promise<string> => {
  const name = folderName((await originOf({ feed: log, tree: sealing.tree })) ?? '');
  return `${folder}/${name}/${String(treeSize).padStart(12, '0')}.note`;
};

const ourKey = (): string => Buffer.from(sealing.parts.signer.publicKey).toString('base64');

/** Signs what the table says with another key. */
const signAgain = async (): Promise<void> => {
  const other = await ownSigner(`${sealing.folder}/other-key.pem`);
  for (const { revision, checkpoint } of await sealing.tree.checkpointsAfter(-1, 10)) {
    const { signature: _, note: __, ...signed } = checkpoint;
    const statement = { ...signed, keyId: other.keyId, publicKey: toBase64(other.publicKey) };
    const body = noteBody(statement.origin, statement.treeSize, fromHex(statement.root));
    const key = { name: statement.origin, publicKey: other.publicKey };
    const again = {
      ...statement,
      signature: toBase64(other.sign(statementBytes(statement))),
      note: signedNote(sha256, body, key, other.sign(Buffer.from(body))),
    };
    await tamper(
      sql`update evidence.checkpoint set checkpoint = ${JSON.stringify(again)} where revision = ${revision}`,
    );
  }
};

const inDatabase = 'missing in the database (evidence.checkpoint)';

describe('a log of which seals are gone', () => {
  test('is not verified: which, and where they are missing, is told', async () => {
    expect(await verdict()).toMatchObject({ state: 'VERIFIED', verified: true, checkpointsInside: 4 });
    await tamper(sql`delete from evidence.checkpoint where revision in (1, 2)`);
    expect(await found()).toEqual([
      `CHECKPOINT_MISSING 22 Checkpoints 1 to 2, over 21 to 32 events, are ${inDatabase}; the log has them from position 22 on.`,
    ]);
    expect(await verdict()).toMatchObject({ state: 'NOT_VERIFIED', verified: false });
    await tamper(sql`delete from evidence.checkpoint where revision = 0`);
    expect((await found())[0]).toContain('Checkpoints 0 to 2, over 10 to 32 events');
  });

  test('names the last one too, of which nothing that was sealed later speaks', async () => {
    await tamper(sql`delete from evidence.checkpoint where revision = 3`);
    expect(await found()).toEqual([
      `CHECKPOINT_MISSING 44 Checkpoint 3, over 43 events, is ${inDatabase}; the log has it at position 44.`,
    ]);
    await tamper(sql`delete from log.event where position = 44`, sql`update log.head set position = 43`);
    expect(await found()).toEqual([
      'CHECKPOINT_MISSING - The checkpoint over 43 events is missing in the log and in the database; the vault has it.',
    ]);
  });

  test('is held against those in the log when the database has none, with the keys that they name', async () => {
    await tamper(sql`truncate evidence.checkpoint`);
    const result = await verdict();
    expect(result).toMatchObject({ state: 'NOT_VERIFIED', checkpointsInside: 4, checkpointsOutside: 4 });
    expect(await found()).toEqual([
      `CHECKPOINT_MISSING 11 Checkpoints 0 to 3, over 10 to 43 events, are ${inDatabase}; the log has them from position 11 on.`,
    ]);
    await rm(folder, { recursive: true });
    expect(await verdict()).toMatchObject({ state: 'NOT_VERIFIED', findings: [{ code: 'CHECKPOINT_MISSING' }] });
  });

  test('names one that the log has no more, and one that neither has', async () => {
    await tamper(sql`delete from log.event where position in (33, 44)`, sql`update log.head set position = 43`);
    const seen = await found();
    expect(seen[0]).toContain('EVENT_DELETED 34');
    expect(seen).toContain(
      'CHECKPOINT_MISSING 33 Checkpoint 2, over 32 events, is missing in the log; the database has it.',
    );
    await tamper(sql`delete from evidence.checkpoint where revision = 2`);
    expect(await found()).toContain(
      'CHECKPOINT_MISSING - Checkpoint 2 is missing in the log and in the database; the one behind it goes on from 32 events.',
    );
  });

  test('names copies outside that are gone or empty, but not those that are still on their way there', async () => {
    await rm(await noteOf(43));
    expect(await verdict()).toMatchObject({ state: 'VERIFIED', withoutCopy: 1 });
    await rm(await noteOf(21));
    expect(await found()).toEqual([
      'CHECKPOINT_MISSING 22 Checkpoint 1, over 21 events, is missing in the vault; the log has it at position 22.',
    ]);
    await writeFile(await noteOf(21), '');
    expect(await found()).toEqual(['NOTE_INVALID - The checkpoint over 21 events in the vault is empty.']);
  });

  test.each([
    ['', 'is empty'],
    ['{}', 'cannot be read as one'],
    ['null', 'cannot be read as one'],
    ['{"origin', 'cannot be read as one'],
  ])('names one in the database whose content is %j', async (content, what) => {
    await tamper(sql`update evidence.checkpoint set checkpoint = ${content} where revision = 1`);
    expect(await found()).toEqual([
      `CHECKPOINT_EDITED 22 Checkpoint 1 of the database, over 21 events, ${what}; the log has it at position 22.`,
    ]);
  });

  test('names those whose key was replaced, although every signature matches', async () => {
    await signAgain();
    const replaced = (await found()).filter((each) => each.startsWith('CHECKPOINT_EDITED'));
    expect(replaced.map((each) => each.slice(0, 21))).toEqual([11, 22, 33, 44].map((at) => `CHECKPOINT_EDITED ${at} `));
    expect(replaced[1]).toContain('is not the one that the log has at position 22');
    await rm(folder, { recursive: true });
    expect(await verdict()).toMatchObject({ state: 'NOT_VERIFIED' });
  });
});

describe('a log in which nothing is wrong', () => {
  test('only agrees with itself while neither a key was given nor a copy lies outside', async () => {
    await rm(folder, { recursive: true });
    expect(await verdict()).toMatchObject({ state: 'AGREES_WITH_ITSELF', verified: false, findings: [] });
    expect(await verdict([ourKey()])).toMatchObject({ state: 'VERIFIED', verified: true });
  });

  test('is not called verified when it was never sealed', async () => {
    await tamper(
      sql`truncate evidence.checkpoint`,
      sql`delete from log.event where position > 10`,
      sql`truncate evidence.tile, evidence.leaf_page`,
      sql`update evidence.tree set size = 0, position = 'start'`,
      sql`update log.head set position = 10`,
    );
    expect(await verdict([ourKey()])).toMatchObject({ state: 'NOT_SEALED', verified: false, findings: [] });
  });
});
