import type { Kysely } from 'kysely';
import { projections } from '../../projections/catalogue.ts';
import { catchUp } from '../../projections/runner.ts';
import type { MemoryLog } from './memoryLog.ts';

/** Every read model follows this history to its end, one after the other. */
export const catchUpAll = async (db: Kysely<never>, log: MemoryLog): Promise<void> => {
  for (const projection of projections) await catchUp({ db, ...log }, projection);
};
