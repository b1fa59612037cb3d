import { type Kysely, sql } from 'kysely';

/** The edges of goods and documents alone. What is posted joins the graph from the staging ledger, line by line. */
export const up = async (db: Kysely<never>): Promise<void> => {
  await sql`create view rm.lineage_flow as select * from rm_lineage_v1.lineage_edge`.execute(db);
};
