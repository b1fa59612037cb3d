import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type Position, type StreamName, streamName } from '../../domain/eventLog.ts';
import { type Build, buildOf, liveBuild } from '../../projections/build.ts';
import { projections } from '../../projections/catalogue.ts';
import { type Replayed, replay } from '../../projections/filling/replay.ts';
import { glStaging } from '../../projections/glStaging/projection.ts';
import { orders } from '../../projections/orders/projection.ts';
import type { Projection } from '../../projections/projection.ts';
import { createTables } from '../../projections/rebuild/buildTables.ts';
import { catchUp, catchUpBuild } from '../../projections/runner.ts';
import { playEventfulOrders } from './eventfulHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { createRebuildService, type RebuildService } from './rebuildService.ts';
import { storeEvents } from './storedHistory.ts';

const history = (): MemoryLog => {
  const log = createMemoryLog();
  openBooks(log);
  for (let n = 1; n <= 4; n += 1) playGoldenOrder(log, `O${n}`);
  playEventfulOrders(log);
  return log;
};

const number = 2;

describe('a replay of several read models', () => {
  let service: RebuildService;
  let head: Position;
  const failures: unknown[] = [];

  const build = (build: Build): Replayed => ({
    build,
    signal: new AbortController().signal,
    failed: (error) => failures.push(error),
  });

  const opened = async (next: Build): Promise<void> => {
    const { name } = next.projection;
    await service.db.transaction().execute(async (tx) => {
      await createTables(tx, await liveBuild(tx, next.projection), next);
      await sql`insert into ops.projection (name, version, code_version, live, state)
        values (${name}, ${next.number}, 1, false, 'REPLAYING')`.execute(tx);
    });
  };

  beforeEach(async () => {
    service = await createRebuildService();
    failures.length = 0;
    const log = history();
    await storeEvents(service.database, log.events);
    head = (await service.log.head()) as Position;
    for (const projection of projections) {
      await catchUp(service.source, projection);
      await opened(buildOf(projection, number, false));
    }
  });

  afterEach(() => service.close());

  const hashOf = async (schema: string, table: string): Promise<string | undefined> => {
    const { rows } = await sql<{
      hash: string;
    }>`select count(*) || ':' || coalesce(md5(string_agg(line, ' ' order by line)), '') as hash
      from (select t::text as line from ${sql.id(schema, table)} t) lines`.execute(service.db);
    return rows[0]?.hash;
  };

  const expectSameRows = async (): Promise<void> => {
    for (const { name, tables } of projections)
      for (const table of tables)
        expect([table, await hashOf(`rm_${name}_v${number}`, table)]).toEqual([
          table,
          await hashOf(`rm_${name}_v1`, table),
        ]);
  };

  const positions = async (): Promise<readonly string[]> => {
    const { rows } = await sql<{
      position: string | null;
    }>`select position from ops.projection where version = ${number}`.execute(service.db);
    return rows.map(({ position }) => position ?? 'start');
  };

  const all = () => projections.map((projection) => build(buildOf(projection, number, false)));

  const countsOf = async (live: boolean): Promise<unknown> => {
    const { rows } =
      await sql`select name, applied, rows from ops.projection where live = ${live} order by name`.execute(service.db);
    return rows;
  };

  test('ends with the live rows and counts, whatever the pages were', async () => {
    await replay({ ...service.source, eventsPerPage: 7 }, all(), head);
    await expectSameRows();
    expect(await countsOf(false)).toEqual(await countsOf(true));
    expect(new Set(await positions())).toEqual(new Set([head]));
    expect(failures).toEqual([]);
  });

  test('leaves whole pages and nothing at work when the log goes away, and goes on from there', async () => {
    let reads = 0;
    const { log } = service;
    const readAfter: typeof log.readAfter = (position, limit) => {
      reads += 1;
      return reads > 3
        ? Promise.reject(new Error('Connection terminated unexpectedly'))
        : log.readAfter(position, limit);
    };
    const source = { ...service.source, feed: { readAfter }, eventsPerPage: 40 };
    await expect(replay(source, all(), head)).rejects.toThrow('Connection terminated');
    const left = await positions();
    expect(new Set(left.map((position) => (position === 'start' ? 0 : Number(position) % 40)))).toEqual(new Set([0]));
    const { rows } =
      await sql`select from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`.execute(
        service.db,
      );
    expect(rows).toEqual([]);
    expect(await positions()).toEqual(left);
    await replay(service.source, all(), head);
    await expectSameRows();
  });

  test.each([
    { model: orders, type: 'OrderPriced' },
    { model: glStaging, type: 'GlBatchSealed' },
  ])('sets an event of $model.name aside that cannot be applied, although pages before it were folded and not written', async ({
    model,
    type,
  }) => {
    const { events } = await service.log.readAfter('start', 1_000);
    const culprit = events.filter((event) => event.type === type).at(-1);
    expect(Number(culprit?.position)).toBeGreaterThan(60);
    const poisoned: Projection = {
      ...model,
      apply: async (batch, into) => {
        const added = await model.apply(batch, into);
        if (batch.some(({ position }) => position === culprit?.position)) throw new RangeError('not this one');
        return added;
      },
    };
    const [folded, inOrder] = [buildOf(poisoned, number, false), buildOf(poisoned, 3, false)];
    await opened(inOrder);
    await replay({ ...service.source, eventsPerPage: 20, pagesPerWrite: 1_000 }, [build(folded)], head);
    await catchUpBuild(service.source, inOrder);
    const { rows } = await sql<{ position: string; blocked: number; applied: string; rows: string }>`select position,
      blocked_lanes as blocked, applied, rows from ops.projection where name = ${model.name} and not live`.execute(
      service.db,
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual(rows[1]);
    expect(rows[0]).toMatchObject({ position: head, blocked: 1 });
    for (const table of model.tables)
      expect(await hashOf(`rm_${model.name}_v2`, table)).toBe(await hashOf(`rm_${model.name}_v3`, table));
    expect(failures).toEqual([]);
  });

  test('goes on with the others when one of them cannot be written', async () => {
    await sql`drop table rm_credit_v2.credit_reservation`.execute(service.db);
    await replay({ ...service.source, eventsPerPage: 50 }, all(), head);
    expect(failures).toMatchObject([{ code: '42P01' }]);
    expect((await positions()).filter((position) => position !== head)).toHaveLength(1);
  });

  test('of one read model stops at an event that a newer program wrote, although it reads only what it handles', async () => {
    const known = await firstOf(streamName('order', 'ACME', 'O1'));
    const split = { ...known, type: 'OrderSplit', eventId: '5cf36e2e-6bd9-4b0a-8a3f-0b7f3a0f8d11' };
    await service.log.append(streamName('order', 'ACME', 'NEWER'), 'no-stream', [split]);
    const later = (await service.log.head()) as Position;
    const one = [build(buildOf(orders, number, false))];
    await expect(replay(service.source, one, later)).rejects.toThrow('OrderSplit');
    await expect(catchUp(service.source, orders)).rejects.toThrow('OrderSplit');
  });

  const firstOf = async (stream: StreamName) => {
    for await (const { type, data, metadata } of service.log.read(stream)) return { type, data, metadata };
    throw new Error(`${stream} is empty`);
  };
});
