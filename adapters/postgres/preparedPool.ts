import { createHash } from 'node:crypto';
import { type CompiledQuery, Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { withFacades } from './pool/clientFacades.ts';

/** More statements than one pool's users have; what comes later runs without a name, so a server never keeps more plans than this. */
const namesMax = 500;

/** The server refuses a kept plan whose columns have got other types, as when a rebuilt read model took a view's place. */
const isStale = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '0A000' && error.message.includes('cached plan');

/** A replica gives up a read that would hold back what the primary has removed meanwhile. */
const isOvertaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '40001';

/** Names statements by their text. A name that has gone stale is given up for a new one, which is planned anew. */
const createNames = () => {
  const known = new Map<string, string>();
  const made = (text: string, generation: number): string =>
    `q${generation}_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
  let generation = 0;
  return {
    of: (text: string): string | undefined => {
      const name = known.get(text);
      if (name !== undefined || known.size >= namesMax) return name;
      known.set(text, made(text, generation));
      return known.get(text);
    },
    renew: (text: string): void => {
      generation += 1;
      known.set(text, made(text, generation));
    },
  };
};

/**
 * `pool` for statements that run again and again: each is a named prepared statement, so a connection's server parses and
 * plans it once. A statement whose plan went stale, or that a replica gave up, runs a second time, but for one in a
 * transaction, which fails.
 */
const preparing = (pool: pg.Pool): PostgresPool => {
  const names = createNames();
  const facade = (client: pg.PoolClient): PostgresPoolClient => {
    const run = (text: string, values: readonly unknown[]) => {
      const name = names.of(text);
      return client.query({ ...(name !== undefined && { name }), text, values: [...values] });
    };
    const query = async (text: string, values: readonly unknown[] = []) => {
      try {
        return await run(text, values);
      } catch (error) {
        if (!isStale(error) && !isOvertaken(error)) throw error;
        if (isStale(error)) names.renew(text);
        // A transaction has failed with it, and whoever runs it tries all of it again. Whether the server has said so yet is chance.
        if (client.getTransactionStatus() !== 'I') throw error;
        return run(text, values);
      }
    };
    return { query, release: (destroy?: boolean) => client.release(destroy) } as unknown as PostgresPoolClient;
  };
  return withFacades(pool, facade);
};

const kyselyOver = <Tables>(pool: PostgresPool): Kysely<Tables> =>
  new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });

/** Queries over `pool` whose statements are prepared under a name. Destroying the result ends the pool. */
export const createPreparedKysely = <Tables>(pool: pg.Pool): Kysely<Tables> => kyselyOver(preparing(pool));

/** The same for questions: `rowsOf` asks a compiled statement without Kysely's executor, whose wrappers they do not need. */
export const createPreparedReads = (pool: pg.Pool) => {
  const prepared = preparing(pool);
  const rowsOf = async <Row>({ sql, parameters }: CompiledQuery<Row>): Promise<readonly Row[]> => {
    const client = await prepared.connect();
    try {
      return (await client.query<Row>(sql, parameters)).rows;
    } finally {
      client.release();
    }
  };
  return Object.assign(kyselyOver<never>(prepared), { rowsOf });
};
