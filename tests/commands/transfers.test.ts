import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { streamName } from '../../domain/eventLog.ts';
import type { EventType } from '../../domain/events.ts';
import { supplyOf } from '../../domain/stock/collections.ts';
import { openQtyOf } from '../../domain/stock/state.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import { eventsOf, ofType, receive, stockAt } from './facts.ts';
import { bu, bucketsOf, inNewUnits, submit, world } from './newUnits.ts';
import { type Execute, Killed, must } from './world.ts';

inNewUnits('TR');

afterEach(() => {
  delete world.between.execute;
});

const item = 'BRG-6204';
const [from, to] = ['DC-EAST', 'DC-WEST'];
const at = '2026-11-23T14:30:00.000Z';
const events = async <T extends EventType>(type: T) => ofType(await eventsOf(world, bu), type);
const onHand = async () =>
  [await stockAt(world, bu, from, item), await stockAt(world, bu, to, item)].map((of) => of.onHand);

const toCome = async (transferId: string) => {
  const { state } = await world.executor().load(stockDecider, streamName('stock', bu, to, item));
  const supply = supplyOf(state, transferId);
  return supply && [supply.type, openQtyOf(supply), supply.availableDate];
};

const orderOf = (qty = '10') => ({
  ...{ bu, reference: 'TO-1', from, to, expectedOn: '2026-12-01', lines: [{ item, qty }] },
});
const order = async () => {
  const { transferId } = await must(world.app().orderTransfer(orderOf(), world.as('warehouse')));
  await world.settle();
  return transferId;
};
const shipping = (transferId: string, shippingId: string, qty: string, changes: object = {}) =>
  must(
    world
      .app()
      .shipTransfer(
        { transferId, shippingId, shippedAt: at, lines: [{ item, qty }], ...changes },
        world.as('warehouse'),
      ),
  );
const arrival = (transferId: string, receiptId: string, qty: string, changes: object = {}) =>
  must(
    world
      .app()
      .receiveTransfer(
        { transferId, receiptId, receivedAt: at, lines: [{ item, qty }], ...changes },
        world.as('warehouse'),
      ),
  );
const close = (transferId: string) =>
  must(world.app().closeTransfer({ transferId, reason: 'counted' }, world.as('ops')));

describe('a transfer', () => {
  beforeEach(() => receive(world, bu, from, item, '10', `R-${bu}`));

  test('is supply with a date where it goes to, leaves one node and comes to the other at the same cost', async () => {
    const transferId = await order();
    expect(await toCome(transferId)).toEqual(['TRANSFER', 10n, '2026-12-01']);
    await shipping(transferId, 'S1', '10', { expectedOn: '2026-12-03' });
    await world.settle();
    expect(await onHand()).toEqual([0n, 0n]);
    expect(await toCome(transferId)).toEqual(['TRANSFER', 10n, '2026-12-03']);
    await arrival(transferId, 'A1', '4');
    await arrival(transferId, 'A2', '6');
    await world.settle();
    expect(await onHand()).toEqual([0n, 10n]);
    expect(await toCome(transferId)).toEqual(['TRANSFER', 0n, '2026-12-03']);
    expect((await events('StockTransferred')).map(({ data }) => [data.node, data.qty, data.cost])).toEqual([
      [from, '-10', '6000'],
      [to, '4', '2400'],
      [to, '6', '3600'],
    ]);
    expect(world.problems).toEqual([]);
  });

  test('that is told twice, or by two at once, is one; its number never means another', async () => {
    const [one, two] = await Promise.all([order(), order()]);
    expect(one).toBe(two);
    const again = await world.app().orderTransfer(orderOf('11'), world.as('warehouse'));
    expect(again).toMatchObject({ kind: 'refused', refusal: { refused: 'BUSINESS_KEY_REUSED' } });
    await Promise.all(['S1', 'S1', 'S2'].map((id) => shipping(one, id, '5')));
    await world.settle();
    expect(await onHand()).toEqual([0n, 0n]);
    expect(await events('TransferOrdered')).toHaveLength(1);
  });

  test('that comes before it was told to have left, in too many, is a fact, and so is its find at the end', async () => {
    const transferId = await order();
    await arrival(transferId, 'A1', '12', { complete: true });
    await world.settle();
    await shipping(transferId, 'S1', '10', { complete: true });
    await close(transferId);
    await world.settle();
    expect(await onHand()).toEqual([0n, 12n]);
    expect(await events('TransferClosed')).toMatchObject([{ data: { lines: [{ item, qty: '-2', cost: '1200' }] } }]);
  });

  test('more than the books have may leave, and what was promised of it goes back to its orders', async () => {
    await submit();
    await world.settle();
    const transferId = await order();
    await shipping(transferId, 'S1', '11');
    await world.settle();
    expect((await onHand())[0]).toBe(-1n);
    expect((await events('StockOvercommitted')).map(({ data }) => [data.node, data.deficit])).toContainEqual([
      from,
      '11',
    ]);
  });

  test('that is short is expected no more, and what is found after its end is taken back from the loss', async () => {
    const transferId = await order();
    await shipping(transferId, 'S1', '10', { complete: true });
    await arrival(transferId, 'A1', '8', { complete: true });
    await world.settle();
    expect(await toCome(transferId)).toEqual(['TRANSFER', 0n, '2026-12-01']);
    await close(transferId);
    await arrival(transferId, 'A2', '2');
    await world.settle();
    expect(await onHand()).toEqual([0n, 10n]);
    expect((await events('StockTransferred')).at(-1)).toMatchObject({
      data: { qty: '2', cost: '1200', writtenOff: true },
    });
  });

  test('P-15: is what those were promised who wait there, on the day that it was told to come last', async () => {
    const { transferId } = await must(
      world.app().orderTransfer({ ...orderOf(), from: to, to: from }, world.as('warehouse')),
    );
    await world.settle();
    const { orderId } = await submit({ lines: [{ lineId: '10', item, qty: '12', uom: 'EA' }] });
    await world.settle();
    expect(await events('LineBackordered')).toMatchObject([{ data: { qty: '2', expectedDate: '2026-12-01' } }]);
    const reschedule = (expectedOn: string) =>
      must(world.app().rescheduleTransfer({ transferId, expectedOn }, world.as('warehouse')));
    await reschedule('2026-12-04');
    await reschedule('2026-12-04');
    await world.settle();
    await shipping(transferId, 'S1', '10', { expectedOn: '2026-12-07' });
    await world.settle();
    expect((await events('PromiseChanged')).map(({ data }) => [data.orderId, data.expectedDate])).toEqual([
      [orderId, '2026-12-04'],
      [orderId, '2026-12-07'],
    ]);
    await arrival(transferId, 'A1', '10');
    await world.settle();
    expect((await bucketsOf(orderId))[0]).toMatchObject({ allocated: 12n, backordered: 0n });
    expect(world.problems).toEqual([]);
  });

  test('that is closed before anything left is to come no more; goods that leave all the same are', async () => {
    const transferId = await order();
    await close(transferId);
    await close(transferId);
    await world.settle();
    expect(await toCome(transferId)).toEqual(['TRANSFER', 0n, '2026-12-01']);
    expect(await events('TransferClosed')).toMatchObject([{ data: { lines: [] } }]);
    await shipping(transferId, 'S1', '3');
    await world.settle();
    expect(await toCome(transferId)).toEqual(['TRANSFER', 3n, '2026-12-01']);
    await arrival(transferId, 'A1', '3');
    await world.settle();
    expect([await onHand(), await toCome(transferId)]).toEqual([
      [7n, 3n],
      ['TRANSFER', 0n, '2026-12-01'],
    ]);
  });

  test('is told of at the transfer alone, which knows both sides of it', async () => {
    const transferId = await order();
    const supply = { ...{ bu, node: to, item }, supplyId: transferId };
    const goods = { qty: '1', uom: 'EA' };
    const [app, by] = [world.app(), () => world.as('warehouse')];
    const told = [
      app.rescheduleSupply({ ...supply, availableDate: '2026-12-09' }, by()),
      app.cancelSupply({ ...supply, reason: 'NO' }, by()),
      app.receiveSupply({ ...supply, ...goods, reference: 'GR-1' }, by()),
      app.recordStockMovement({ ...supply, ...goods, kind: 'RECEIPT', reference: 'GR-2' }, by()),
      app.expectSupply({ ...supply, ...goods, type: 'TRANSFER', availableDate: '2026-12-09' }, by()),
    ];
    for (const answer of await Promise.all(told))
      expect(answer).toMatchObject({ refusal: { refused: 'SUPPLY_OF_TRANSFER', data: { transferId } } });
    expect(await toCome(transferId)).toEqual(['TRANSFER', 10n, '2026-12-01']);
  });

  test('is refused between business units, to the same node and for an item twice, all at once', async () => {
    const lines = [
      { item, qty: '1' },
      { item, qty: '2' },
    ];
    const answer = await world
      .app()
      .orderTransfer({ ...orderOf(), to: from, lines, expectedOn: '2026-13-01' }, world.as('warehouse'));
    expect(answer.kind === 'invalid' && answer.violations.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      ...['/to VALUE_INVALID', '/expectedOn DATE_INVALID', '/lines/1/item DUPLICATE_LINE'],
    ]);
    expect(await world.app().orderTransfer({ ...orderOf(), toBu: 'OTHER' }, world.as('warehouse'))).toMatchObject({
      kind: 'invalid',
      violations: [{ pointer: '/toBu', code: 'TRANSFER_BETWEEN_UNITS' }],
    });
  });

  test('whose step is killed after any of its commands moves its goods once', async () => {
    const transferId = await order();
    const commands = new Set<string>();
    const killing =
      (real: Execute): Execute =>
      async (...args) => {
        const answer = await real(...args);
        const [, , , { commandId }] = args;
        if (commands.has(commandId)) return answer;
        commands.add(commandId);
        throw new Killed();
      };
    await shipping(transferId, 'S1', '10');
    await arrival(transferId, 'A1', '7');
    world.between.execute = killing;
    await world.settle();
    expect(commands.size).toBeGreaterThan(3);
    expect(await onHand()).toEqual([0n, 7n]);
    expect(await toCome(transferId)).toEqual(['TRANSFER', 3n, '2026-12-01']);
  });
});
