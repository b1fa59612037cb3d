import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type RawBuilder, sql } from 'kysely';
import { adjust, found, get, journalOf, seal } from './evidenceApi.ts';
import { api } from './fileApi.ts';

const tamper = async (...statements: readonly RawBuilder<unknown>[]): Promise<void> => {
  await sql`alter table log.event disable trigger all`.execute(api.database.db);
  await sql`grant update, delete on log.event to current_user`.execute(api.database.db);
  for (const statement of statements) await statement.execute(api.database.db);
};

/** What the verifier says of a database that somebody changed. */
export const flippedBytes = (): void => {
  describe('one byte that is flipped in Postgres', () => {
    let line: string;
    let journalId: string;
    let eventId: string;
    beforeAll(async () => {
      const adjusted = await adjust();
      eventId = adjusted.eventId;
      journalId = await journalOf(eventId, adjusted.position);
      line = `/v1/audit/proofs/gl-lines/${journalId}:1`;
      await seal();
      expect(await found((await get(line)).body)).toEqual([]);
    });

    /** Changes something, looks what the verifier finds, and changes it back. */
    const findsAfter = async (change: RawBuilder<unknown>, back: RawBuilder<unknown>): Promise<readonly string[]> => {
      await tamper(change);
      const { status, body } = await get(line);
      await tamper(back);
      expect(status).toBe(200);
      expect(await found((await get(line)).body)).toEqual([]);
      return found(body);
    };

    test('in an event is named', async () => {
      const edit = (from: string, to: string) =>
        sql`update log.event set data = replace(data, ${from}, ${to}) where event_id = ${eventId}::uuid`;
      const seen = await findsAfter(edit('"qty":"-5"', '"qty":"-4"'), edit('"qty":"-4"', '"qty":"-5"'));
      expect(seen[0]).toMatch(/^EVENT_NOT_SEALED StockAdjusted \(stock-ACME\.DC-EAST\.BRG-6204@\d+, position \d+\)/);
    });

    test('in the metadata of an event is named', async () => {
      const edit = (from: string, to: string) =>
        sql`update log.event set metadata = replace(metadata, ${from}, ${to}) where event_id = ${eventId}::uuid`;
      const seen = await findsAfter(edit('"bu":"ACME"', '"bu":"ACMF"'), edit('"bu":"ACMF"', '"bu":"ACME"'));
      expect(seen[0]).toMatch(/^EVENT_NOT_SEALED StockAdjusted/);
    });

    test('in the envelope of an event is named', async () => {
      const edit = (by: string) =>
        sql`update log.event set recorded_at = recorded_at + ${by}::interval where event_id = ${eventId}::uuid`;
      expect((await findsAfter(edit('1 second'), edit('-1 second')))[0]).toMatch(/^EVENT_NOT_SEALED StockAdjusted/);
    });

    test('in a journal line is named', async () => {
      const edit = (debit: string) =>
        sql`update rm_gl_staging_v1.gl_line set debit = ${debit}::numeric where journal_id = ${journalId} and line_no = 1`;
      await sql`alter table rm_gl_staging_v1.gl_line disable trigger all`.execute(api.database.db);
      expect(await findsAfter(edit('3001'), edit('3000'))).toEqual([
        `JOURNAL_DIFFERS Journal ${journalId} line 1: debit is "3001", the posting rule gives "3000".`,
      ]);
    });

    test('in a rule is named', async () => {
      const edit = (from: string, to: string) =>
        sql`update log.event set data = replace(data, ${from}, ${to}) where stream = 'policy-ACME.accounts' and revision = 0`;
      const { rows } = await sql<{
        account: string;
      }>`select account from rm.gl_line where journal_id = ${journalId} and line_no = 1`.execute(api.database.db);
      const account = rows[0]?.account ?? '';
      const seen = await findsAfter(edit(account, `${account}9`), edit(`${account}9`, account));
      expect(seen[0]).toMatch(/^EVENT_NOT_SEALED AccountMapPublished \(policy-ACME\.accounts@0, position \d+\)/);
      expect(seen.join('\n')).toContain(`line 1: account is "${account}", the posting rule gives "${account}9"`);
    });

    test('in the tree is named, as is a checkpoint that was signed for something else', async () => {
      const flip = sql`update evidence.tile set hashes = set_byte(hashes, 3, get_byte(hashes, 3) # 1) where level = 0 and number = 0`;
      expect((await findsAfter(flip, flip)).join('\n')).toMatch(/EVENT_NOT_SEALED|HISTORY_REWRITTEN/);
      const edit = (from: string, to: string) =>
        sql`update evidence.checkpoint set checkpoint = replace(checkpoint, ${from}, ${to})`;
      expect((await findsAfter(edit('T08:', 'T07:'), edit('T07:', 'T08:'))).join('\n')).toContain('CHECKPOINT_INVALID');
    });

    test('an event that is gone is told instead of a proof', async () => {
      await tamper(
        sql`create table kept as select * from log.event where event_id = ${eventId}::uuid`,
        sql`delete from log.event where event_id = ${eventId}::uuid`,
      );
      const answer = await get(line);
      await tamper(sql`insert into log.event select * from kept`);
      expect([answer.status, answer.body.code]).toEqual([409, 'EVIDENCE_DAMAGED']);
      expect(answer.body.detail).toContain(eventId);
    });

    test('an event that is gone ends no process, however long the policies take', async () => {
      const { evidence } = api.deps;
      const { policyStreams } = evidence;
      const unseen: unknown[] = [];
      const see = (error: unknown) => void unseen.push(error);
      await tamper(
        sql`create table held as select * from log.event where event_id = ${eventId}::uuid`,
        sql`delete from log.event where event_id = ${eventId}::uuid`,
      );
      process.on('unhandledRejection', see);
      try {
        Object.assign(evidence, { policyStreams: (bu: string) => delay(200).then(() => policyStreams(bu)) });
        expect((await get(line)).body.code).toBe('EVIDENCE_DAMAGED');
        expect(unseen).toEqual([]);
      } finally {
        Object.assign(evidence, { policyStreams });
        process.off('unhandledRejection', see);
        await tamper(sql`insert into log.event select * from held`);
      }
    });
  });
};
