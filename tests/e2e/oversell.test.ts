import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { equationHolds, type List, type Order, orderBody, type Position, receive, submit } from './calls.ts';
import { endService, eventually, type RunningService, startEmpty } from './service.ts';

const ordersCount = 200;
const unitsOnHand = 50;

describe('overselling', () => {
  let service: RunningService;

  beforeAll(async () => {
    service = await startEmpty({ SIM_WMS: 'manual' });
  });
  afterAll(() => endService(service));

  const positions = () =>
    service.client.get<List<Position>>('warehouse', '/v1/inventory-positions?bu=ACME&node=DC-EAST&item=BRG-6204');
  const position = async (): Promise<Position> => {
    const list = await positions();
    const found = list.items[0];
    if (found === undefined) throw new Error('no position');
    return found;
  };

  test('S-10 200 concurrent orders of 1 for 50 units: 50 taken, 150 backordered, never anything below zero', async () => {
    await receive(service.client, String(unitsOnHand));
    await eventually(positions, (list) => list.items[0]?.onHand === String(unitsOnHand));
    let watching = true;
    const seen: Position[] = [];
    const watch = (async () => {
      while (watching) {
        seen.push(await position());
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const orders = await Promise.all(Array.from({ length: ordersCount }, () => submit(service.client, orderBody('1'))));
    const settled = await eventually(
      async () => {
        const pages: Order[] = [];
        let cursor = '';
        do {
          const page = await service.client.get<List<Order>>(
            'channel',
            `/v1/orders?bu=ACME&item=BRG-6204&limit=100${cursor}`,
          );
          pages.push(...page.items);
          cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
        } while (cursor !== '');
        return pages;
      },
      (all) =>
        all.length === ordersCount &&
        all.every((order) => order.lines[0]?.unsourced === '0' && order.lines[0]?.reserved === '0'),
      60_000,
    );
    watching = false;
    await watch;
    const total = (bucket: 'allocated' | 'backordered') =>
      settled.reduce((sum, order) => sum + Number(order.lines[0]?.[bucket] ?? 0), 0);
    expect(new Set(orders.map((order) => order.orderId)).size).toBe(ordersCount);
    expect({ allocated: total('allocated'), backordered: total('backordered') }).toEqual({
      allocated: unitsOnHand,
      backordered: ordersCount - unitsOnHand,
    });
    expect(settled.every((order) => order.lines.every(equationHolds))).toBe(true);
    const below = seen.filter((now) =>
      [now.onHand, now.available, now.allocated, now.reserved, now.backordered].some((text) => BigInt(text) < 0n),
    );
    expect(below).toEqual([]);
    const over = seen.filter((now) => BigInt(now.allocated) + BigInt(now.reserved) > BigInt(now.onHand));
    expect(over).toEqual([]);
    // The inventory is another read model than the orders, and may be behind them.
    const allSourced = ordersCount - unitsOnHand;
    const last = await eventually(position, ({ backordered }) => Number(backordered) >= allSourced);
    expect(last).toMatchObject({ onHand: '50', allocated: '50', available: '0', backordered: String(allSourced) });
  });
});
