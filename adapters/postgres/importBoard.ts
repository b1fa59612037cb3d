import { type Kysely, sql } from 'kysely';
import type { ImportBoard } from '../../commands/ports.ts';
import type { ImportCounts } from '../../domain/intake/events.ts';
import { orLogUnavailable } from './failures.ts';

type Noted = ImportCounts & { readonly total: number | null };

const nothingYet: Noted = { total: null, rows: 0, created: 0, changed: 0, unchanged: 0, refused: 0 };

/** `ops.import` and, beside it, the rows that were refused. */
export const createImportBoard = <Tables>(db: Kysely<Tables>): ImportBoard => ({
  open: async (importId, { uploadId, namesPeople }) => {
    // The update changes nothing; without one a row that is there already is not answered with.
    const statement = sql<{ uploadId: string }>`insert into ops.import (import_id, upload_id, names_people)
      values (${importId}, ${uploadId}, ${namesPeople})
      on conflict (import_id) do update set upload_id = import.upload_id returning upload_id as "uploadId"`;
    const { rows } = await orLogUnavailable(() => statement.execute(db));
    return rows[0]?.uploadId ?? uploadId;
  },
  progress: async (importId) => {
    const statement = sql<Noted>`select total, done as rows, created, changed, unchanged, refused
      from ops.import where import_id = ${importId}`;
    const { rows } = await orLogUnavailable(() => statement.execute(db));
    const { total, ...counts } = rows[0] ?? nothingYet;
    return { total, counts };
  },
  begin: async (importId, columns, total) => {
    const statement = sql`with forgotten as (delete from ops.import_refusal where import_id = ${importId})
      update ops.import set columns = ${JSON.stringify(columns)}::json, total = ${total}, done = 0, created = 0,
        changed = 0, unchanged = 0, refused = 0, updated_at = clock_timestamp()
      where import_id = ${importId}`;
    await orLogUnavailable(() => statement.execute(db));
  },
  note: async (importId, { rows, created, changed, unchanged, refused }, refusals) => {
    const told = JSON.stringify(refusals.map(({ row, errors, cells }) => ({ row, errors, cells })));
    const statement = sql`with refusals as (
        insert into ops.import_refusal (import_id, row_no, errors, cells)
        select ${importId}, r.row, r.errors, r.cells
        from json_to_recordset(${told}::json) as r(row int, errors json, cells json)
        on conflict (import_id, row_no) do update set errors = excluded.errors, cells = excluded.cells
      )
      update ops.import set done = ${rows}, created = ${created}, changed = ${changed}, unchanged = ${unchanged},
        refused = ${refused}, updated_at = clock_timestamp()
      where import_id = ${importId} and done < ${rows}`;
    await orLogUnavailable(() => statement.execute(db));
  },
  end: async (importIds) => {
    if (importIds.length === 0) return;
    const statement = sql`with ended as (
        update ops.import set ended_at = clock_timestamp(), updated_at = clock_timestamp()
        where import_id = any(${importIds}::text[]) and ended_at is null returning upload_id, names_people
      )
      delete from ops.import_piece p using ended where ended.names_people and p.upload_id = ended.upload_id`;
    await orLogUnavailable(() => statement.execute(db));
  },
});
