import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DataOf } from '../../domain/events.ts';
import { projections } from '../../projections/catalogue.ts';
import { availabilityInputs } from '../../projections/inventory/availability.ts';
import { masterData } from '../../projections/masterData/projection.ts';
import type { Projection } from '../../projections/projection.ts';
import type { ReadHandle } from '../../projections/readModel.ts';
import { replayLane } from '../../projections/repair.ts';
import { catchUp } from '../../projections/runner.ts';
import { catchUpAll } from './caughtUp.ts';
import { receive } from './fulfilmentHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { createRebuildService, type RebuildService } from './rebuildService.ts';
import { storeEvents } from './storedHistory.ts';

const bearing = 'BRG-6204';

const defineItem = (log: MemoryLog, item: string, more: Partial<DataOf<'ItemDefined'>> = {}): void => {
  log.append(`item-ACME.${item}`, 'ItemDefined', {
    ...{ bu: 'ACME', version: 1, item, description: item, group: 'BEARING', baseUom: 'EA', conversions: [] },
    ...{ taxCode: 'TPP', kind: 'STOCK', components: [], leadTimeDays: null, dropship: null, active: true },
    ...more,
  });
};

const defineNode = (log: MemoryLog, node: string, more: Partial<DataOf<'NodeDefined'>> = {}): void => {
  log.append(`node-ACME.${node}`, 'NodeDefined', {
    ...{ bu: 'ACME', version: 2, node, name: node, kind: 'DC', priority: 1, region: 'US-EAST', timeZone: 'UTC' },
    ...{ cutOff: '15:00', workingDays: [1], handlingDays: 0, transitDays: 2, inboundDays: 1, active: true },
    ...more,
  });
};

const standsFor = (item: string) =>
  ({
    substitutes: [
      {
        item,
        ratio: { num: '1', den: '1' },
        direction: 'BOTH',
        priceRule: 'AS_ORDERED',
        validFrom: null,
        validTo: null,
      },
    ],
  }) as unknown as Partial<DataOf<'ItemDefined'>>;

/** Each changes what is defined; they are played one after the other. */
const changes: readonly (readonly [what: string, play: (log: MemoryLog) => void])[] = [
  ['an item that was asked for in vain', (log) => defineItem(log, 'NEW')],
  ['an item that stands for one asked for', (log) => defineItem(log, 'OTHER', standsFor(bearing))],
  ['an item that stands for it no more', (log) => defineItem(log, 'OTHER', { version: 2 })],
  [
    'units of an item',
    (log) => defineItem(log, 'NEW', { version: 2, conversions: [{ uom: 'BX', num: '6', den: '1' }] }),
  ],
  [
    'what a kit is made of',
    (log) => defineItem(log, 'NEW', { version: 3, kind: 'KIT', components: [{ item: bearing, qty: '2' }] }),
  ],
  ['a node more', (log) => defineNode(log, 'DC-WEST', { priority: 0 })],
  ['a node that closed', (log) => defineNode(log, 'DC-WEST', { version: 3, active: false })],
  [
    'rules for late supply',
    (log) =>
      log.append('policy-ACME.latesupply', 'LateSupplyPublished', {
        ...{ bu: 'ACME', version: 2, cushionDays: 3, pastDueSupplyDays: 1, lateSlipDays: 1, toleranceDays: 1 },
        ...{ lateLines: 'KEEP', tell: false, contentSha256: 'l' },
      } as unknown as DataOf<'LateSupplyPublished'>),
  ],
];

const cannotFold = (item: string): Projection => ({
  ...masterData,
  apply: (batch, into) => {
    if (batch.some(({ data }) => (data as { readonly item?: string }).item === item)) throw new TypeError('not yet');
    return masterData.apply(batch, into);
  },
});

describe('what an availability check remembers of definitions', () => {
  let service: RebuildService;
  let log: MemoryLog;
  let statements: string[];
  let kept: ReadHandle;

  beforeEach(async () => {
    service = await createRebuildService();
    log = createMemoryLog();
    openBooks(log);
    receive(log, '5', 'R');
    await catchUpAll(service.db, log);
    statements = [];
    const db = service.db.withoutPlugins();
    kept = {
      getExecutor: () => db.getExecutor(),
      rowsOf: async (statement) => {
        statements.push(statement.sql);
        return (await db.executeQuery(statement)).rows;
      },
    };
  });
  afterEach(() => service.close());

  const asked = { bu: 'ACME', items: [bearing, 'NEW'] };
  /** As remembered and as asked for the first time; and whether definitions were read for the former, statement by statement. */
  const check = async () => {
    statements.length = 0;
    const remembered = await availabilityInputs(kept, asked);
    expect(remembered).toEqual(await availabilityInputs(service.db.withoutPlugins(), asked));
    return statements.map((text) => text.includes('rm.item'));
  };

  test('is not read again while nothing is defined, whatever moves', async () => {
    expect(await check()).toEqual([true]);
    expect(await check()).toEqual([false]);
    receive(log, '7', 'R2');
    await catchUpAll(service.db, log);
    expect(await check()).toEqual([false]);
    const { items } = await availabilityInputs(kept, asked);
    expect(items.get(bearing)?.positions).toMatchObject([{ sellable: '12' }]);
  });

  test('is read again with the check that comes after a change of any kind', async () => {
    await check();
    for (const [what, play] of changes) {
      play(log);
      await catchUp({ db: service.db, ...log }, masterData);
      expect([what, await check(), await check()]).toEqual([what, [false, true], [false]]);
    }
  });

  test('is read again for items that were not asked for before, and then not twice for those that were', async () => {
    await check();
    defineItem(log, 'THIRD');
    await catchUp({ db: service.db, ...log }, masterData);
    const others = { bu: 'ACME', items: ['THIRD'] };
    statements.length = 0;
    expect((await availabilityInputs(kept, others)).items.get('THIRD')).toMatchObject({ baseUom: 'EA' });
    // What the unit says is older than what was just seen, and is not asked for by its stamp.
    await availabilityInputs(kept, asked);
    expect(statements.map((text) => text.includes('rm.item'))).toEqual([true, true]);
    expect(await check()).toEqual([false]);
  });

  test('is read again after an event that had to wait, although others overtook it', async () => {
    defineItem(log, 'NEW');
    defineItem(log, 'LATER');
    await catchUp({ db: service.db, ...log }, cannotFold('NEW'));
    await check();
    expect((await availabilityInputs(kept, asked)).items.has('NEW')).toBe(false);
    await replayLane({ db: service.db, ...log }, masterData, 'item-ACME.NEW');
    expect((await availabilityInputs(kept, asked)).items.has('NEW')).toBe(true);
  });

  test('is read again after a rebuild took its place, and says the same', async () => {
    await storeEvents(service.database, log.events);
    await check();
    const stop = service.startWorker(projections);
    await service.request(masterData);
    await service.until('master_data-v2', 'SWAPPED');
    await stop();
    expect([await check(), await check()]).toEqual([[false, true], [false]]);
  });

  test('is nothing of a business unit that does not exist', async () => {
    const nowhere = { bu: 'NONE', items: [bearing] };
    for (let turn = 0; turn < 2; turn += 1)
      expect(await availabilityInputs(kept, nowhere)).toMatchObject({ buKnown: false, sites: [], mutual: [] });
    expect(statements.every((text) => text.includes('rm.item'))).toBe(true);
  });
});
