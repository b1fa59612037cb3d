import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { changeFrom } from '../../api/cli/expectedChanges.ts';
import { progressLine } from '../../api/cli/rebuildProgress.ts';
import type { Role } from '../../api/permissions.ts';
import { liveBuild } from '../../projections/build.ts';
import { masterData } from '../../projections/masterData/projection.ts';
import type { RebuildView } from '../../projections/rebuild/queries.ts';
import { createRebuildService } from '../projections/rebuildService.ts';
import { throughline } from '../support/throughline.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { keyOf } from './testApi.ts';

describe('a declared change on the command line', () => {
  test.each([
    ['orders:changed', { table: 'orders', kind: 'CHANGED' }],
    ['orders:CHANGED:net, content_sha256', { table: 'orders', kind: 'CHANGED', columns: ['net', 'content_sha256'] }],
    ['order_line:only-new', { table: 'order_line', kind: 'ONLY_NEW' }],
    ['order_line:only_live', { table: 'order_line', kind: 'ONLY_LIVE' }],
  ])('%s', (text, change) => {
    expect(changeFrom(text)).toEqual(change);
  });

  test.each([
    'orders',
    'orders:',
    ':changed',
    'orders:moved',
    'orders:changed:',
    'orders:changed:a:b',
    'a b:changed',
  ])('%p is wrong usage and says how it is written', (text) => {
    expect(() => changeFrom(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => changeFrom(text)).toThrow('orders:changed:net');
  });
});

test.each<[string, Partial<RebuildView>]>([
  ['[..............................] waiting for a worker of the service', { total: 0 }],
  [
    '[###############...............]  50 %  60,000 of 120,000 events  20,000/s  3 s left',
    { processed: 60_000, total: 120_000, eventsPerSecond: 20_000, etaSeconds: 3 },
  ],
  [
    '[..............................]   0 %  1 of 9,000,000 events  0/s  2 min 0 s left',
    { processed: 1, total: 9_000_000, eventsPerSecond: 0.1, etaSeconds: 119.5 },
  ],
  ['[##############################] the log is read; comparing with the live build', { state: 'COMPARING' }],
])('the bar shows %s', (line, view) => {
  const begun = { state: 'REPLAYING', processed: 0, total: 0, eventsPerSecond: 0, etaSeconds: null } as const;
  expect(progressLine({ ...begun, ...view } as RebuildView)).toBe(line);
});

describe('throughline rebuild on a running service', () => {
  let api: RealApi;
  let server: Server;
  let stop: () => Promise<void>;

  const as =
    (role: Role) =>
    (...args: readonly string[]) => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      return throughline(args, { THROUGHLINE_URL: url, THROUGHLINE_KEY: keyOf(role) });
    };
  const ops = as('ops');
  const why = ['--reason', 'a corrected fold'] as const;

  beforeAll(async () => {
    api = await makeRealApi();
    const service = await createRebuildService(api.database);
    const worker = service.startWorker([masterData]);
    stop = async () => {
      await worker();
      await service.log.close();
    };
    server = createServer(api.app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await stop();
    await api.close();
  });

  const spoil = async (): Promise<bigint | undefined> => {
    const { schema } = await liveBuild(api.database.db, masterData);
    const spoilt =
      await sql`update ${sql.id(schema, 'item')} set item_group = 'XX' where item in ('BRG-6204', 'BELT-A42')`.execute(
        api.database.db,
      );
    return spoilt.numAffectedRows;
  };

  /** Two items of the live build are made to differ from what the log says, once they are there. */
  beforeEach(async () => {
    for (const deadline = Date.now() + 30_000; (await spoil()) !== 2n; await delay(50))
      if (Date.now() > deadline) throw new Error('the items were not projected');
  });

  const spoiltShown = async (): Promise<number> => {
    const { rows } = await sql<{
      n: number;
    }>`select count(*)::int as n from rm.item where item_group = 'XX'`.execute(api.database.db);
    return rows[0]?.n ?? 0;
  };

  test('what differs and was not declared ends with 4, names the rows, and says what can be done', async () => {
    const refused = await ops('rebuild', 'master_data', ...why);
    expect({ code: refused.code, err: refused.err }).toEqual({ code: 4, err: '' });
    const rebuildId = /master_data-v\d+/.exec(refused.out)?.[0] ?? '';
    expect(refused.out).toContain(`throughline -- swap ${rebuildId}`);
    expect(refused.out).toContain('--expect item:changed:item_group');
    expect(refused.out).toMatch(/item .*BELT-A42.*differs\n +item_group: XX live, \w+ new\n +since ItemDefined/);
    const again = await ops('difference', rebuildId);
    expect({ code: again.code, out: again.out }).toEqual({ code: 4, out: refused.out });
    const second = await ops('rebuild', 'master_data', ...why);
    expect(second).toMatchObject({
      code: 4,
      out: '',
      err: expect.stringContaining(`throughline -- abort ${rebuildId}`),
    });
    const asked = await ops('swap', rebuildId, ...why);
    expect(asked).toMatchObject({
      code: 4,
      out: '',
      err: expect.stringMatching(/throughline -- approve [0-9A-Z]{26} --reason/),
    });
    expect(await spoiltShown()).toBe(2);
    expect(await ops('abort', rebuildId, ...why)).toMatchObject({ code: 0, err: '' });
  });

  test('what was declared waits for a swap, and one call goes back', async () => {
    const rebuilt = await ops('rebuild', 'master_data', '--expect', 'item:changed:item_group', ...why);
    expect({ code: rebuilt.code, err: rebuilt.err }).toEqual({ code: 0, err: '' });
    const rebuildId = /master_data-v\d+/.exec(rebuilt.out)?.[0] ?? '';
    expect(rebuilt.out).toContain('AWAITING_SWAP');
    expect(await spoiltShown()).toBe(2);
    expect(await ops('swap', rebuildId, ...why)).toMatchObject({ code: 0, err: '' });
    expect(await spoiltShown()).toBe(0);
    const back = await ops('rollback', rebuildId, ...why, '--json');
    expect({ code: back.code, state: JSON.parse(back.out).state }).toEqual({ code: 0, state: 'ROLLED_BACK' });
    expect(await spoiltShown()).toBe(2);
  });

  test('changes can come from a file too, and every one that names nothing is told before anything is built', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'throughline-cli-')), 'changes.json');
    await writeFile(file, JSON.stringify([{ table: 'items', kind: 'CHANGED' }]));
    const unknown = await ops('rebuild', 'master_data', '--expect-file', file, '--expect', 'item:changed:uom', ...why);
    expect({ code: unknown.code, out: unknown.out }).toEqual({ code: 4, out: '' });
    expect(unknown.err).toContain('item has no column uom. There are: ');
    expect(unknown.err).toContain(
      'master_data has no table items. There are: business_unit, customer, definition, item',
    );
    await writeFile(file, JSON.stringify([{ table: 'item', kind: 'CHANGED', columns: ['item_group'] }]));
    const rebuilt = await ops('rebuild', 'master_data', '--expect-file', file, ...why, '--json');
    expect({ code: rebuilt.code, state: JSON.parse(rebuilt.out).state }).toEqual({ code: 0, state: 'AWAITING_SWAP' });
    expect(await ops('abort', JSON.parse(rebuilt.out).rebuildId, ...why)).toMatchObject({ code: 0 });
    await writeFile(file, '{"table":"item"}');
    expect(await ops('rebuild', 'master_data', '--expect-file', file, ...why)).toMatchObject({ code: 2, out: '' });
    expect(await ops('rebuild', 'master_data', '--expect-file', `${file}.not`, ...why)).toMatchObject({ code: 3 });
  });

  test('a read model that is not there ends with 3, a key without the duty with 4 and the way out', async () => {
    expect(await ops('rebuild', 'ordres', ...why)).toMatchObject({ code: 3, out: '' });
    expect(await ops('difference', 'orders-v9')).toMatchObject({ code: 3, out: '' });
    expect(await as('channel')('rebuild', 'orders', ...why)).toMatchObject({
      code: 4,
      err: expect.stringContaining('--as'),
    });
  });
});
