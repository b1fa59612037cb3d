import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createControls } from '../../../adapters/postgres/controls.ts';
import { createOutbox } from '../../../adapters/postgres/outbox.ts';
import type { Outbox, OutboxItem, Paused } from '../../../commands/ports.ts';
import type { Position } from '../../../domain/eventLog.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase<never>;
let outbox: Outbox;

beforeEach(async () => {
  database = await createTestDatabase();
  outbox = createOutbox(database.db);
});
afterEach(() => database.close());

const item = (intentId: string, changes: Partial<OutboxItem> = {}): Omit<OutboxItem, 'attempts'> => ({
  ...{
    intentId,
    step: 'close',
    lane: intentId,
    delayMs: 0,
    payload: {},
    priority: 1,
    process: 'o2c',
    key: 'O1',
    bu: 'ACME',
  },
  ...{ causeEventId: 'c', causePosition: '1', correlationId: 'x', partner: null, node: null, channel: null },
  ...changes,
});

const store = (...items: readonly Omit<OutboxItem, 'attempts'>[]) =>
  outbox.store(items, { name: 'outbox', from: 'start', to: '1' as Position });

const taken = async (...held: readonly Paused[]): Promise<readonly string[]> => {
  const items = await outbox.take('w', 10, 60_000, { held });
  return items.map(({ intentId }) => intentId);
};

describe('O-39 what operators hold is not taken', () => {
  test.each<readonly [Paused['group'], string, Partial<OutboxItem>]>([
    ['bu', 'ACME', { bu: 'ACME' }],
    ['lane', 'erp:O1', { lane: 'erp:O1' }],
    ['adapter', 'erp', { partner: 'erp' }],
    ['node', 'DC-EAST', { node: 'DC-EAST' }],
    ['channel', 'portal', { channel: 'portal' }],
  ])('by %s, and is taken when it is let go', async (group, key, of) => {
    await store(item('held', of), item('free', { bu: 'OTHER' }));
    expect(await taken({ group, key })).toEqual(['free']);
    expect(await taken()).toEqual(['held']);
  });

  test('and neither is what comes behind it in its lane', async () => {
    await store(
      item('first', { lane: 'L', partner: 'erp' }),
      item('second', { lane: 'L' }),
      item('third', { lane: 'M' }),
    );
    expect(await taken({ group: 'adapter', key: 'erp' })).toEqual(['third']);
    expect(await taken()).toEqual(['first']);
    await outbox.done(['first']);
    expect(await taken()).toEqual(['second']);
  });

  test('a later step of an order is held by the channel that the order status knows', async () => {
    await sql`insert into rm_orders_v1.orders (order_id, status, revision, channel, customer_po, sold_to, bill_to, ship_to, currency, requested_date,
        ship_complete, allow_split, allow_substitute, accepted, closed, submitted_at, charge_lines, created_position, bu, position, updated_at)
      values ('O1', 'OPEN', 1, 'edi', 'P', 'C', 'C', '{}', 'USD', '2026-12-01', false, true, false, true, false, now(), '[]', '1', 'ACME', '1', now())`.execute(
      database.db,
    );
    await store(item('held'), item('free', { key: 'O2' }));
    expect(await taken({ group: 'channel', key: 'edi' })).toEqual(['free']);
  });
});

describe('what operators hold is known to the workers', () => {
  const pauseErp = (state: string) => sql`
    with made as (insert into ops.projection (name, version, state, live) values ('pauses', 1, ${state}, true)
      on conflict (name, version) do update set state = excluded.state)
    insert into rm_pauses_v1.pause values ('adapter:erp', 'adapter', 'erp', 'r', 'kim', now(), false, 'operations', '1', now())
    on conflict do nothing`;

  test('as soon as the pauses are read up to the end of the log, and stands while they are read again', async () => {
    const controls = createControls(database.db);
    let isReady = false;
    void controls.ready.then(() => {
      isReady = true;
    });
    await controls.step();
    expect([isReady, controls.pauses()]).toEqual([false, []]);
    await pauseErp('RUNNING').execute(database.db);
    await controls.step();
    expect([isReady, controls.pauses()]).toEqual([true, [{ group: 'adapter', key: 'erp' }]]);
    await sql`truncate rm_pauses_v1.pause`.execute(database.db);
    await sql`update ops.projection set state = 'REPLAYING' where name = 'pauses'`.execute(database.db);
    await controls.step();
    expect(controls.pauses()).toEqual([{ group: 'adapter', key: 'erp' }]);
    await sql`update ops.projection set state = 'RUNNING' where name = 'pauses'`.execute(database.db);
    await controls.step();
    expect(controls.pauses()).toEqual([]);
  });
});
