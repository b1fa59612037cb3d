import type pg from 'pg';
import type { Snapshot, SnapshotStore } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

const latestText = `select revision::float8 as revision, position, body from ops.snapshot where stream = $1 and code = $2`;

/** Of two processes the one that came further wins; what other code made is of no use to this one. */
const saveText = `insert into ops.snapshot as known (stream, code, revision, position, body) values ($1, $2, $3, $4, $5)
  on conflict (stream) do update set code = excluded.code, revision = excluded.revision, position = excluded.position,
    body = excluded.body, taken_at = excluded.taken_at
  where known.code <> excluded.code or known.revision < excluded.revision`;

/** One snapshot for each stream. `code`: fingerprint of everything that a fold depends on. */
export const createSnapshotStore = (pool: pg.Pool, code: string): SnapshotStore => ({
  latest: async (stream) => {
    const query = { name: 'snapshot-latest', text: latestText, values: [stream, code] };
    const { rows } = await orLogUnavailable(() => pool.query<Snapshot>(query));
    return rows[0];
  },
  save: async (stream, { revision, position, body }) => {
    const values = [stream, code, revision, position, Buffer.from(body.buffer, body.byteOffset, body.byteLength)];
    await orLogUnavailable(() => pool.query({ name: 'snapshot-save', text: saveText, values }));
  },
});
