import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCheckpoints } from '../../../adapters/postgres/checkpoints.ts';
import type { PostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { newUlid } from '../../../commands/eventIds.ts';
import { createExecutor } from '../../../commands/handle.ts';
import { erasureCalls } from '../../../commands/personal/eraseSubject.ts';
import { createErasures, type ErasureWorkerPorts, erasuresCheckpoint } from '../../../commands/personal/keyWorkers.ts';
import { createVault } from '../../../commands/personal/vault.ts';
import { sealedIn } from '../../../domain/personal/sealedText.ts';
import { appended, batchOf, newStream } from '../../contracts/logFixtures.ts';
import type { TestDatabase } from '../../support/database.ts';
import { openTestPersonal } from '../../support/personal.ts';
import { createTestLog } from '../../support/testLog.ts';
import { contextOf } from '../commandContext.ts';

let database: TestDatabase<never>;
let log: PostgresLog;
let personal: Awaited<ReturnType<typeof openTestPersonal>>;
let ports: ErasureWorkerPorts;
beforeEach(async () => {
  ({ database, log } = await createTestLog());
  personal = await openTestPersonal(database.pool);
  ports = { feed: log, checkpoints: createCheckpoints(database.db), keys: personal.keys, onError: () => {} };
});
afterEach(async () => {
  await database.close();
});

const subject = 'customer:ACME.C-1001';
const request = { bu: 'ACME', customer: 'C-1001', ground: 'RETENTION_OVER', reference: null } as const;

const wordOf = async (text: string) => {
  const seal = (await personal.vault.sealsFor([subject])).get(subject);
  const [word] = sealedIn(seal?.(text, { eventId: 'e', field: 'reason' }) ?? '');
  if (word === undefined) throw new Error('nothing was sealed');
  return word;
};

const calls = (changes: Partial<typeof personal.keys> = {}) =>
  erasureCalls({
    executor: createExecutor(log),
    keys: { ...personal.keys, ...changes },
    vault: personal.vault,
    requireApproval: async () => ({
      kind: 'done',
      value: { approvalId: 'A', requestedBy: 'one', approvedBy: 'other' },
      receipt: { commandId: '', stream: '', revision: 0, position: '', recordedAt: '' },
    }),
  });

const generations = async () => (await personal.keys.history(subject)).map(({ wrapped }) => wrapped === null);

describe('an erasure', () => {
  test('that was killed between its receipt and the destruction is finished by whoever follows the log', async () => {
    const word = await wordOf('she moved');
    const killed = calls({ destroy: () => Promise.reject(new Error('killed')) });
    await expect(killed.eraseSubject(request, contextOf(newUlid()))).rejects.toThrow('killed');
    expect(await generations()).toEqual([false]);
    while (await createErasures(ports)());
    expect(await generations()).toEqual([true]);
    const another = createVault(personal.keys, personal.master);
    expect((await another.open([word])).get(word.text)).toBeNull();
  });

  test('asked for again by who was told nothing is the same one, and destroys what is left', async () => {
    await wordOf('she moved');
    const context = contextOf(newUlid());
    const killed = calls({ destroy: () => Promise.reject(new Error('killed')) });
    await expect(killed.eraseSubject(request, context)).rejects.toThrow('killed');
    const answers = [
      await calls().eraseSubject(request, context),
      await calls().eraseSubject(request, contextOf(newUlid())),
    ];
    expect(answers.map(({ kind }) => kind)).toEqual(['done', 'done']);
    expect(await generations()).toEqual([true]);
    const { events } = await log.readAfter('start', 100);
    expect(events.map(({ type }) => type)).toEqual(['SubjectErased']);
    expect(JSON.stringify(events[0]?.data)).not.toContain('she moved');
  });

  test('worked off late, or twice, leaves what was sealed after it', async () => {
    await wordOf('before');
    await calls().eraseSubject(request, contextOf(newUlid()));
    const after = await wordOf('after');
    expect(after.generation).toBe(2);
    while (await createErasures(ports)());
    expect(await generations()).toEqual([true, false]);
  });

  test('is worked off again when keys come back with a backup of their database', async () => {
    await wordOf('she moved');
    const before = await database.pool.query('select * from keys.subject_key');
    const checkpoint = await ports.checkpoints.read(erasuresCheckpoint);
    await calls().eraseSubject(request, contextOf(newUlid()));
    while (await createErasures(ports)());
    // The database as it was, the log as it is: what EventStoreDB beside a restored Postgres looks like.
    await database.pool.query('alter table keys.subject_key disable trigger keep_destroyed');
    const [row] = before.rows;
    await database.pool.query(
      'update keys.subject_key set wrapped = $1, master_key_id = $2, destroyed_at = null where subject = $3',
      [row.wrapped, row.master_key_id, subject],
    );
    await database.pool.query('delete from ops.checkpoint where name = $1', [erasuresCheckpoint]);
    expect([checkpoint, await generations()]).toEqual(['start', [false]]);
    while (await createErasures(ports)());
    expect(await generations()).toEqual([true]);
  });

  test('costs the database next to nothing while nobody is erased, and is noted at once when somebody is', async () => {
    const asked: string[] = [];
    const { checkpoints } = ports;
    const step = createErasures({
      ...ports,
      checkpoints: {
        read: (name) => {
          asked.push('read');
          return checkpoints.read(name);
        },
        advance: (name, from, to) => {
          asked.push('advance');
          return checkpoints.advance(name, from, to);
        },
      },
    });
    for (let n = 0; n < 5; n += 1) {
      await appended(log.append(newStream('order'), 'no-stream', batchOf(2)));
      while (await step());
    }
    expect(asked).toEqual(['read', 'advance']);
    await wordOf('she moved');
    await calls().eraseSubject(request, contextOf(newUlid()));
    while (await step());
    expect(await generations()).toEqual([true]);
    expect(await checkpoints.read(erasuresCheckpoint)).toBe(await log.head());
    // Somebody else put it back: what follows from there is done again.
    await database.pool.query(`update ops.checkpoint set position = 'start' where name = $1`, [erasuresCheckpoint]);
    await wordOf('she moved again');
    await calls().eraseSubject(request, contextOf(newUlid()));
    while (await step());
    while (await step());
    expect(asked.slice(2)).toEqual(['advance', 'advance', 'read', 'advance']);
  });
});
