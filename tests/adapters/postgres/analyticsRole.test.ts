import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { openToAnalysts } from '../../../adapters/postgres/analyticsRole.ts';
import { liveBuild } from '../../../projections/build.ts';
import { orders } from '../../../projections/orders/projection.ts';
import { catchUp } from '../../../projections/runner.ts';
import { playGoldenOrder } from '../../projections/goldenHistory.ts';
import { openBooks } from '../../projections/masterDataHistory.ts';
import { createMemoryLog } from '../../projections/memoryLog.ts';
import { createRebuildService, type RebuildService } from '../../projections/rebuildService.ts';
import { storeEvents } from '../../projections/storedHistory.ts';

// Roles belong to the whole server, so this one has a name of its own.
const role = `analytics_${randomUUID().replaceAll('-', '')}`;

describe('S-23 a role for analytics tools', () => {
  let service: RebuildService;
  let analyst: pg.Client;

  beforeAll(async () => {
    service = await createRebuildService();
    const log = createMemoryLog();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    await storeEvents(service.database, log.events);
    await catchUp(service.source, orders);
    await Promise.all([openToAnalysts(service.db, role), openToAnalysts(service.db, role)]);
    analyst = new pg.Client({ connectionString: service.database.connectionString });
    await analyst.connect();
    await analyst.query(`set role ${role}`);
  });

  afterAll(async () => {
    await analyst?.end();
    await service.database.pool.query(`drop owned by ${role}`);
    await service.database.pool.query(`drop role ${role}`);
    await service.close();
  });

  const ordersSeen = async () =>
    (await analyst.query('select order_id from rm.orders')).rows.map((row) => row.order_id);
  const trouble = (statement: string) =>
    analyst.query(statement).then(
      () => 'done',
      (error: { readonly code: string }) => error.code,
    );

  test('reads read models', async () => {
    expect(await ordersSeen()).toEqual(['O1']);
    expect(await trouble('select * from rm.order_line l join rm.orders o on o.order_id = l.order_id')).toBe('done');
  });

  test.each([
    ['reads no log', 'select * from log.event'],
    ['writes no log', 'insert into log.event select * from log.event where false'],
    ['reads no claims', 'select * from ops.outbox'],
    ['reads no keys', 'select * from keys.subject_key'],
    ['reads no tables behind the views', 'select * from rm_orders_v1.orders'],
    ['writes no read model', 'update rm.orders set net = 0'],
    ['takes no rows away', 'delete from rm.orders'],
    ['empties nothing', 'truncate rm_orders_v1.orders'],
    ['makes nothing', 'create table rm.mine (n integer)'],
    ['sees nothing of what waits', 'select * from rm.dead_letter'],
  ])('%s', async (_, statement) => {
    // 42501: insufficient privilege. Whether it would be possible at all is not even looked at.
    expect(await trouble(statement)).toBe('42501');
  });

  test('may do nothing with anything else that there is', async () => {
    const { rows } = await service.database.pool.query<{ readonly place: string; readonly allowed: string }>(
      `select n.nspname as place, string_agg(distinct p.what, ',' order by p.what) as allowed
       from pg_class t join pg_namespace n on n.oid = t.relnamespace
         cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as p(what)
       where t.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
         and has_schema_privilege($1, n.oid, 'usage') and has_table_privilege($1, t.oid, p.what)
       group by n.nspname order by 1`,
      [role],
    );
    expect(rows).toEqual([{ place: 'rm', allowed: 'select' }]);
  });

  test('reads what a rebuild brought, and still nothing else', async () => {
    const stop = service.startWorker([orders]);
    try {
      expect(await service.request(orders)).toMatchObject({ kind: 'done' });
      await service.until('orders-v2', 'SWAPPED');
    } finally {
      await stop();
    }
    expect(await liveBuild(service.db, orders)).toMatchObject({ number: 2 });
    expect(await ordersSeen()).toEqual(['O1']);
    expect(await trouble('select * from rm_orders_v2.orders')).toBe('42501');
    expect(await trouble('select * from log.event')).toBe('42501');
  });

  test('reads a view that came later from the next start on, and loses one that shows more than read models', async () => {
    await service.database.pool.query('create view rm.later as select order_id from rm_orders_v2.orders');
    await service.database.pool.query('create view rm.more as select event_id from log.event');
    await service.database.pool.query(`grant select on rm.more to ${role}`);
    expect([await trouble('select * from rm.later'), await trouble('select * from rm.more')]).toEqual([
      '42501',
      'done',
    ]);
    await openToAnalysts(service.db, role);
    expect([await trouble('select * from rm.later'), await trouble('select * from rm.more')]).toEqual([
      'done',
      '42501',
    ]);
  });

  test('has a name that needs no quotes', () => {
    for (const name of ['', 'a"; drop role x', 'Analytics', '1a', 'a'.repeat(64)])
      expect(() => openToAnalysts(service.db, name)).toThrow('not a name of a role');
  });
});
