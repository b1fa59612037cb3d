import { type Kysely, sql } from 'kysely';
import type { WaitingAnswer, WaitingAnswers } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

/** Answers to EDI partners that others have to decide first, in `ops.waiting_answer`. */
export const createWaitingAnswers = <Tables>(db: Kysely<Tables>): WaitingAnswers => ({
  note: async ({ key, stream, revision, changeIds }) => {
    const statement = sql`insert into ops.waiting_answer (key, stream, revision, change_ids)
      values (${key}, ${stream}, ${revision}, ${[...changeIds]}::text[]) on conflict (key) do nothing`;
    await orLogUnavailable(() => statement.execute(db));
  },
  waitingFor: async (changeIds) => {
    const statement = sql<WaitingAnswer>`select key, stream, revision, change_ids as "changeIds"
      from ops.waiting_answer where change_ids && ${[...changeIds]}::text[] order by key`;
    return (await orLogUnavailable(() => statement.execute(db))).rows;
  },
  forget: async (key) => {
    const statement = sql`delete from ops.waiting_answer where key = ${key}`;
    await orLogUnavailable(() => statement.execute(db));
  },
});
