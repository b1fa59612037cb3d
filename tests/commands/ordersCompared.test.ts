import { describe, expect, test } from '@jest/globals';
import type { ErpBook, HeldOrder } from '../../commands/ports/erpBook.ts';
import { comparingOrders, differingOrder, type OrderReads } from '../../commands/reconciliation/ordersCompared.ts';
import type { OrderHere } from '../../domain/reconciliation/ours.ts';

const { signal } = new AbortController();
const through = '0500';

const order = (orderId: string, shipped: string, changes: Partial<OrderHere> = {}): OrderHere => ({
  ...{
    orderId,
    bu: 'ACME',
    erpSystem: 'erp',
    erpNumber: `SO-${orderId}`,
    version: '0400',
    progressed: null,
    currency: 'USD',
    net: '100',
  },
  lines: [{ lineId: '10', status: 'OPEN', shipped, invoiced: '0', cancelled: '0', unitPrice: '1.00' }],
  ...changes,
});

/** The ERP has every order as it was told under this version: nothing has left. */
const heldOf = (orderId: string): HeldOrder => ({ orderId, erpNumber: `SO-${orderId}`, version: '0100', lines: [] });

const bookNamed = (system: string): ErpBook => ({
  system,
  orders: async (_, orderIds) => orderIds.map(heldOf),
  tellOrders: async () => [],
  batches: async () => [],
  documents: async () => ({ documents: [], next: null }),
});

const compare = async (
  first: readonly OrderHere[],
  standing: readonly string[],
  { again = first, ...changes }: Partial<OrderReads> & { readonly again?: readonly OrderHere[] } = {},
) => {
  const reads: OrderReads = {
    books: { of: () => bookNamed('erp'), named: (system) => (system === 'erp' ? bookNamed(system) : undefined) },
    ordersIn: async function* ordersIn() {
      for (let from = 0; from < first.length; from += 100) yield first.slice(from, from + 100);
    },
    ordersOf: async (orderIds) => again.filter(({ orderId }) => orderIds.includes(orderId)),
    throughTold: async () => through,
    isPaused: () => false,
    settleWaitsMs: [],
    ...changes,
  };
  const { differing, ...rest } = await comparingOrders(reads, { bu: 'ACME', standing: new Set(standing) }, signal);
  return { ...rest, differing: differing.map(({ here, problem }) => [here.orderId, problem]) };
};

describe('what stood is over only when both sides were seen to say the same', () => {
  test('an order that agrees is over, one that moves just now is neither over nor different', async () => {
    const orders = [order('SAME', '0'), order('DIFFERS', '1'), order('MOVES', '1', { version: '0501' })];
    expect(await compare(orders, ['SAME', 'DIFFERS', 'MOVES'])).toMatchObject({
      ...{ agreed: ['SAME'], differing: [['DIFFERS', 'BEHIND']], compared: 3, reason: null },
    });
  });

  test('what they were told of last is known by what moved it last, whatever else has become of the order since', async () => {
    const orders = [order('TOLD', '1', { progressed: '0090' }), order('BEHIND', '1', { progressed: '0101' })];
    expect((await compare(orders, [])).differing).toEqual([
      ['TOLD', 'CHANGED'],
      ['BEHIND', 'BEHIND'],
    ]);
  });

  test('one whose ERP cannot be asked any more stands on', async () => {
    const gone = order('GONE', '0', { erpSystem: 'sold' });
    expect(await compare([gone], ['GONE'])).toMatchObject({ agreed: [], differing: [], compared: 0 });
    const paused = await compare([order('PAUSED', '1')], ['PAUSED'], { isPaused: () => true });
    expect(paused).toMatchObject({ agreed: [], differing: [], compared: 0 });
  });

  test('one that settles is over, one that moves meanwhile is left for the next run', async () => {
    const first = [order('SETTLES', '1'), order('MOVES', '1')];
    const again = [order('SETTLES', '0'), order('MOVES', '2', { version: '0502' })];
    const looked = await compare(first, ['SETTLES', 'MOVES'], { again, settleWaitsMs: [0] });
    expect(looked).toMatchObject({ agreed: ['SETTLES'], differing: [], compared: 2 });
  });

  test('where more differ than are named, those that agree are over all the same, and none beyond', async () => {
    const many = Array.from({ length: 1_200 }, (_, n) => order(`O-${n}`, '1'));
    const looked = await compare([...many, order('SAME', '0')], ['O-1199', 'SAME']);
    expect(looked).toMatchObject({ agreed: ['SAME'], compared: 1_201, reason: 'TOO_MANY_BREAKS' });
    expect(looked.differing).toHaveLength(1_000);
  });
});

test('of many that the ERP has under one reference the first are named, and how many more there are', () => {
  const held = Array.from({ length: 900 }, (_, n) => ({ ...heldOf('O-1'), erpNumber: `SO-${n}` }));
  expect(differingOrder(order('O-1', '0'), held)).toMatchObject({
    ...{ problem: 'DOUBLED', difference: { theirs: 'SO-0, SO-1, SO-2, SO-3, SO-4, 895 more orders' } },
  });
});
