import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { watch } from '../../commands/cases/watchdog.ts';
import { createExecutor } from '../../commands/handle.ts';
import { demoNodes } from '../../domain/masterData/demo.ts';
import { watchedCases } from '../../projections/exceptions/watch.ts';
import type { InventoryPositionView } from '../../projections/inventory/queries.ts';
import { createMemoryLog } from '../projections/memoryLog.ts';
import { appendEvents } from '../projections/storedHistory.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { type CallOptions, call } from './testApi.ts';

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

/** As the demonstration has it, without what its address says. */
const definitionOf = (wanted: string): object => {
  const { bu: _, node: __, ...definition } = demoNodes.find(({ node }) => node === wanted) ?? {};
  return definition;
};

type Promised = {
  readonly availableNow: string;
  readonly explanation: readonly string[];
  readonly nodes: readonly { readonly node: string; readonly stale: boolean }[];
  readonly promises: readonly { readonly node: string; readonly qty: string }[];
};

describe('a contract warehouse that tells nothing of its stock', () => {
  let api: RealApi;
  const item = 'BRG-6204';

  const ok = async (method: 'GET' | 'POST' | 'PUT', path: string, options: CallOptions) => {
    const headers = { 'x-min-position': String(await api.log.head()) };
    const answer = await call(api, method, path, { ...options, ...(method === 'GET' && { headers }) });
    expect([path, answer.body.detail, answer.status < 300]).toEqual([path, undefined, true]);
    return answer.body;
  };

  const receive = (node: string, qty: string) =>
    ok('POST', '/v1/stock-movements', {
      role: 'warehouse',
      body: {
        ...{ bu: 'ACME', node, item, kind: 'RECEIPT', qty, uom: 'EA', unitCost: '6.00' },
        reference: `${node}-${qty}`,
      },
    });

  const staleNodes = async (): Promise<readonly string[]> => {
    const { items } = await ok('GET', `/v1/inventory-positions?bu=ACME&item=${item}`, { role: 'warehouse' });
    return (items as readonly InventoryPositionView[]).filter(({ stale }) => stale).map(({ node }) => node);
  };

  const promised = async (): Promise<Promised> => {
    await staleNodes();
    const body = { bu: 'ACME', channel: 'portal', lines: [{ item, qty: '15', uom: 'EA' }] };
    const { lines } = await ok('POST', '/v1/availability-checks', { body });
    return (lines as readonly [Promised])[0];
  };

  const look = async (): Promise<number> => {
    await staleNodes();
    return watch({
      executor: createExecutor(api.log),
      look: (limit) => watchedCases(api.database.db, limit),
      clock: () => new Date().toISOString(),
    });
  };

  const alarms = async (state: 'OPEN' | 'CLOSED') =>
    (await ok('GET', `/v1/ops/exceptions?class=FEED_STALE&state=${state}`, { role: 'ops' })).items;

  /** Another contract warehouse, with this limit of its own. */
  const limited = (staleAfterSeconds?: number) => {
    const limit = staleAfterSeconds === undefined ? {} : { stockFeed: { staleAfterSeconds } };
    const body = { ...definitionOf('3PL-SOUTH'), priority: 4, ...limit };
    return ok('PUT', '/v1/nodes/ACME/3PL-NORTH', { role: 'admin', body });
  };

  beforeAll(async () => {
    api = await makeRealApi();
    await limited();
    await receive('DC-EAST', '10');
    const old = createMemoryLog(minutesAgo(31));
    const place = { bu: 'ACME', node: '3PL-NORTH', item } as const;
    old.append('stock-ACME.3PL-NORTH.BRG-6204', 'StockReceived', {
      ...{ ...place, reference: 'OLD', qty: '20', status: 'SELLABLE', unitCost: '6.00', currency: 'USD' },
    });
    await appendEvents(api.log, old.events);
  });
  afterAll(() => api.close());

  test('S-06 I-10 is marked stale after its limit and raises an alarm, while other nodes go on promising', async () => {
    const line = await promised();
    expect(line.nodes.map(({ node, stale }) => [node, stale])).toEqual([
      ['DC-EAST', false],
      ['DC-WEST', false],
      ['3PL-SOUTH', false],
      ['3PL-NORTH', true],
    ]);
    expect(line.promises.map(({ node, qty }) => [node, qty])).toEqual([
      ['DC-EAST', '10'],
      ['3PL-NORTH', '5'],
    ]);
    expect(line.explanation).toContain('The figures of 3PL-NORTH are stale.');
    expect(line.explanation.filter((sentence) => sentence.includes('stale'))).toHaveLength(1);
    expect(await staleNodes()).toEqual(['3PL-NORTH']);

    expect([await look(), await look()]).toEqual([1, 0]);
    expect(await alarms('OPEN')).toMatchObject([
      { node: '3PL-NORTH', object: { kind: 'node', id: '3PL-NORTH' }, runbook: 'docs/runbooks/feed-stale.md' },
    ]);
  });

  test('has as long as its own definition says, and the alarm goes by the same limit', async () => {
    await limited(7_200);
    expect(await staleNodes()).toEqual([]);
    expect((await promised()).explanation.join(' ')).not.toContain('stale');
    expect(await look()).toBe(1);
    expect(await alarms('OPEN')).toEqual([]);
    await limited(60);
    expect(await staleNodes()).toEqual(['3PL-NORTH']);
    expect(await look()).toBe(1);
    expect(await alarms('OPEN')).toMatchObject([{ node: '3PL-NORTH', timesOpened: 2 }]);
  });

  test('speaks by a snapshot of its stock, too, which receives nothing', async () => {
    const stockDialect = { words: [{ word: 'ON HAND', measure: 'ON_HAND' }], unsaid: 'UNKNOWN' };
    const body = { ...definitionOf('3PL-SOUTH'), priority: 4, stockFeed: { staleAfterSeconds: 60 }, stockDialect };
    await ok('PUT', '/v1/nodes/ACME/3PL-NORTH', { role: 'admin', body });
    expect(await staleNodes()).toEqual(['3PL-NORTH']);
    const snapshot = { bu: 'ACME', node: '3PL-NORTH', snapshotId: 'SN-1', takenAt: new Date().toISOString() };
    const lines = [{ item, uom: 'EA', said: [{ word: 'ON HAND', qty: '20' }] }];
    await ok('POST', '/v1/stock-snapshots', { role: 'warehouse', body: { ...snapshot, scope: 'PARTIAL', lines } });
    expect(await staleNodes()).toEqual([]);
  });

  test('speaks again, of whatever item: the mark is gone and the alarm closes by itself', async () => {
    await ok('POST', '/v1/stock-movements', {
      role: 'warehouse',
      body: {
        ...{ bu: 'ACME', node: '3PL-NORTH', item: 'BELT-A42', kind: 'RECEIPT', qty: '1', uom: 'EA', unitCost: '4.10' },
        reference: 'BACK',
      },
    });
    expect(await staleNodes()).toEqual([]);
    expect((await promised()).nodes.filter(({ stale }) => stale)).toEqual([]);
    expect([await look(), await look()]).toEqual([1, 0]);
    expect(await alarms('OPEN')).toEqual([]);
    expect(await alarms('CLOSED')).toMatchObject([{ node: '3PL-NORTH' }]);
  });

  test('cannot be given a limit that is none, and a supplier keeps no stock to tell of', async () => {
    for (const [kind, staleAfterSeconds, pointer, code] of [
      ['DC', 59, '/stockFeed/staleAfterSeconds', 'SIZE_INVALID'],
      ['SUPPLIER', 900, '/stockFeed', 'NODE_KEEPS_NO_STOCK'],
    ] as const) {
      const body = { ...definitionOf('DC-WEST'), kind, stockFeed: { staleAfterSeconds } };
      const answer = await call(api, 'PUT', '/v1/nodes/ACME/DC-NEW', { role: 'admin', body });
      expect([answer.status, answer.body.errors]).toEqual([422, [expect.objectContaining({ pointer, code })]]);
    }
  });
});
