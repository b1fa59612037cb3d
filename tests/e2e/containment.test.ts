import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type List, orderBody, readOrder, submit } from './calls.ts';
import { eventually, type RunningService, removeDataDir, startService, usedDataDir } from './service.ts';

type Replay = {
  readonly replayId: string;
  readonly state: string;
  readonly messages: number;
  readonly lanes: readonly {
    readonly replayed: number;
    readonly stillBlocked: number | null;
    readonly error: string | null;
  }[];
};
type Adapter = { readonly name: string; readonly state: string; readonly waiting: number };
type Letter = {
  readonly id: string;
  readonly position: string;
  readonly consumer: string;
  readonly blockedCount: number;
};

const movements = 120;
const env = { SIM_WMS: 'auto', REPLAY_PER_SECOND: '20' };

describe('what operators hold and replay, over kill -9', () => {
  let service: RunningService;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await usedDataDir();
    service = await startService(dataDir, env);
  });
  afterAll(async () => {
    await service?.stop();
    await removeDataDir(dataDir);
  });

  const restart = async (): Promise<void> => {
    await service.kill9();
    service = await startService(dataDir, env);
  };

  const inDatabase = async (text: string): Promise<void> => {
    const { database } = JSON.parse(await readFile(join(dataDir, 'address.json'), 'utf8')) as { database: string };
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  };

  test('O-39 a held adapter is not called, captures go on, and what waits is done when it is let go', async () => {
    const erp = async (): Promise<Adapter | undefined> =>
      (await service.client.get<List<Adapter>>('ops', '/v1/ops/adapters')).items.find(({ name }) => name === 'erp');
    await service.client.send('ops', 'POST', '/v1/ops/adapters/erp/pauses', { reason: 'their upgrade' });
    await eventually(erp, (now) => now?.state === 'PAUSED');
    // A process that starts does nothing before it knows what is held.
    await restart();
    const { orderId } = await submit(service.client, orderBody('1'));
    await eventually(erp, (now) => (now?.waiting ?? 0) > 0);
    expect((await readOrder(service.client, orderId)).erpNumber).toBeNull();
    await restart();
    expect(await erp()).toMatchObject({ state: 'PAUSED', waiting: expect.any(Number) });
    expect((await erp())?.waiting).toBeGreaterThan(0);
    expect((await readOrder(service.client, orderId)).erpNumber).toBeNull();
    await service.client.send('ops', 'POST', '/v1/ops/adapters/erp/resumptions', { reason: 'it is over' });
    await eventually(
      () => readOrder(service.client, orderId),
      ({ erpNumber }) => erpNumber !== null,
    );
  });

  test('O-07 a replay that is killed in the middle goes on after the restart, and counts every event once', async () => {
    await inDatabase(`create function poison() returns trigger language plpgsql as $$ begin raise exception 'cannot take it'; end $$;
      create trigger poison before insert or update on rm_inventory_v1.stock_position for each row when (new.item = 'SEAL-RING' and new.node = '3PL-SOUTH') execute function poison()`);
    const place = { bu: 'ACME', node: '3PL-SOUTH', item: 'SEAL-RING' };
    const movement = { ...place, kind: 'RECEIPT', qty: '1', uom: 'EA', unitCost: '1.00' };
    for (let n = 1; n <= movements; n += 1)
      await service.client.send('warehouse', 'POST', '/v1/stock-movements', { ...movement, reference: `POISON-${n}` });
    const letter = async (): Promise<Letter | undefined> =>
      (await service.client.get<List<Letter>>('ops', '/v1/ops/dead-letters?consumer=inventory')).items[0];
    // Receipts, and the unit cost that the first of them sets.
    const stream = '/v1/audit/events?stream=stock-ACME.3PL-SOUTH.SEAL-RING&limit=500';
    const { items } = await eventually(
      () => service.client.get<List<{ readonly type: string }>>('auditor', stream),
      (now) => now.items.filter(({ type }) => type === 'StockReceived').length === movements,
    );
    const waiting = items.length;
    const stuck = await eventually(letter, (now) => now?.blockedCount === waiting - 1);
    await inDatabase('drop trigger poison on rm_inventory_v1.stock_position');
    const body = { deadLetterIds: [stuck?.id], reason: 'the trigger is gone' };
    const { replayId } = await service.client.send<Replay>('ops', 'POST', '/v1/ops/replays', body);
    const replay = (): Promise<Replay> => service.client.get('ops', `/v1/ops/replays/${replayId}`);
    await eventually(replay, ({ lanes }) => (lanes[0]?.replayed ?? 0) > 0);
    await restart();
    const before = await replay();
    expect(before.lanes[0]?.replayed).toBeLessThan(waiting);
    const done = await eventually(replay, ({ state }) => state === 'FINISHED', 60_000);
    expect(done.lanes).toMatchObject([{ replayed: waiting, stillBlocked: 0, error: null }]);
    expect(await letter()).toBeUndefined();
    const events = await service.client.get<List<{ readonly type: string }>>(
      'auditor',
      `/v1/audit/events?stream=replay-operations.${replayId}`,
    );
    expect(events.items.map(({ type }) => type)).toEqual(['ReplayRequested', 'ReplayFinished']);
  });
});
