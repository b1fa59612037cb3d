import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createOutbox } from '../../../adapters/postgres/outbox.ts';
import { createPool } from '../../../adapters/postgres/pool.ts';
import { createPreparedKysely } from '../../../adapters/postgres/preparedPool.ts';
import type { OutboxItem } from '../../../commands/ports.ts';
import type { Position } from '../../../domain/eventLog.ts';
import { createTestDatabase } from '../../support/database.ts';

const waiting = 400;
/** Index entries that one intent may cost to take and to finish: itself, its lane, and what Postgres reads beside them. */
const entriesMax = 12;

const positionAt = (n: number): Position => String(n).padStart(20, '0') as Position;

const intent = (lane: string): Omit<OutboxItem, 'attempts'> => ({
  ...{ intentId: `${randomUUID()}:reserve`, process: 'o2c', key: lane, bu: 'BU1', priority: 3, step: 'reserve', lane },
  ...{ delayMs: 0, payload: {}, causeEventId: randomUUID(), causePosition: positionAt(7) },
  ...{ correlationId: lane, partner: null, node: null, channel: null },
});

test('an intent costs as much to take and to finish with many waiting as with few', async () => {
  const database = await createTestDatabase();
  const single = createPool({ connectionString: database.connectionString, connectionsMax: 1 });
  const outbox = createOutbox(createPreparedKysely(single));
  const entriesRead = async (): Promise<number> => {
    await single.query('select pg_stat_force_next_flush()');
    const { rows } = await single.query(
      `select sum(i.idx_tup_read)::int + max(t.seq_tup_read)::int as entries
       from pg_stat_user_indexes i join pg_stat_user_tables t using (relid) where relid = 'ops.outbox'::regclass`,
    );
    return rows[0].entries;
  };
  let at = 0;
  const store = async (count: number): Promise<void> => {
    const from = at === 0 ? 'start' : positionAt(at);
    at += 1;
    const items = Array.from({ length: count }, () => intent(randomUUID()));
    await outbox.store(items, { name: 'dispatcher', from, to: positionAt(at) });
  };
  const workOff = async (count: number): Promise<void> => {
    const taken = await outbox.take('w1', count, 30_000);
    expect(taken).toHaveLength(count);
    await outbox.done(taken.map(({ intentId }) => intentId));
  };
  try {
    // Statements are planned while the table is all but empty, as in the first seconds of a new service.
    await single.query('analyze ops.outbox');
    for (let n = 0; n < 10; n += 1) {
      await store(10);
      await workOff(10);
    }
    await store(waiting);
    const before = await entriesRead();
    await workOff(20);
    expect(((await entriesRead()) - before) / 20).toBeLessThan(entriesMax);
  } finally {
    await single.end();
    await database.close();
  }
});
