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
// By the order of subjects, so that two who add the same ones wait for each other and never both at once.
const addText = `insert into keys.subject_key (subject, generation, wrapped, master_key_id)
  select n.subject, coalesce((select max(k.generation) from keys.subject_key k where k.subject = n.subject), 0) + 1,
         n.wrapped, n.master_key_id
  from unnest($1::text[], $2::bytea[], $3::text[]) as n (subject, wrapped, master_key_id) order by n.subject collate "C"
  on conflict do nothing`;
const historyText = `select ${columns}, created_at as "createdAt", destroyed_at as "destroyedAt"
  from keys.subject_key where subject = $1 order by generation`;
const destroyText = `update keys.subject_key set wrapped = null, master_key_id = null, destroyed_at = clock_timestamp()
  where subject = $1 and generation <= $2 and destroyed_at is null returning generation`;
const otherwiseText = `select ${columns} from keys.subject_key
  where destroyed_at is null and master_key_id <> $1 order by subject limit $2`;
const rewrapText = `with rewrapped as (
    select k.subject, k.generation, r.wrapped, r.master_key_id
    from unnest($1::text[], $2::integer[], $3::text[], $4::bytea[], $5::text[])
      as r (subject, generation, wrapped_by, wrapped, master_key_id)
    join keys.subject_key k on k.subject = r.subject and k.generation = r.generation and k.master_key_id = r.wrapped_by
    where k.destroyed_at is null order by k.subject, k.generation for update of k
  )
  update keys.subject_key k set wrapped = r.wrapped, master_key_id = r.master_key_id
  from rewrapped r where k.subject = r.subject and k.generation = r.generation`;

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
    add: async (keys) => {
      await ask(addText, [
        keys.map(({ subject }) => subject),
        keys.map(({ wrapped }) => wrapped),
        keys.map(({ masterKeyId }) => masterKeyId),
      ]);
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
    rewrap: async (keys) => {
      await ask(rewrapText, [
        keys.map(({ key }) => key.subject),
        keys.map(({ key }) => key.generation),
        keys.map(({ key }) => key.masterKeyId),
        keys.map(({ to }) => to.wrapped),
        keys.map(({ to }) => to.masterKeyId),
      ]);
    },
  };
};
