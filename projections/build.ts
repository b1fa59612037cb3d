import { type QueryExecutorProvider, sql } from 'kysely';
import type { Projection } from './projection.ts';

/**
 * One copy of a read model's tables, in a schema of its own. Exactly one build is live: the views of the plain names show
 * it. A rebuild fills the next number beside it; the build before the live one is kept for a rollback.
 */
export type Build = {
  readonly projection: Projection;
  /** Counts up with every rebuild, whether the code changed or not. Never used twice. */
  readonly number: number;
  readonly live: boolean;
  readonly schema: string;
  /** Whose dead letters and parked events these are: the projection's while the build is live. */
  readonly consumer: string;
};

export const schemaOf = (projection: string, number: number): string => `rm_${projection}_v${number}`;

export const consumerOf = (projection: string, number: number, live: boolean): string =>
  live ? projection : `${projection}@${number}`;

export const buildOf = (projection: Projection, number: number, live: boolean): Build => ({
  projection,
  number,
  live,
  schema: schemaOf(projection.name, number),
  consumer: consumerOf(projection.name, number, live),
});

/** The build that readers see. The first one comes with the migrations and has number 1. */
export const liveBuild = async (db: QueryExecutorProvider, projection: Projection): Promise<Build> => {
  const { name, version } = projection;
  const live = async () => {
    const { rows } = await sql<{
      version: number;
    }>`select version from ops.projection where name = ${name} and live`.execute(db);
    return rows[0]?.version;
  };
  const known = await live();
  if (known !== undefined) return buildOf(projection, known, true);
  await sql`insert into ops.projection (name, version, code_version, live, state)
    select ${name}, 1, ${version}, true, 'REPLAYING' where not exists (select from ops.projection where name = ${name})
    on conflict do nothing`.execute(db);
  return buildOf(projection, (await live()) ?? 1, true);
};
