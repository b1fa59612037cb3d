import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';

/** `pool` as Kysely sees it, each of its connections behind a facade that is made once. */
export const withFacades = (pool: pg.Pool, facade: (client: pg.PoolClient) => PostgresPoolClient): PostgresPool => {
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect();
      const made = known.get(client) ?? facade(client);
      known.set(client, made);
      return made;
    },
    end: () => pool.end(),
  };
};
