import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { makeMetrics } from '../../adapters/telemetry/metrics.ts';
import { containmentChecks, groupReadings } from '../../api/wiring/containment.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase<never>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const told = async (): Promise<Readonly<Record<string, object>>> =>
  Object.fromEntries(
    await Promise.all(containmentChecks(database.db, 1).map(async ({ name, check }) => [name, await check()] as const)),
  );

const exposed = async (): Promise<string> => {
  const nothing = {
    deadLetters: async () => ({}),
    blockedLanes: async () => ({}),
    projectionLagSeconds: async () => ({}),
    stepBacklogSeconds: async () => ({}),
    notices: async () => ({ waiting: 0, ageSeconds: 0 }),
    streamHeldSeconds: async () => 0,
    consumers: async () => [],
    agents: async () => [],
  };
  const others = {
    exceptions: async () => [],
    reconBreaks: async () => [],
    rebuilds: async () => [],
    glUnmapped: async () => 0,
    lineageCompleteRatio: async () => 1,
  };
  const sealing = async () => ({ ageSeconds: 0, unsealed: 0, alarm: false });
  const groups = () => groupReadings(database.db);
  return (await makeMetrics({ ...nothing, ...others, sealing, groups }).expose()).text;
};

describe('O-40 what is held, slowed down or stuck too often', () => {
  test('is told by readiness and metrics, which stay ready, and not before it is so', async () => {
    expect(await told()).toEqual({ groups: { ready: true }, 'dead-letters': { ready: true } });
    expect(await exposed()).not.toContain('o2c_group_paused{');
    await sql`insert into rm_pauses_v1.pause (pause_id, pause_group, pause_key, reason, paused_by, paused_at, automatic, bu, position, updated_at)
      values ('process:o2c.ACME', 'process', 'o2c.ACME', '20 of 20 failed', 'containment', now(), true, 'operations', '1', now()),
             ('node:DC-EAST', 'node', 'DC-EAST', 'fire alarm', 'kim', now(), false, 'operations', '1', now())`.execute(
      database.db,
    );
    await sql`insert into rm_pauses_v1.rate_limit (limit_id, limit_group, limit_key, steps, per, reason, set_by, set_at, bu, position, updated_at)
      values ('channel:edi', 'channel', 'edi', 30, 'minute', 'a flood', 'kim', now(), 'operations', '1', now())`.execute(
      database.db,
    );
    await sql`insert into ops.stuck (consumer, lane_key, item, kind, what, payload_ref, error_class, detail, attempts, blocked_count)
      select 'process:credit', 'L' || n, 'i', 'STUCK', 'w', '{}', 'TypeError', 'd', 1, 0 from generate_series(1, 2) n`.execute(
      database.db,
    );
    expect(await told()).toEqual({
      groups: { ready: true, detail: 'held: node:DC-EAST, process:o2c.ACME (by itself); slowed down: channel:edi' },
      'dead-letters': { ready: true, detail: 'more than 1: 2 of process:credit' },
    });
    const text = await exposed();
    expect(text).toContain('o2c_group_paused{group="process",key="o2c.ACME",by="service"} 1');
    expect(text).toContain('o2c_group_paused{group="node",key="DC-EAST",by="person"} 1');
    expect(text).toContain('o2c_group_steps_per_second_max{group="channel",key="edi"} 0.5');
  });
});
