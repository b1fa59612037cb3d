import { type Kysely, sql } from 'kysely';
import type { ImportFiles } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

/** A file that nobody made an import of within a day is nobody's. */
const orphanedAfter = "interval '1 day'";

/** Files in `ops.import_piece`, a row for each piece. */
export const createImportFiles = <Tables>(db: Kysely<Tables>): ImportFiles => ({
  put: async (uploadId, piece, content) => {
    const statement = sql`insert into ops.import_piece (upload_id, piece, content)
      values (${uploadId}, ${piece}, ${content})`;
    await orLogUnavailable(() => statement.execute(db));
  },
  // One piece at a time, by its key: a file is never in memory as a whole.
  pieces: async function* (uploadId) {
    for (let piece = 0; ; piece += 1) {
      const statement = sql<{ content: string }>`select content from ops.import_piece
        where upload_id = ${uploadId} and piece = ${piece}`;
      const { rows } = await orLogUnavailable(() => statement.execute(db));
      const [found] = rows;
      if (found === undefined) return;
      yield found.content;
    }
  },
  remove: async (uploadId) => {
    await orLogUnavailable(() => sql`delete from ops.import_piece where upload_id = ${uploadId}`.execute(db));
  },
  removeUnnamed: async (uploadId) => {
    const statement = sql`delete from ops.import_piece where upload_id = ${uploadId}
      and not exists (select from ops.import where upload_id = ${uploadId})`;
    await orLogUnavailable(() => statement.execute(db));
  },
  removeOld: async (endedBefore) => {
    // Of files that name people only the refused rows are left by then: the bytes went with the last row.
    const statement = sql`with ended as (
        select import_id, upload_id from ops.import where ended_at < ${endedBefore}::timestamptz
      ), orphaned as (
        select p.upload_id from ops.import_piece p where p.piece = 0
          and p.stored_at < clock_timestamp() - ${sql.raw(orphanedAfter)}
          and not exists (select from ops.import i where i.upload_id = p.upload_id)
      ), pieces as (
        delete from ops.import_piece
        where upload_id in (select upload_id from ended union all select upload_id from orphaned)
      )
      delete from ops.import_refusal r using ended where r.import_id = ended.import_id`;
    await orLogUnavailable(() => statement.execute(db));
  },
});
