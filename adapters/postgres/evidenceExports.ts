import { type Kysely, sql } from 'kysely';
import type { ExportStore } from '../../domain/evidence/ports.ts';
import { orLogUnavailable } from './failures.ts';

/** Exports in `evidence.export`. The first bundle kept under an id stays. */
export const createExportStore = <Tables>(db: Kysely<Tables>): ExportStore => {
  const bundleOf = async (exportId: string, bus: readonly string[] | undefined, handedOver: boolean) => {
    const query = sql<{ bundle: string }>`select bundle from evidence.export where export_id = ${exportId}
      and (${bus === undefined} or bu = any(${[...(bus ?? [])]}::text[])) and (${!handedOver} or position is not null)`;
    return (await orLogUnavailable(() => query.execute(db))).rows[0]?.bundle;
  };
  return {
    keep: async (exportId, bu, bundle) => {
      const query = sql`insert into evidence.export (export_id, bu, bundle) values (${exportId}, ${bu}, ${bundle}) on conflict do nothing`;
      await orLogUnavailable(() => query.execute(db));
    },
    kept: (exportId) => bundleOf(exportId, undefined, false),
    handOver: async (exportId, position) => {
      const query = sql`update evidence.export set position = ${position} where export_id = ${exportId}`;
      await orLogUnavailable(() => query.execute(db));
    },
    read: (exportId, bus) => bundleOf(exportId, bus, true),
  };
};
