import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

const reflecting = `bu text not null, position text collate "C" not null, updated_at timestamptz not null`;

/**
 * `snapshot_feed`: how far the snapshots of a node have been followed. `told_stock`: what it last said of each item. Both are read
 * by node, in the order of their keys.
 */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'reconciliations', {
    tables: (schema) => [
      `create table if not exists ${schema}.snapshot_feed (
         node_key text primary key,
         node text not null,
         snapshot_id text not null,
         taken_at timestamptz not null,
         full_at timestamptz,
         missing text,
         ${reflecting}
       )`,
      `create table if not exists ${schema}.told_stock (
         node_key text not null,
         node text not null,
         item text not null,
         snapshot_id text not null,
         taken_at timestamptz not null,
         dialect_version integer not null,
         said jsonb not null,
         figures jsonb not null,
         contradicts boolean not null,
         ${reflecting},
         primary key (node_key, item)
       )`,
    ],
    views: (schema) =>
      ['snapshot_feed', 'told_stock'].map(
        (table) => `create or replace view rm.${table} as select * from ${schema}.${table}`,
      ),
  });
