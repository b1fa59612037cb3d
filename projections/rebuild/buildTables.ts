import { type QueryExecutorProvider, sql } from 'kysely';
import type { Build } from '../build.ts';
import { schemaOf } from '../build.ts';

/**
 * A build's tables are copies of the live build's, made from what the database itself says about them. So migrations are
 * the only place that describes a read model, and a copy can never lag behind them.
 */

/** A name of the schema at the start of a qualified name, as the database prints definitions. */
const inOtherSchema = (definition: string, from: string, to: string): string =>
  definition.replaceAll(new RegExp(`\\b${from}\\.`, 'g'), `${to}.`);

const run = async (tx: QueryExecutorProvider, statements: readonly string[]): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(tx);
};

type Definition = { readonly table: string; readonly definition: string };

/** Primary and unique keys first: others refer to them. */
const keysOf = async (tx: QueryExecutorProvider, schema: string): Promise<readonly Definition[]> => {
  const { rows } = await sql<Definition>`select t.relname as table,
      format('alter table %I.%I add constraint %I %s', n.nspname, t.relname, c.conname, pg_get_constraintdef(c.oid)) as definition
    from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = ${schema} and c.contype in ('p', 'u') order by t.relname, c.contype, c.conname`.execute(tx);
  return rows;
};

const indexesOf = async (tx: QueryExecutorProvider, schema: string): Promise<readonly Definition[]> => {
  const { rows } = await sql<Definition>`select t.relname as table, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = ${schema} and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))
    order by t.relname, i.indexrelid`.execute(tx);
  return rows;
};

/** Foreign keys, functions and triggers, in this order. */
const guardsOf = async (tx: QueryExecutorProvider, schema: string): Promise<readonly string[]> => {
  const { rows } = await sql<{ definition: string }>`
    select definition from (
      select 1 as step, format('alter table %I.%I add constraint %I %s', n.nspname, t.relname, c.conname, pg_get_constraintdef(c.oid)) as definition
      from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
      where n.nspname = ${schema} and c.contype = 'f'
      union all
      select 2, pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = ${schema}
      union all
      select 3, pg_get_triggerdef(g.oid) from pg_trigger g join pg_class t on t.oid = g.tgrelid join pg_namespace n on n.oid = t.relnamespace
      where n.nspname = ${schema} and not g.tgisinternal) found
    order by step, definition`.execute(tx);
  return rows.map(({ definition }) => definition);
};

const grantsOf = async (tx: QueryExecutorProvider, schema: string): Promise<readonly string[]> => {
  const { rows } = await sql<{ definition: string }>`
    select format('grant %s on %I.%I to %s', a.privilege_type, ${schema}::text, t.relname,
      case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end) as definition
    from pg_class t join pg_namespace n on n.oid = t.relnamespace, lateral aclexplode(t.relacl) a
    where n.nspname = ${schema} and t.relkind = 'r' and a.grantee <> t.relowner
    union all
    select format('grant %s on schema %I to %s', a.privilege_type, n.nspname,
      case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end)
    from pg_namespace n, lateral aclexplode(n.nspacl) a where n.nspname = ${schema} and a.grantee <> n.nspowner`.execute(
    tx,
  );
  return rows.map(({ definition }) => definition);
};

/**
 * Makes the schema of `to` with empty tables that have their keys and whatever `needs` says a replay cannot do without.
 * Everything else comes by `completeTables`: an index is cheaper to build once than to keep row by row.
 */
export const createTables = async (tx: QueryExecutorProvider, from: Build, to: Build): Promise<void> => {
  const { tables, replayIndexes = [] } = to.projection;
  await run(tx, [`create schema "${to.schema}"`]);
  for (const table of tables) {
    await sql`create table ${sql.id(to.schema, table)} (like ${sql.id(from.schema, table)}
      including defaults including constraints including generated including identity including storage including comments)`.execute(
      tx,
    );
  }
  const wanted = (await indexesOf(tx, from.schema)).filter(({ definition }) =>
    replayIndexes.some((name) => definition.includes(` INDEX ${name} `)),
  );
  for (const { definition } of [...(await keysOf(tx, from.schema)), ...wanted])
    await run(tx, [inOtherSchema(definition, from.schema, to.schema)]);
};

/**
 * Figures for the planner of the columns that something is found, joined or ordered by; those of the others would cost more
 * than all indexes of the build. The database makes these soon by itself.
 */
const analyze = async (tx: QueryExecutorProvider, schema: string): Promise<void> => {
  const { rows } = await sql<{ definition: string }>`
    select format('analyze %I.%I (%s)', n.nspname, t.relname, string_agg(distinct quote_ident(a.attname), ', ')) as definition
    from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
      join pg_attribute a on a.attrelid = t.oid and a.attnum = any(i.indkey)
    where n.nspname = ${schema} group by n.nspname, t.relname order by t.relname`.execute(tx);
  await run(
    tx,
    rows.map(({ definition }) => definition),
  );
};

/** Adds what `createTables` left out. Throws when the rows do not satisfy a constraint: such a build must never be live. */
export const completeTables = async (tx: QueryExecutorProvider, from: Build, to: Build): Promise<void> => {
  const present = new Set((await indexesOf(tx, to.schema)).map(({ definition }) => definition));
  const indexes = (await indexesOf(tx, from.schema)).map(({ definition }) =>
    inOtherSchema(definition, from.schema, to.schema),
  );
  await run(
    tx,
    indexes.filter((definition) => !present.has(definition)),
  );
  await to.projection.check?.({ tx, schema: to.schema });
  const moved = async (definitions: Promise<readonly string[]>) =>
    (await definitions).map((definition) => inOtherSchema(definition, from.schema, to.schema));
  await run(tx, await moved(guardsOf(tx, from.schema)));
  await run(tx, await moved(grantsOf(tx, from.schema)));
  await analyze(tx, to.schema);
};

/** Forgets a build whole: its tables, its checkpoint, its dead letters. */
export const dropBuild = async (tx: QueryExecutorProvider, { projection, number, consumer }: Build): Promise<void> => {
  await sql`drop schema if exists ${sql.id(schemaOf(projection.name, number))} cascade`.execute(tx);
  await sql`delete from ops.parked_event where projection = ${consumer}`.execute(tx);
  await sql`delete from ops.dead_letter where projection = ${consumer}`.execute(tx);
  await sql`delete from ops.projection where name = ${projection.name} and version = ${number} and not live`.execute(
    tx,
  );
};
