import { appendFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newMasterKey, readMasterKeys } from '../../../adapters/notary/masterKeys.ts';
import { createSubjectKeys } from '../../../adapters/postgres/subjectKeys.ts';
import { readConfig } from '../../../api/config.ts';
import { openPersonal } from '../../../api/wiring/personal.ts';
import { rewrapOnce } from '../../../commands/personal/keyWorkers.ts';
import { createVault, type Vault } from '../../../commands/personal/vault.ts';
import { type SealedText, sealedIn } from '../../../domain/personal/sealedText.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { openTestPersonal } from '../../support/personal.ts';

let database: TestDatabase<never>;
let personal: Awaited<ReturnType<typeof openTestPersonal>>;
beforeAll(async () => {
  database = await createTestDatabase();
  personal = await openTestPersonal(database.pool);
});
afterAll(() => database.close());

let number = 0;
let subject = '';
beforeEach(() => {
  number += 1;
  subject = `customer:ACME.C-${number}`;
});

const sealed = async (vault: Vault, text: string): Promise<SealedText> => {
  const seal = (await vault.sealsFor([subject])).get(subject);
  const [word] = sealedIn(seal?.(text, { eventId: 'e1', field: 'reason' }) ?? '');
  if (word === undefined) throw new Error('nothing was sealed');
  return word;
};

const openedBy = async (vault: Vault, word: SealedText) => (await vault.open([word])).get(word.text);
const another = (): Vault => createVault(personal.keys, personal.master);

describe('the keys of a subject', () => {
  test('are made once, however many processes need the first one at the same time', async () => {
    const vaults = Array.from({ length: 8 }, another);
    const words = await Promise.all(vaults.map((vault) => sealed(vault, 'she moved')));
    expect(new Set(words.map(({ text }) => text)).size).toBe(1);
    for (const vault of vaults) expect(await openedBy(vault, words[0] as SealedText)).toBe('she moved');
    expect(await personal.keys.history(subject)).toHaveLength(1);
  });

  test('are made and fetched in one statement for a page, and not again', async () => {
    const subjects = Array.from({ length: 50 }, (_, index) => `customer:PAGE.C-${index}`);
    const calls = { add: 0, current: 0, at: 0 };
    const counting: typeof personal.keys = {
      ...personal.keys,
      add: (keys) => {
        calls.add += 1;
        return personal.keys.add(keys);
      },
      current: (names) => {
        calls.current += 1;
        return personal.keys.current(names);
      },
      at: (names) => {
        calls.at += 1;
        return personal.keys.at(names);
      },
    };
    const seals = await createVault({ ...counting, current: personal.keys.current }, personal.master).sealsFor(
      subjects,
    );
    const words = subjects.flatMap((name) => sealedIn(seals.get(name)?.('x', { eventId: 'e', field: 'f' }) ?? ''));
    const vault = createVault(counting, personal.master);
    for (const _ of [1, 2]) {
      expect((await vault.open(words)).size).toBe(50);
      expect((await vault.sealsFor(subjects)).size).toBe(50);
    }
    expect(calls).toEqual({ add: 1, current: 1, at: 1 });
  });

  test('open nothing any more once they are destroyed, in no process that was told or has waited', async () => {
    let now = 0;
    const [told, waits] = [
      another(),
      createVault(personal.keys, personal.master, undefined, { keysMax: 10, keptMs: 100 }, () => now),
    ];
    const word = await sealed(told, 'she moved');
    expect([await openedBy(told, word), await openedBy(waits, word)]).toEqual(['she moved', 'she moved']);
    expect(await personal.keys.destroy(subject, 1)).toEqual([1]);
    expect(await personal.keys.destroy(subject, 1)).toEqual([]);
    told.forget(subject);
    now = 101;
    expect([await openedBy(told, word), await openedBy(waits, word)]).toEqual([null, null]);
    expect(await openedBy(another(), word)).toBeNull();
    const [row] = await personal.keys.history(subject);
    expect(row).toMatchObject({ wrapped: null, destroyedAt: expect.any(String) });
  });

  test('that are destroyed never come back: text written later has the next one', async () => {
    const vault = another();
    await sealed(vault, 'first');
    await personal.keys.destroy(subject, 1);
    vault.forget(subject);
    expect((await sealed(vault, 'second')).generation).toBe(2);
    const change = (set: string) =>
      database.pool.query(`update keys.subject_key set ${set} where subject = $1 and generation = 1`, [subject]);
    await expect(change(`wrapped = '\\x00', master_key_id = 'x', destroyed_at = null`)).rejects.toThrow(
      'stays destroyed',
    );
    await expect(database.pool.query('delete from keys.subject_key where subject = $1', [subject])).rejects.toThrow(
      'stays destroyed',
    );
    // An erasure that is worked off late leaves what was written after it.
    expect(await personal.keys.destroy(subject, 1)).toEqual([]);
  });

  test('that were being read while they were forgotten are not kept', async () => {
    const word = await sealed(another(), 'she moved');
    const slow = { ...personal.keys };
    const vault = createVault(slow, personal.master);
    slow.at = async (wanted) => {
      const rows = await personal.keys.at(wanted);
      await personal.keys.destroy(subject, 1);
      vault.forget(subject);
      return rows;
    };
    const atLast = createVault({ ...slow, at: (wanted) => slow.at(wanted) }, personal.master);
    await openedBy(atLast, word);
    await openedBy(vault, word);
    slow.at = personal.keys.at;
    expect(await openedBy(vault, word)).toBeNull();
  });

  test('a word that was changed, or moved to another event or subject, is not opened', async () => {
    const vault = another();
    const word = await sealed(vault, 'she moved');
    const other = { ...word, eventId: 'e2', text: 'moved' };
    const flipped = { ...word, box: `${word.box.startsWith('A') ? 'B' : 'A'}${word.box.slice(1)}`, text: 'flipped' };
    const opened = await vault.open([other, flipped]);
    expect([opened.has('moved'), opened.has('flipped')]).toEqual([false, false]);
  });
});

describe('master keys', () => {
  test('O-30: are exchanged while everything goes on: the newest wraps, all unwrap, and the old ones may go when nothing is left', async () => {
    const word = await sealed(another(), 'she moved');
    const old = await personal.master.newest();
    const running = await readMasterKeys(personal.masterKeyFile);
    const line = newMasterKey(new Date());
    await appendFile(personal.masterKeyFile, `${line}\n`);
    const newest = line.split(' ')[0] as string;
    while ((await rewrapOnce(personal)) > 0);
    const { rows } = await database.pool.query(
      'select distinct master_key_id as id from keys.subject_key where destroyed_at is null',
    );
    expect(rows).toEqual([{ id: newest }]);
    // One that has not looked at the file since finds the new key by itself.
    expect(await openedBy(createVault(createSubjectKeys(database.pool), running), word)).toBe('she moved');
    await writeFile(personal.masterKeyFile, `${line}\n`);
    const without = createVault(personal.keys, await readMasterKeys(personal.masterKeyFile));
    expect(await openedBy(without, word)).toBe('she moved');
    expect(old).not.toBe(newest);
  });

  test('one that cannot be unwrapped is told, and every other one is exchanged all the same', async () => {
    await sealed(another(), 'she moved');
    await database.pool.query(`insert into keys.subject_key (subject, generation, wrapped, master_key_id)
      values ('customer:ACME.A-first', 1, '\\x00', 'nowhere')`);
    await appendFile(personal.masterKeyFile, `${newMasterKey(new Date())}\n`);
    const newest = await personal.master.newest();
    await expect(rewrapOnce(personal)).rejects.toThrow('does not hold the master key nowhere');
    const { rows } = await database.pool.query(
      'select subject from keys.subject_key where destroyed_at is null and master_key_id <> $1',
      [newest],
    );
    expect(rows).toEqual([{ subject: 'customer:ACME.A-first' }]);
    await database.pool.query(`update keys.subject_key set wrapped = null, master_key_id = null, destroyed_at = now()
      where subject = 'customer:ACME.A-first'`);
    expect(await rewrapOnce(personal)).toBe(0);
  });

  test('a key that no master key unwraps opens nothing, is told, and keeps nobody from the rest', async () => {
    const word = await sealed(another(), 'lost');
    await database.pool.query(`update keys.subject_key set master_key_id = 'gone' where subject = $1`, [subject]);
    const lost = subject;
    subject = `${subject}-other`;
    const other = await sealed(another(), 'kept');
    const told: string[] = [];
    const vault = createVault(personal.keys, personal.master, (of) => void told.push(of));
    const opened = await vault.open([word, other]);
    expect([opened.has(word.text), opened.get(other.text), told]).toEqual([false, 'kept', [lost]]);
  });

  test('a service does not start with a file that is not the one of its database', async () => {
    await sealed(another(), 'she moved');
    const config = readConfig({
      DATABASE_URL: database.connectionString,
      KEYS_FILE: 'keys.json',
      MASTER_KEY_FILE: `${personal.masterKeyFile}.other`,
    });
    await writeFile(`${personal.masterKeyFile}.other`, newMasterKey(new Date()));
    const parts = { pool: database.pool, tail: { observe: () => {} } } as unknown as Parameters<typeof openPersonal>[1];
    const quiet = { info: () => {}, warn: () => {}, error: () => {} };
    await expect(openPersonal(config, parts, quiet)).rejects.toThrow('MASTER_KEY_FILE does not hold');
    await openPersonal({ ...config, masterKeyFile: personal.masterKeyFile }, parts, quiet);
    await expect(openPersonal({ ...config, masterKeyFile: '/nowhere/keys' }, parts, quiet)).rejects.toThrow(
      'cannot be read',
    );
  });

  test('a file that is none is refused with a sentence that quotes no key', async () => {
    const secret = newMasterKey(new Date());
    const file = `${personal.masterKeyFile}.wrong`;
    for (const content of ['', '# nothing\n', 'a b c\n', 'short AAAA\n', `${secret}\n${secret}\n`]) {
      await writeFile(file, content);
      const message = await readMasterKeys(file).then(
        () => 'taken',
        (error: unknown) => (error instanceof RangeError ? error.message : 'another error'),
      );
      expect(message).toContain(file);
      expect(message).not.toContain(secret.split(' ')[1] as string);
    }
    await expect(readMasterKeys(`${file}.absent`)).rejects.toThrow('cannot be read');
  });
});
