import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CompiledQuery } from 'kysely';
import { freshnessOf } from '../../projections/asOf.ts';
import { projections } from '../../projections/catalogue.ts';
import { type LineageRequest, lineage } from '../../projections/lineage/queries.ts';
import { liveLineage } from '../../projections/lineage/source.ts';
import type { ReadHandle } from '../../projections/readModel.ts';
import { catchUp } from '../../projections/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { playEventfulOrders } from './eventfulHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { defineMasterData, openPeriod, publishAccounts } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';

let database: TestDatabase<never>;
let lines: readonly { readonly id: string; readonly orderId: string | null }[];
let golden: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const log = createMemoryLog();
  defineMasterData(log);
  publishAccounts(log);
  openPeriod(log);
  playGoldenOrder(log, 'O1');
  playEventfulOrders(log);
  for (const projection of projections) await catchUp({ db: database.db, ...log }, projection);
  const { rows } = await database.pool.query(
    `select node_id as id, order_id as "orderId" from rm.gl_line order by node_id`,
  );
  lines = rows;
  golden = lines.find(({ orderId }) => orderId === 'O1')?.id ?? '';
});

afterAll(() => database.close());

const known = freshnessOf(['lineage', 'gl_staging']);

/** The answer, and how many statements it took. */
const asked = async (request: LineageRequest) => {
  let statements = 0;
  const rowsOf = async <Row>(statement: CompiledQuery<Row>) => {
    statements += 1;
    return (await database.db.executeQuery(statement)).rows;
  };
  const counting: ReadHandle = { getExecutor: () => database.db.getExecutor(), rowsOf };
  const { value } = await lineage.framed(counting, known, request);
  return { value, statements };
};

/** By the walk from key to key, which every other root takes. */
const walked = (request: LineageRequest) => lineage(database.db, request, undefined, { ...liveLineage });

test('the lineage of a line is one statement and tells what a walk from key to key tells', async () => {
  expect(lines.filter(({ orderId }) => orderId !== null).length).toBeGreaterThan(20);
  for (const { id, orderId } of lines)
    for (const direction of ['up', 'both'] as const)
      for (const depth of [1, 2, 3, 4, 5, 12]) {
        const { value, statements } = await asked({ root: id, direction, depth });
        expect({ id, direction, depth, value }).toEqual({
          id,
          direction,
          depth,
          value: await walked({ root: id, direction, depth }),
        });
        expect(statements).toBe(orderId === null ? 2 : 1);
      }
});

test('a line that is not there is not looked for twice', async () => {
  expect(await asked({ root: 'gl-line:none:1' })).toEqual({ value: undefined, statements: 1 });
});

test.each([
  ['that another order had', 'order-line:VOID/10', 'order-line:O1/10'],
  ['of an order that this one came from', 'order:VOID', 'order:O1'],
  ['that nobody knows', 'reservation:LOST', 'order-line:O1/10'],
])('goods %s are walked to as well', async (_, from, to) => {
  const { value: before } = await asked({ root: golden });
  await database.pool.query(
    `insert into rm_lineage_v1.lineage_edge (from_id, to_id, kind, event_id, bu, position, updated_at)
     values ($1, $2, 'CREATED', gen_random_uuid(), 'ACME', lpad('1', 20, '0'), now())`,
    [from, to],
  );
  const { value, statements } = await asked({ root: golden });
  expect(statements).toBe(2);
  expect(value).toEqual(await walked({ root: golden }));
  const ids = (value?.nodes ?? []).map(({ id }) => id);
  expect(ids.includes(from)).toBe(from !== 'reservation:LOST');
  expect(ids).toEqual(expect.arrayContaining((before?.nodes ?? []).map(({ id }) => id)));
  await database.pool.query('delete from rm_lineage_v1.lineage_edge where from_id = $1 and to_id = $2', [from, to]);
});
