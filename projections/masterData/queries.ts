import { sql } from 'kysely';
import type { ReadHandle } from '../readModel.ts';

/** Whether a business unit of this name is defined. */
export const businessUnitExists = async (db: ReadHandle, bu: string): Promise<boolean> => {
  const { rows } = await sql<{ readonly known: boolean }>`select exists (
    select from rm.business_unit where bu = ${bu}) as known`.execute(db);
  return rows[0]?.known ?? false;
};
