import { sql } from 'kysely';
import type { ImportCounts } from '../domain/intake/events.ts';
import { defineQuery, type Question } from './question.ts';
import { decodeCursor, type Page, toPage } from './readModel.ts';

export type ImportedRows = ImportCounts & {
  /** Null until they are counted. */
  readonly total: number | null;
  readonly updatedAt: string;
};

/** How far its worker is. Undefined: it is not known here. */
export const importProgress = defineQuery(
  (importId: string): Question<ImportedRows, ImportedRows | undefined> => ({
    statement: sql`select i.total, i.done as rows, i.created, i.changed, i.unchanged, i.refused, i.updated_at as "updatedAt"
      from rm.import i where i.import_id = ${importId}`,
    form: 'single',
    answer: ([found]) => found,
  }),
);

export type RefusedRowView = {
  readonly row: number;
  readonly errors: readonly { readonly column: string | null; readonly code: string; readonly detail: string }[];
  /** In the order of `columns`. */
  readonly cells: readonly string[];
};

export type RefusedRowsPage = Page<RefusedRowView> & {
  /** The header of the file; empty until it was looked at. */
  readonly columns: readonly string[];
};

/** A page is a file that people open, so it is longer than others. */
export const refusedRowsMax = 10_000;
const refusedRowsUsual = 100;

type PageRow = { readonly columns: readonly string[] | null } & {
  [Name in keyof RefusedRowView]: RefusedRowView[Name] | null;
};

const isRow = (row: PageRow): row is PageRow & RefusedRowView => row.row !== null;

/** In the order of the file. Throws `CursorInvalid`. */
export const refusedRows = defineQuery(
  (
    importId: string,
    page: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
  ): Question<PageRow, RefusedRowsPage> => {
    const limit = Math.min(page.limit ?? refusedRowsUsual, refusedRowsMax);
    const [after = '0'] = page.cursor === undefined ? [] : decodeCursor(page.cursor, 1);
    return {
      statement: sql`select i.columns, r.row_no as row, r.errors, r.cells
        from rm.import i left join lateral (
          select row_no, errors, cells from rm.import_refusal
          where import_id = i.import_id and row_no > ${Number(after) || 0} order by row_no limit ${limit + 1}
        ) r on true
        where i.import_id = ${importId} order by r.row_no`,
      answer: (rows) => ({
        columns: rows[0]?.columns ?? [],
        ...toPage(
          rows.filter(isRow),
          limit,
          ({ row }) => [String(row)],
          ({ row, errors, cells }) => ({ row, errors, cells }),
        ),
      }),
    };
  },
);
