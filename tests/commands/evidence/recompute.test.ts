import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type RawBuilder, sql } from 'kysely';
import { notesIn } from '../../../adapters/notary/checkpointFolder.ts';
import { ownSigner, verifyEd25519 } from '../../../adapters/notary/signingKey.ts';
import type { PostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { hashOfEvent } from '../../../commands/evidence/growTree.ts';
import type { LogVerdict } from '../../../commands/evidence/logVerdict.ts';
import { recompute } from '../../../commands/evidence/recompute.ts';
import { hex } from '../../../domain/evidence/merkle.ts';
import { appended, batchOf, newStream, readFeed } from '../../contracts/logFixtures.ts';
import { plainRoot } from '../../domain/evidence/tree.ts';
import type { TestDatabase } from '../../support/database.ts';
import { createTestLog } from '../../support/testLog.ts';
import { makeSealing, type Sealing, settle } from './sealing.ts';

// The tamper drill: everything that somebody with the database's own powers can do to a log that lies still.

let database: TestDatabase<never>;
let log: PostgresLog;
let sealing: Sealing;

beforeEach(async () => {
  ({ database, log } = await createTestLog());
  sealing = await makeSealing(database, log);
  const sealer = sealing.sealer();
  for (let round = 0; round < 3; round += 1) {
    await appended(log.append(newStream(), 'no-stream', batchOf(100)));
    await settle(sealer);
    sealing.minutesLater();
  }
  await sql`alter table log.event disable trigger all`.execute(database.db);
  await sql`grant update, delete on log.event to current_user`.execute(database.db);
});
afterEach(async () => {
  await database.close();
  await sealing.close();
});

const verdict = async (changes: Partial<Parameters<typeof recompute>[0]> = {}): Promise<LogVerdict> => {
  const origin = (await sealing.tree.latestCheckpoint())?.checkpoint.origin ?? '';
  const folder = `${sealing.folder}/checkpoints`;
  const outside = (await notesIn(folder, origin)).map((note) => ({ ...note, place: folder }));
  return recompute({ feed: log, tree: sealing.tree, outside, verifySignature: verifyEd25519, ...changes });
};

const tamper = async (...statements: readonly RawBuilder<unknown>[]): Promise<void> => {
  for (const statement of statements) await statement.execute(database.db);
};

const at = (position: number): string => String(position).padStart(20, '0');

/** Code and position of what was found, once for each. */
const found = async (): Promise<readonly string[]> =>
  (await verdict()).findings.map(({ code, position }) => `${code} ${position === null ? '-' : Number(position)}`);

describe('the whole log against its signed checkpoints', () => {
  test('is what was sealed; what came after the last checkpoint is counted and not vouched for', async () => {
    const events = await readFeed(log, 'start');
    const result = await verdict();
    expect(result).toMatchObject({
      verified: true,
      findings: [],
      events: 303,
      checkpointsInside: 3,
      checkpointsOutside: 3,
    });
    expect(result.root).toBe(hex(plainRoot(events.map(hashOfEvent))));
    expect(result.unsealed).toEqual({ events: 1, firstPosition: at(303) });
    await appended(log.append(newStream(), 'no-stream', batchOf(2)));
    expect((await verdict()).unsealed).toEqual({ events: 3, firstPosition: at(303) });
  });

  const edits: readonly (readonly [string, RawBuilder<unknown>])[] = [
    ['data', sql`update log.event set data = replace(data, '{', '{"x":1,') where position = 150`],
    ['metadata', sql`update log.event set metadata = replace(metadata, 'command-1', 'command-2') where position = 150`],
    ['type', sql`update log.event set type = 'SomethingElse' where position = 150`],
    ['time', sql`update log.event set recorded_at = recorded_at - interval '1 day' where position = 150`],
    ['stream', sql`update log.event set stream = 'contract-BU1.other' where position = 150`],
    ['revision', sql`update log.event set revision = revision + 1000 where position = 150`],
  ];
  test.each(edits)('an event whose %s was edited is named', async (_field, edit) => {
    await tamper(edit);
    expect(await found()).toEqual(['EVENT_EDITED 150', 'ROOT_DIFFERS 150']);
  });

  test('every edited event is named, on whatever page it lies, up to what moved those behind it', async () => {
    await tamper(sql`update log.event set data = replace(data, '{', '{"x":1,') where position in (7, 150, 151)`);
    expect(await found()).toEqual(['EVENT_EDITED 7', 'EVENT_EDITED 150', 'EVENT_EDITED 151', 'ROOT_DIFFERS 7']);
    await tamper(sql`delete from log.event where position = 100`);
    expect(await found()).toEqual(['EVENT_EDITED 7', 'EVENT_DELETED 101', 'ROOT_DIFFERS 7']);
  });

  test('of a log that was edited all over a hundred events are named and the others counted', async () => {
    await tamper(sql`update log.event set data = replace(data, '{', '{"x":1,') where position <= 250`);
    const { findings } = await verdict();
    expect(findings.map(({ code }) => code)).toEqual([
      ...Array.from({ length: 101 }, () => 'EVENT_EDITED'),
      'ROOT_DIFFERS',
    ]);
    expect(findings[100]?.detail).toBe('150 more events differ.');
  });

  test('an event whose id was changed is named', async () => {
    await tamper(sql`update log.event set event_id = gen_random_uuid() where position = 150`);
    expect(await found()).toEqual(['EVENT_REPLACED 150', 'ROOT_DIFFERS 150']);
  });

  test.each([
    ['the first', 1],
    ['one in the middle', 150],
  ])('a deleted event, %s, is named by the one that lies there now', async (_which, position) => {
    await tamper(sql`delete from log.event where position = ${position}`);
    expect(await found()).toContain(`EVENT_DELETED ${position + 1}`);
  });

  test('a deleted event is named when those after it moved up to close the gap', async () => {
    await tamper(
      sql`delete from log.event where position = 150`,
      sql`update log.event set position = -position where position > 150`,
      sql`update log.event set position = -position - 1 where position < 0`,
      sql`update log.head set position = position - 1`,
    );
    expect(await found()).toContain('EVENT_DELETED 150');
  });

  test('a whole stream that was deleted is named by its first event', async () => {
    const [, second] = [...new Set((await readFeed(log, 'start')).map(({ stream }) => stream))];
    await tamper(sql`delete from log.event where stream = ${second}`);
    expect((await found())[0]).toMatch(/^EVENT_DELETED /);
  });

  test('two events that changed places are named', async () => {
    await tamper(
      sql`update log.event set position = -1 where position = 150`,
      sql`update log.event set position = 150 where position = 151`,
      sql`update log.event set position = 151 where position = -1`,
    );
    expect((await found())[0]).toBe('EVENTS_REORDERED 150');
  });

  test('an event that was put in between is named', async () => {
    await tamper(
      sql`update log.event set position = -position where position >= 150`,
      sql`update log.event set position = -position + 1 where position < 0`,
      sql`insert into log.event (position, stream, revision, category, event_id, type, data, metadata, recorded_at)
        select 150, 'contract-BU1.forged', 0, category, gen_random_uuid(), type, data, metadata, recorded_at from log.event where position = 149`,
      sql`update log.head set position = position + 1`,
    );
    expect((await found())[0]).toBe('EVENT_INSERTED 150');
  });

  test('an event that was put behind the last checkpoint is counted as not vouched for', async () => {
    await tamper(
      sql`insert into log.event (position, stream, revision, category, event_id, type, data, metadata, recorded_at)
        select 304, 'contract-BU1.forged', 0, category, gen_random_uuid(), type, data, metadata, recorded_at from log.event where position = 149`,
    );
    expect(await verdict()).toMatchObject({ verified: true, unsealed: { events: 2, firstPosition: at(303) } });
  });

  test('a log that was cut is told, with where it ends', async () => {
    await tamper(sql`delete from log.event where position > 120`);
    expect(await found()).toEqual(['LOG_TRUNCATED 120']);
  });

  test('a change is found although the tree was made to agree, and although the tables of the tree are gone', async () => {
    await tamper(sql`update log.event set type = 'SomethingElse' where position = 150`);
    const [edited] = (await log.readAfter(at(149) as never, 1)).events;
    if (edited === undefined) throw new Error('not there');
    const hash = Buffer.from(hashOfEvent(edited)).toString('hex');
    await tamper(
      sql`update evidence.tile set hashes = overlay(hashes placing decode(${hash}, 'hex') from ${149 * 32 + 1}) where level = 0 and number = 0`,
    );
    expect(await found()).toEqual(['ROOT_DIFFERS -']);
    const outside = (
      await notesIn(`${sealing.folder}/checkpoints`, (await sealing.tree.latestCheckpoint())?.checkpoint.origin ?? '')
    ).map((note) => ({
      ...note,
      place: 'elsewhere',
    }));
    const key = Buffer.from(sealing.parts.signer.publicKey).toString('base64');
    await tamper(sql`truncate evidence.tile, evidence.leaf_page, evidence.checkpoint`);
    const blind = await verdict({ outside, trustedKeys: [key] });
    expect(blind.findings.map(({ code }) => code)).toEqual(['ROOT_DIFFERS', 'CHECKPOINT_MISSING']);
    expect(blind.findings[0]?.detail).toContain('The first 201 events have another root');
  });

  test('a checkpoint that no trusted key signed is told, inside and outside', async () => {
    const other = Buffer.alloc(32).toString('base64');
    expect((await verdict({ trustedKeys: [other] })).findings.map(({ code }) => code)).toEqual(
      Array.from({ length: 6 }, () => 'NOTE_INVALID'),
    );
  });

  test('an event whose text is no JSON any more is named by its place and by what was sealed there', async () => {
    const { eventId } = (await readFeed(log, 'start'))[149] ?? {};
    await tamper(sql`update log.event set data = overlay(data placing '!' from 1) where position = 150`);
    const { findings, events } = await verdict();
    expect(events).toBe(149);
    expect(findings.map(({ code }) => code)).toEqual(['EVENT_UNREADABLE']);
    expect(findings[0]?.detail).toContain(`behind position ${at(149)}, leaf 149, where event ${eventId} was sealed`);
  });

  test('an event with text that has no canonical form is named', async () => {
    await tamper(sql`update log.event set data = '{"text":"\\ud800"}' where position = 150`);
    expect(await found()).toEqual(['EVENT_EDITED 150', 'ROOT_DIFFERS 150']);
  });

  test.each([
    ['time', `replace(checkpoint, '2026-11-23', '2026-11-22')`],
    ['size', `replace(checkpoint, '"treeSize":100', '"treeSize":99')`],
    ['root', `regexp_replace(checkpoint, '"root":"..', '"root":"00')`],
  ])('a checkpoint of the database whose %s was edited is named', async (_what, edit) => {
    await tamper(sql`update evidence.checkpoint set checkpoint = ${sql.raw(edit)} where revision = 0`);
    const [first] = (await verdict()).findings;
    expect(first?.code).toBe('CHECKPOINT_EDITED');
    expect(first?.detail).toContain('its signature does not match its content');
  });

  test('a copy outside that says something else is told with its place, and one that is gone is counted', async () => {
    const origin = (await sealing.tree.latestCheckpoint())?.checkpoint.origin ?? '';
    const [first, second] = await notesIn(`${sealing.folder}/checkpoints`, origin);
    if (first === undefined || second === undefined) throw new Error('there are no notes');
    const swapped = { treeSize: first.treeSize, note: second.note, place: 'the mailbox' };
    const { findings, withoutCopy } = await verdict({ outside: [swapped] });
    expect(findings.map(({ code, detail }) => `${code} ${detail}`)).toEqual([
      'NOTE_INVALID The checkpoint over 100 events in the mailbox is not signed by a trusted key.',
    ]);
    expect(withoutCopy).toBe(3);
  });

  test('after the key was changed, both keys are needed, and each of them vouches for its own checkpoints', async () => {
    const oldKey = Buffer.from(sealing.parts.signer.publicKey).toString('base64');
    const signer = await ownSigner(`${sealing.folder}/another-key.pem`);
    const newKey = Buffer.from(signer.publicKey).toString('base64');
    await appended(log.append(newStream(), 'no-stream', batchOf(5)));
    await settle(sealing.sealer({ signer }));
    sealing.minutesLater();
    await settle(sealing.sealer({ signer }));
    expect(sealing.alarms).toEqual([]);
    const sealed = await sealing.tree.checkpointsAfter(-1, 10);
    expect(sealed.map(({ checkpoint }) => checkpoint.publicKey)).toEqual([oldKey, oldKey, oldKey, newKey]);
    expect(sealed.at(-1)?.checkpoint.keyId).toBe(signer.keyId);
    expect((await verdict({ trustedKeys: [oldKey, newKey] })).findings).toEqual([]);
    const old = await verdict({ trustedKeys: [oldKey] });
    expect(old.findings.map(({ code }) => code)).toEqual(['NOTE_INVALID', 'NOTE_INVALID']);
    const onlyNew = await verdict({ trustedKeys: [newKey] });
    expect(onlyNew.findings.length).toBe(6);
  });
});
