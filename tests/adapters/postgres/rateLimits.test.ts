import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createOutbox } from '../../../adapters/postgres/outbox.ts';
import type { GroupRate, Outbox, OutboxItem, Which } from '../../../commands/ports.ts';
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
  ...{ intentId, step: 'close', lane: intentId, delayMs: 0, payload: {}, priority: 1, process: 'o2c', key: 'O1' },
  ...{
    bu: 'ACME',
    causeEventId: 'c',
    causePosition: '1',
    correlationId: 'x',
    partner: null,
    node: null,
    channel: null,
  },
  ...changes,
});
const many = (n: number, name: string, changes: Partial<OutboxItem> = {}) =>
  Array.from({ length: n }, (_, at) => item(`${name}-${at}`, changes));

const store = (...items: readonly Omit<OutboxItem, 'attempts'>[]) =>
  outbox.store(items, { name: 'outbox', from: 'start', to: '1' as Position });

const taken = async (limit: number, which: Which, from: Outbox = outbox): Promise<readonly string[]> =>
  (await from.take('w', limit, 60_000, which)).map(({ intentId }) => intentId);

/** As if so many milliseconds had passed since anybody took. */
const pass = (ms: number) =>
  sql`update ops.rate_bucket set refilled_at = refilled_at - ${ms} * interval '1 ms'`.execute(database.db);

const edi: GroupRate = { group: 'channel', key: 'edi', perSecond: 4 };

describe('O-40 a group that is slowed down', () => {
  test.each<readonly [GroupRate['group'], string, Partial<OutboxItem>]>([
    ['bu', 'LOUD', { bu: 'LOUD' }],
    ['channel', 'edi', { channel: 'edi' }],
    ['node', 'DC-EAST', { node: 'DC-EAST' }],
    ['adapter', 'erp', { partner: 'erp' }],
  ])('by %s has a second in advance and then its rate, and keeps nobody behind it waiting', async (group, key, of) => {
    await store(...many(50, 'slow', of), ...many(5, 'free', { bu: 'OTHER' }));
    // A rate so slow that no token comes while the test runs.
    const rates = [{ group, key, perSecond: 0.001 }];
    expect(await taken(10, { rates })).toEqual(['slow-0', 'free-0', 'free-1', 'free-2', 'free-3', 'free-4']);
    expect(await taken(10, { rates })).toEqual([]);
    await pass(1_000_000);
    expect(await taken(10, { rates })).toEqual(['slow-1']);
    expect(await taken(2, {})).toEqual(['slow-2', 'slow-3']);
  });

  test('has at most a second saved up, however long it was quiet', async () => {
    await store(...many(50, 'slow', { channel: 'edi' }));
    expect(await taken(50, { rates: [edi] })).toHaveLength(5);
    await pass(86_400_000);
    expect(await taken(50, { rates: [edi] })).toHaveLength(5);
  });

  test('has one rate for all processes, also when they take at the same instant', async () => {
    await store(...many(100, 'slow', { channel: 'edi' }), ...many(20, 'free'));
    const processes = Array.from({ length: 8 }, () => createOutbox(database.db));
    const rates = [{ ...edi, perSecond: 0.001 }];
    await taken(1, { rates, held: [{ group: 'bu', key: 'ACME' }] });
    await sql`update ops.rate_bucket set tokens = 7.5`.execute(database.db);
    // A burst of 1.001 is all that a rate of one in a thousand seconds can have saved up.
    const all = (await Promise.all(processes.map((one) => taken(10, { rates }, one)))).flat();
    expect(all.filter((id) => id.startsWith('slow'))).toHaveLength(1);
    expect(all.filter((id) => id.startsWith('free'))).toHaveLength(20);
  });

  test('has what the narrowest of its limits leaves', async () => {
    await store(...many(9, 'both', { channel: 'edi', partner: 'erp' }), ...many(9, 'erp', { partner: 'erp' }));
    const rates = [edi, { group: 'adapter', key: 'erp', perSecond: 1 } as const];
    expect(await taken(50, { rates })).toEqual(['both-0', 'both-1']);
    const { rows } = await sql`select limit_group, tokens from ops.rate_bucket order by 1`.execute(database.db);
    expect(rows).toEqual([
      { limit_group: 'adapter', tokens: expect.closeTo(0, 1) },
      { limit_group: 'channel', tokens: expect.closeTo(3, 1) },
    ]);
  });

  test('keeps the order of its lanes', async () => {
    await store(
      item('first', { lane: 'L', channel: 'edi' }),
      item('second', { lane: 'L' }),
      item('third', { lane: 'M' }),
    );
    const rates = [{ ...edi, perSecond: 0.001 }];
    await taken(1, { rates, held: [{ group: 'bu', key: 'ACME' }] });
    await sql`update ops.rate_bucket set tokens = 0`.execute(database.db);
    expect(await taken(10, { rates })).toEqual(['third']);
    await pass(2_000_000);
    expect(await taken(10, { rates })).toEqual(['first']);
    await outbox.done(['first']);
    expect(await taken(10, { rates })).toEqual(['second']);
  });
});
