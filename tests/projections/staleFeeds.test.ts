import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DataOf } from '../../domain/events.ts';
import { availabilityInputs } from '../../projections/inventory/availability.ts';
import { listInventoryPositions } from '../../projections/inventory/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { receive } from './fulfilmentHistory.ts';
import { defineMasterData } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const defineNode = (log: MemoryLog, node: string, more: Partial<DataOf<'NodeDefined'>> = {}): void => {
  log.append(`node-ACME.${node}`, 'NodeDefined', {
    ...{ bu: 'ACME', version: 1, node, name: node, kind: '3PL', priority: 2, region: 'US-EAST', timeZone: 'UTC' },
    ...{ cutOff: '15:00', workingDays: [1], handlingDays: 0, transitDays: 2, inboundDays: 1, active: true },
    ...more,
  });
};

/** Of whatever item. */
const told = (log: MemoryLog, node: string, minutes: number): void => {
  log.append(
    `stock-ACME.${node}.BRG-6204`,
    'StockReceived',
    {
      ...{ bu: 'ACME', node, item: 'BRG-6204', reference: `${node}-${minutes}`, qty: '1', status: 'SELLABLE' },
      ...{ unitCost: '6.00', currency: 'USD' },
    },
    { occurredAt: minutesAgo(minutes) },
  );
};

describe('whether a node is stale', () => {
  let database: TestDatabase<never>;
  let log: MemoryLog;
  beforeEach(async () => {
    database = await createTestDatabase();
    log = createMemoryLog(minutesAgo(120));
    defineMasterData(log);
    receive(log, '5', 'R');
  });
  afterEach(() => database.close());

  /** As availability and positions say: they must not differ. */
  const stale = async (): Promise<readonly string[]> => {
    await catchUpAll(database.db, log);
    const { sites } = await availabilityInputs(database.db, { bu: 'ACME', items: [] });
    const nodes = sites.filter((site) => site.stale).map(({ node }) => node);
    const { items } = await listInventoryPositions(database.db, { bu: 'ACME' });
    const stocked = new Set(items.map(({ node }) => node));
    expect(items.filter((position) => position.stale).map(({ node }) => node)).toEqual(
      nodes.filter((node) => stocked.has(node)),
    );
    return nodes;
  };

  test('is a matter of contract warehouses, after a quarter of an hour, and of others that have a limit', async () => {
    defineNode(log, '3PL-A');
    defineNode(log, '3PL-B');
    defineNode(log, 'DC-C', { kind: 'DC', stockFeed: { staleAfterSeconds: 60 } });
    told(log, '3PL-A', 14);
    told(log, '3PL-B', 16);
    told(log, 'DC-C', 2);
    expect(await stale()).toEqual(['3PL-B', 'DC-C']);
  });

  test('goes by the node’s own limit, then by that of its business unit', async () => {
    const unit = log.events.find(({ type }) => type === 'BusinessUnitDefined')?.data as DataOf<'BusinessUnitDefined'>;
    const slas = [
      { class: 'ORDER_HELD', limitSeconds: 60, resolveSeconds: 60 },
      { class: 'FEED_STALE', limitSeconds: 3_600, resolveSeconds: 60 },
    ] as const;
    log.append('bu-ACME.profile', 'BusinessUnitDefined', { ...unit, version: 2, slas });
    defineNode(log, '3PL-A');
    defineNode(log, '3PL-B', { stockFeed: { staleAfterSeconds: 600 } });
    defineNode(log, '3PL-C', { stockFeed: { staleAfterSeconds: 7_200 } });
    told(log, '3PL-A', 59);
    told(log, '3PL-B', 59);
    told(log, '3PL-C', 61);
    expect(await stale()).toEqual(['3PL-B']);
  });

  test('counts from its definition while it has told nothing, and not at all when it is closed', async () => {
    defineNode(log, '3PL-NEW');
    defineNode(log, '3PL-SHUT', { active: false });
    told(log, '3PL-SHUT', 30);
    expect(await stale()).toEqual(['3PL-NEW']);
    told(log, '3PL-NEW', 0);
    expect(await stale()).toEqual([]);
  });

  test('is no older for what is told later of an earlier moment', async () => {
    defineNode(log, '3PL-A');
    told(log, '3PL-A', 5);
    const of = { bu: 'ACME', node: '3PL-A', item: 'BRG-6204', reference: 'return I-1', qty: '1', reason: 'RETURN' };
    const restocked = { ...of, from: 'QUARANTINE', to: 'SELLABLE' } as const;
    log.append('stock-ACME.3PL-A.BRG-6204', 'StockStatusChanged', restocked, { occurredAt: minutesAgo(60) });
    expect(await stale()).toEqual([]);
  });

  test('is not known from what we do with its stock ourselves', async () => {
    defineNode(log, '3PL-A');
    told(log, '3PL-A', 16);
    const place = { bu: 'ACME', node: '3PL-A', item: 'BRG-6204' } as const;
    log.append('stock-ACME.3PL-A.BRG-6204', 'SafetyStockSet', { ...place, qty: '1' }, { occurredAt: minutesAgo(0) });
    // Goods of a shipment that is voided now were counted, as if found.
    const takenBack = { reference: 'CC-1', status: 'SELLABLE', reason: 'COUNT', qty: '-1', cost: '600' } as const;
    log.append(
      'stock-ACME.3PL-A.BRG-6204',
      'StockAdjusted',
      {
        ...{ ...place, ...takenBack, unitCost: '6.00', currency: 'USD' },
        count: { countId: 'CC-1', movedAt: minutesAgo(30) },
      },
      { occurredAt: minutesAgo(0) },
    );
    expect(await stale()).toEqual(['3PL-A']);
  });
});
