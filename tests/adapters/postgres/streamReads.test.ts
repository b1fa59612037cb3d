import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createPostgresLog, type PostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { EventUnreadable, type StreamName } from '../../../domain/eventLog.ts';
import { appended, batchOf, newStream } from '../../contracts/logFixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase<never>;
let log: PostgresLog;

beforeAll(async () => {
  database = await createTestDatabase<never>();
  log = createPostgresLog({ connectionString: database.connectionString, pool: database.pool });
});
afterAll(async () => {
  await log.close();
  await database.close();
});

const revisionsOf = async (stream: StreamName, last = Infinity): Promise<readonly number[]> => {
  const seen: number[] = [];
  for await (const { revision } of log.read(stream)) {
    seen.push(revision);
    if (revision >= last) break;
  }
  return seen;
};

describe('an event that is no JSON any more', () => {
  test('fails who reads as far as it, not who needs what lies before it, and nobody who reads another stream', async () => {
    const [spoilt, first, other] = [newStream(), newStream(), newStream()];
    for (const stream of [spoilt, first, other]) await appended(log.append(stream, 'no-stream', batchOf(3)));
    await sql`alter table log.event disable trigger all`.execute(database.db);
    await sql`grant update on log.event to current_user`.execute(database.db);
    await sql`update log.event set data = '' where stream = ${spoilt} and revision = 1`.execute(database.db);
    // Questions that are asked while others are under way go together.
    const streams = [...Array.from({ length: 8 }, () => first), spoilt, ...Array.from({ length: 8 }, () => other)];
    const asked = [...streams.map((stream) => revisionsOf(stream)), revisionsOf(spoilt, 0)];
    expect(await Promise.allSettled(asked)).toEqual([
      ...streams.map((stream) =>
        stream === spoilt
          ? { status: 'rejected', reason: expect.any(EventUnreadable) }
          : { status: 'fulfilled', value: [0, 1, 2] },
      ),
      { status: 'fulfilled', value: [0] },
    ]);
  });
});
