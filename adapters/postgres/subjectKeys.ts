import type pg from 'pg';
import type { SubjectKey, SubjectKeys } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

type Row = {
  readonly subject: string;
  readonly generation: number;
  readonly wrapped: Buffer | null;
  readonly masterKeyId: string | null;
};

const columns = 'subject, generation, wrapped, master_key_id as "masterKeyId"';

const currentText = `select ${columns} from keys.subject_key where subject = any($1::text[]) and destroyed_at is null`;
const atText = `select ${columns} from keys.subject_key
  join unnest($1::text[], $2::integer[]) as wanted (subject, generation) using (subject, generation)`;
const addText = `insert into keys.subject_key (subject, generation, wrapped, master_key_id)
  select $1, coalesce(max(generation), 0) + 1, $2, $3 from keys.subject_key where subject = $1
  on conflict do nothing`;
const historyText = `select ${columns}, created_at as "createdAt", destroyed_at as "destroyedAt"
  from keys.subject_key where subject = $1 order by generation`;
const destroyText = `update keys.subject_key set wrapped = null, master_key_id = null, destroyed_at = clock_timestamp()
  where subject = $1 and generation <= $2 and destroyed_at is null returning generation`;
const otherwiseText = `select ${columns} from keys.subject_key
  where destroyed_at is null and master_key_id <> $1 order by subject limit $2`;
const rewrapText = `update keys.subject_key set wrapped = $4, master_key_id = $5
  where subject = $1 and generation = $2 and master_key_id = $3 and destroyed_at is null`;

const toKey = ({ masterKeyId, ...row }: Row): SubjectKey => ({ ...row, masterKeyId: masterKeyId ?? '' });

/** Keys of subjects in `keys.subject_key`. What is added is durable when it is told. */
export const createSubjectKeys = (pool: pg.Pool): SubjectKeys => {
  const ask = async <R extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<readonly R[]> =>
    (await orLogUnavailable(() => pool.query<R>(text, values))).rows;

  return {
    current: async (subjects) => (await ask<Row>(currentText, [subjects])).map(toKey),
    at: async (keys) => {
      const values = [keys.map(({ subject }) => subject), keys.map(({ generation }) => generation)];
      return (await ask<Row>(atText, values)).map(toKey);
    },
    add: async (subject, { wrapped, masterKeyId }) => {
      await ask(addText, [subject, wrapped, masterKeyId]);
    },
    history: async (subject) => {
      const rows = await ask<Row & { createdAt: string; destroyedAt: string | null }>(historyText, [subject]);
      return rows.map(({ createdAt, destroyedAt, ...row }) => ({ ...toKey(row), createdAt, destroyedAt }));
    },
    destroy: async (subject, throughGeneration) => {
      const rows = await ask<{ generation: number }>(destroyText, [subject, throughGeneration]);
      // The row as it was before lies in its page until that is cleaned. A table of keys is small.
      if (rows.length > 0) await ask('vacuum keys.subject_key', []);
      return rows.map(({ generation }) => generation).sort((a, b) => a - b);
    },
    wrappedOtherwise: async (masterKeyId, limit) => (await ask<Row>(otherwiseText, [masterKeyId, limit])).map(toKey),
    rewrap: async ({ subject, generation, masterKeyId }, to) => {
      await ask(rewrapText, [subject, generation, masterKeyId, to.wrapped, to.masterKeyId]);
    },
  };
};
