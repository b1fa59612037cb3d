import { beforeEach, describe, expect, test } from '@jest/globals';
import { demoItems } from '../../domain/masterData/demo.ts';
import { confirm, eventsOf, line, ofType, orderAt, receive } from './facts.ts';
import { bu, inNewUnits, submit, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('PR');

const events = async () => eventsOf(world, bu);

const firstRelease = async () => {
  const [release] = ofType(await events(), 'AllocationReleased');
  if (release === undefined) throw new Error('nothing was released');
  return release.data;
};

describe('a promise', () => {
  test('B-09: has the day on which each part can leave, also of a backorder that is filled later', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '7', 'R1');
    await submit();
    await world.settle();
    expect(ofType(await events(), 'SourcingDecided').map(({ data }) => data.promisedDate)).toEqual(['2026-11-23']);
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '3', 'R2');
    await world.settle();
    // 10:00 on a Monday in Newark, before the cut-off.
    expect(ofType(await events(), 'AllocationReserved').map(({ data }) => [data.from, data.shipDate])).toEqual([
      ['UNSOURCED', '2026-11-23'],
      ['BACKORDERED', '2026-11-23'],
    ]);
    const [waited] = ofType(await events(), 'LineBackordered');
    expect(waited?.data).toMatchObject({ qty: '3', expectedDate: null });
    expect(waited?.data).not.toHaveProperty('shipDate');
  });

  test('uses the lead time of the item for what is not there', async () => {
    const motor = demoItems.find(({ item }) => item === 'MOTOR-1HP');
    if (motor === undefined) throw new Error('there is no motor');
    await must(world.app().defineItem({ ...motor, bu, dropship: null }, world.as('admin')));
    await receive(world, bu, 'DC-EAST', 'MOTOR-1HP', '120', 'R1');
    await submit({ lines: [line('10', 'MOTOR-1HP', '500')] });
    await world.settle();
    const [waits] = ofType(await events(), 'LineBackordered');
    expect(waits?.data).toMatchObject({
      qty: '380',
      expectedDate: '2026-12-14',
      shipDate: '2026-12-14',
      leadTimeDays: 21,
    });
    const [decided] = ofType(await events(), 'SourcingDecided');
    expect(decided?.data).toMatchObject({ promisedDate: '2026-12-14' });
    expect(decided?.data.explanation.join(' ')).toContain('by the lead time of 21 days on 2026-12-14');
  });
});

test('S-07: an order that ships complete and waits for more than there is keeps nothing from a newcomer', async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '50', 'R1');
  await submit({ shipComplete: true, lines: [line('10', 'BRG-6204', '100')] });
  await world.settle();
  const { orderId } = await submit({ customerPo: 'PO-7002', lines: [line('10', 'BRG-6204', '10')] });
  await world.settle();
  expect((await orderAt(world, bu, orderId)).lines[0]?.buckets).toMatchObject({ allocated: 10n });
  const fills = ofType(await events(), 'AllocationReserved').filter(({ data }) => data.orderId === orderId);
  expect(fills.map(({ data }) => [data.qty, data.shipDate])).toEqual([['10', '2026-11-23']]);
});

describe('the time at which goods are said to have left', () => {
  const shippedAt = async (at: string, confirmationId: string) => {
    const { shipmentId, orderId, lines } = await firstRelease();
    const parts = lines.map(({ lineId }) => ({ orderId, lineId, qty: '1', uom: 'EA', lots: [], serials: [] }));
    const confirmation = { shipmentId, confirmationId, shippedAt: at, tracking: [], lines: parts };
    return world.app().confirmShipment(confirmation, world.as('warehouse'));
  };

  beforeEach(async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    await submit();
    await world.settle();
  });

  test('is refused when it is more than 5 minutes ahead or more than 90 days ago', async () => {
    expect(await shippedAt('2030-01-01T00:00:00Z', 'C1')).toMatchObject({
      kind: 'invalid',
      violations: [{ pointer: '/shippedAt', code: 'DATE_TOO_FAR' }],
    });
    expect(await shippedAt('2026-11-23T15:05:01.000Z', 'C1')).toMatchObject({ kind: 'invalid' });
    expect(await shippedAt('2026-08-25T14:59:59.000Z', 'C1')).toMatchObject({
      violations: [{ pointer: '/shippedAt', code: 'DATE_IN_PAST' }],
    });
    expect(ofType(await events(), 'ShipmentConfirmed')).toEqual([]);
    // Nothing was claimed: the corrected fact comes in under the same number.
    expect(await shippedAt('2026-11-23T15:05:00.000Z', 'C1')).toMatchObject({ kind: 'done' });
    expect(await shippedAt('2026-08-25T15:00:00.000Z', 'C2')).toMatchObject({ kind: 'done' });
  });

  test('keeps a message of the warehouse out of the books, so that its inbox holds and reports it', async () => {
    const { shipmentId } = await firstRelease();
    const lines = [{ lineId: '10', qty: '1' }];
    const messageId = 'M1';
    const take = (message: Parameters<ReturnType<typeof world.app>['takeWarehouseMessage']>[1]) =>
      world.app().takeWarehouseMessage(bu, message, world.as('warehouse'));
    const pickedAt = '2030-01-01T00:00:00.000Z';
    expect(await take({ kind: 'PICKED', messageId, shipmentId, pickId: 'P1', pickedAt, lines })).toMatchObject({
      kind: 'invalid',
      violations: [{ pointer: '/pickedAt' }],
    });
    const moved = lines.map((each) => ({ ...each, lots: [], serials: [] }));
    const advice = { messageId, shipmentId, confirmationId: 'C1', shippedAt: pickedAt, tracking: [], lines: moved };
    expect(await take({ kind: 'SHIPPED', ...advice })).toMatchObject({ kind: 'invalid' });
  });

  test('is also when stock says they left, so that stock and ledger agree on the period', async () => {
    await must(shippedAt('2026-10-31T23:30:00.000Z', 'C1'));
    await world.settle();
    const [issued] = ofType(await events(), 'StockIssued');
    expect(issued?.metadata.occurredAt).toBe('2026-10-31T23:30:00.000Z');
  });
});

test('an invoice voided alone leaves its goods unbilled; a later confirmation bills only as much as it confirms itself', async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
  const { orderId } = await submit();
  await world.settle();
  const { shipmentId } = await firstRelease();
  await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '7' }]));
  await world.settle();
  const [first] = ofType(await events(), 'InvoiceIssued');
  const invoiceId = first?.data.invoiceId ?? '';
  await must(world.app().voidInvoice({ invoiceId, reason: 'WRONG_PRICE' }, world.as('finance')));
  await world.settle();
  expect(ofType(await events(), 'InvoiceIssued')).toHaveLength(1);
  await must(confirm(world, shipmentId, orderId, 'C2', [{ lineId: '10', qty: '3' }]));
  await world.settle();
  const [, second] = ofType(await events(), 'InvoiceIssued');
  expect(second?.data.lines).toMatchObject([{ orderLineId: '10', qty: '3' }]);
  const { status, closed, lines } = await orderAt(world, bu, orderId);
  expect({ status, closed, buckets: lines[0]?.buckets }).toMatchObject({
    status: 'SHIPPED',
    closed: false,
    buckets: { shipped: 10n, invoiced: 3n },
  });
  const again = ofType(await events(), 'InvoiceIssued')[1]?.data.invoiceId ?? '';
  await must(world.app().voidInvoice({ invoiceId: again, reason: 'WRONG_PRICE' }, world.as('finance')));
  await must(world.app().voidShipment({ shipmentId, reason: 'WRONG_PRICE' }, world.as('warehouse')));
  await world.settle();
  const releases = ofType(await events(), 'AllocationReleased');
  const anew = releases.at(-1)?.data;
  await must(confirm(world, anew?.shipmentId ?? '', orderId, 'C3', [{ lineId: '10', qty: '10' }]));
  await world.settle();
  expect(ofType(await events(), 'InvoiceIssued').at(-1)?.data.lines).toMatchObject([{ orderLineId: '10', qty: '10' }]);
  expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED' });
});
