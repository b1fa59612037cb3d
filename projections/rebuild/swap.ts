import { type QueryExecutorProvider, sql, type Transaction } from 'kysely';
import type { ProjectionDatabase } from '../advance.ts';
import { type Build, buildOf, consumerOf, liveBuild } from '../build.ts';
import { CheckpointMoved } from '../checkpoint.ts';

/**
 * Less in all than the second after which the database looks for deadlocks: whoever reads several views while they are
 * swapped then waits a moment, and never is the one that is given up.
 */
const lockTimeoutMs = 80;

const attemptsMax = 200;

type View = { readonly name: string; readonly definition: string };

/** The views of `rm` that show tables of this schema. */
const viewsOf = async (tx: QueryExecutorProvider, schema: string): Promise<readonly View[]> => {
  const { rows } = await sql<View>`select distinct v.relname as name, pg_get_viewdef(v.oid) as definition
    from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class join pg_namespace vn on vn.oid = v.relnamespace
      join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
    where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and vn.nspname = 'rm' and v.relkind = 'v' and tn.nspname = ${schema}
    order by v.relname`.execute(tx);
  return rows;
};

const showInstead = async (tx: QueryExecutorProvider, from: Build, to: Build): Promise<void> => {
  for (const { name, definition } of await viewsOf(tx, from.schema)) {
    const moved = definition.replaceAll(new RegExp(`\\b${from.schema}\\.`, 'g'), `${to.schema}.`);
    await sql`create or replace view ${sql.id('rm', name)} as ${sql.raw(moved)}`.execute(tx);
  }
};

const renameConsumer = async (tx: QueryExecutorProvider, from: string, to: string): Promise<void> => {
  await sql`update ops.dead_letter set projection = ${to} where projection = ${from}`.execute(tx);
  await sql`update ops.parked_event set projection = ${to} where projection = ${from}`.execute(tx);
};

const positionOf = async (db: QueryExecutorProvider, { projection, number }: Build): Promise<string> => {
  const { rows } = await sql<{ position: string }>`select coalesce(position, '') as position from ops.projection
    where name = ${projection.name} and version = ${number}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new CheckpointMoved(`build ${number} of ${projection.name} is not there`);
  return row.position;
};

/** The live build's projector stands still from here to the end of the transaction, so the other build can reach it. */
const holdLive = async (tx: Transaction<never>, { projection, number }: Build): Promise<void> => {
  const { rows } =
    await sql`select from ops.projection where name = ${projection.name} and version = ${number} and live for update`.execute(
      tx,
    );
  if (rows.length === 0) throw new CheckpointMoved(`build ${number} of ${projection.name} is no longer live`);
};

const isBusy = (error: unknown): boolean =>
  ['55P03', '40P01', '40001'].includes((error as { code?: string }).code ?? '');

const swapOnce = (
  db: ProjectionDatabase,
  from: Build,
  to: Build,
  reach: (build: Build) => Promise<unknown>,
): Promise<string> =>
  db.transaction().execute(async (tx) => {
    await sql`select set_config('lock_timeout', ${`${lockTimeoutMs}ms`}, true)`.execute(tx);
    await holdLive(tx, from);
    await reach(to);
    const position = await positionOf(db, to);
    if (position < (await positionOf(tx, from)))
      throw new CheckpointMoved(`build ${to.number} of ${to.projection.name} is behind the live one`);
    await showInstead(tx, from, to);
    const { name } = to.projection;
    await sql`update ops.projection set live = false, state = 'KEPT' where name = ${name} and version = ${from.number}`.execute(
      tx,
    );
    await sql`update ops.projection set live = true, state = 'RUNNING' where name = ${name} and version = ${to.number}`.execute(
      tx,
    );
    await renameConsumer(tx, name, consumerOf(name, from.number, false));
    await renameConsumer(tx, consumerOf(name, to.number, false), name);
    return position;
  });

/**
 * Shows readers the build `to` instead of the live one, in one transaction. `reach` brings it to the head of the log; the
 * live build stands still meanwhile, so what readers see never goes back in time. Answers with the position readers are at.
 * Does nothing when `to` is live already.
 */
export const swapBuilds = async (
  db: ProjectionDatabase,
  to: Build,
  reach: (build: Build) => Promise<unknown>,
): Promise<string> => {
  // Most of the way is done while the live build still moves, so that it stands still for a moment only.
  for (let attempt = 1; ; attempt += 1) {
    const from = await liveBuild(db, to.projection);
    if (from.number === to.number) return positionOf(db, to);
    await reach(to);
    try {
      return await swapOnce(db, from, buildOf(to.projection, to.number, false), reach);
    } catch (error) {
      if (!isBusy(error) || attempt >= attemptsMax) throw error;
    }
  }
};
