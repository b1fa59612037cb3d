import { type Kysely, sql, type Transaction } from 'kysely';

/** Names that need no quotes, so that a person types the same. */
const roleName = /^[a-z_][a-z0-9_]{0,62}$/;

type View = { readonly name: string; readonly shown: boolean; readonly readable: boolean };

/**
 * The views of `rm`. `shown`: behind it are tables of read models alone, of whatever build; a view that also looks at the log,
 * at what waits or at what was claimed is for operators. Views read with the rights of their owner, so whoever may read one needs
 * none on the tables, and a swap, which replaces what is behind a view, leaves its grants.
 */
const viewsOf = async (tx: Transaction<never>, role: string): Promise<readonly View[]> => {
  const { rows } = await sql<View>`select v.relname as name, has_table_privilege(${role}, v.oid, 'select') as readable,
      not exists (select from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
          join pg_class t on d.refclassid = 'pg_class'::regclass and t.oid = d.refobjid join pg_namespace n on n.oid = t.relnamespace
        where r.ev_class = v.oid and t.oid <> v.oid and n.nspname not like 'rm\\_%') as shown
    from pg_class v join pg_namespace s on s.oid = v.relnamespace where s.nspname = 'rm' and v.relkind = 'v' order by 1`.execute(
    tx,
  );
  return rows;
};

const exists = async (tx: Transaction<never>, role: string): Promise<boolean> => {
  const { rows } = await sql`select from pg_roles where rolname = ${role}`.execute(tx);
  return rows.length > 0;
};

const settled = async (tx: Transaction<never>, role: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext('throughline analytics'))`.execute(tx);
  const name = sql.id(role);
  if (!(await exists(tx, role))) await sql`create role ${name} nologin`.execute(tx);
  const views = await viewsOf(tx, role);
  const listed = (wanted: (view: View) => boolean) =>
    sql.join(views.filter(wanted).map((view) => sql.id('rm', view.name)));
  await sql`grant usage on schema rm to ${name}`.execute(tx);
  if (views.some(({ shown, readable }) => shown && !readable))
    await sql`grant select on ${listed(({ shown, readable }) => shown && !readable)} to ${name}`.execute(tx);
  if (views.some(({ shown, readable }) => !shown && readable))
    await sql`revoke all on ${listed(({ shown, readable }) => !shown && readable)} from ${name}`.execute(tx);
};

/**
 * Lets a role read the read models and nothing else: no log, no claims, no keys, nothing that waits. Made without a login where
 * it is not there. Done at each start, so that views of a newer version are there too; mostly there is nothing to do.
 */
export const openToAnalysts = (db: Kysely<never>, role: string): Promise<void> => {
  if (!roleName.test(role)) throw new Error(`not a name of a role: ${role}`);
  return db.transaction().execute((tx) => settled(tx, role));
};
