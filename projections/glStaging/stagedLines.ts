import { sql } from 'kysely';
import type { ReadHandle } from '../readModel.ts';

/** What the staging ledger knows of a line beside its account and amount. */
export type StagedLine = {
  readonly journalId: string;
  readonly lineNo: number;
  readonly role: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly orderId: string | null;
  readonly orderLineId: string | null;
};

/** The lines of these journals, in no order. Who asks names no more journals than it can hold the lines of. */
export const stagedLines = async (db: ReadHandle, journalIds: readonly string[]): Promise<readonly StagedLine[]> => {
  const { rows } =
    await sql<StagedLine>`select l.journal_id as "journalId", l.line_no as "lineNo", l.role, l.dimensions,
      l.order_id as "orderId", l.order_line_id as "orderLineId"
    from rm.gl_line l where l.journal_id = any(${journalIds}::text[])`.execute(db);
  return rows;
};
