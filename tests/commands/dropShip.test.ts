import { describe, expect, test } from '@jest/globals';
import { dropShipDecider } from '../../domain/dropShip/dropShip.ts';
import { streamName } from '../../domain/eventLog.ts';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';
import { eventsOf, line, ofType, orderAt, receive } from './facts.ts';
import { bu, bucketsOf, inNewUnits, submit, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('DS');

const events = () => eventsOf(world, bu);
const orders = async () => ofType(await events(), 'DropShipPlaced').map(({ data }) => data);

const placed = async () => {
  const [order, ...others] = await orders();
  if (order === undefined || others.length > 0) throw new Error('expected one purchase order');
  return order;
};

const motors = (qty = '5') => submit({ lines: [line('10', 'MOTOR-1HP', qty)] });

const notice = async (supplierAsn: string, qty: string) => {
  const { poId } = await placed();
  const lines = [{ lineId: '10', qty, uom: 'EA', lots: [], serials: [] }];
  const said = { poId, supplierAsn, shippedAt: '2026-11-23T14:00:00.000Z', tracking: ['T-1'], lines };
  return world.app().recordDropShipNotice(said, world.as('supplier'));
};

const acknowledgement = async (acknowledgementId: string, accepted: string, refused: string) => {
  const { poId } = await placed();
  const part = (qty: string) => (qty === '0' ? [] : [{ lineId: '10', qty, uom: 'EA', code: 'DISCONTINUED' }]);
  const said = { poId, acknowledgementId, accepted: part(accepted), refused: part(refused) };
  return world.app().acknowledgeDropShip(said, world.as('supplier'));
};

const bill = async (billId: string, qty: string, amount: string) => {
  const { poId } = await placed();
  const lines = [{ lineId: '10', qty, uom: 'EA', amount }];
  return world
    .app()
    .matchSupplierBill({ poId, billId, billDate: '2026-11-23', currency: 'USD', lines }, world.as('supplier'));
};

describe('routing', () => {
  test('P-16: what no stock covers goes to the supplier on one purchase order, at a margin that is told', async () => {
    await receive(world, bu, 'DC-EAST', 'MOTOR-1HP', '2', 'R1');
    const { orderId } = await motors();
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 2n, dropship: 3n, backordered: 0n, unsourced: 0n }]);
    const [routed] = ofType(await events(), 'LineRoutedToDropShip');
    expect(routed?.data).toMatchObject({
      ...{ supplier: 'SUP-NORD', qty: '3', unitCost: '140.00', leadTimeDays: 21 },
      margin: { net: '56700', cost: '42000', marginPct: '25.93' },
    });
    expect(await placed()).toMatchObject({ orderId, supplier: 'SUP-NORD', soldTo: 'C-1001', lines: [{ qty: '3' }] });
    expect(world.problems).toEqual([]);
  });

  test('waits until the ERP knows the order, and looks at stock once more then', async () => {
    world.partners.behaviour.down.add('erp');
    const { orderId } = await motors();
    await world.settle(3);
    expect(await bucketsOf(orderId)).toMatchObject([{ unsourced: 5n, dropship: 0n, backordered: 0n }]);
    expect(await orders()).toEqual([]);
    await receive(world, bu, 'DC-EAST', 'MOTOR-1HP', '1', 'R1');
    world.partners.behaviour.down.clear();
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ unsourced: 0n, dropship: 4n, allocated: 1n }]);
    expect(await placed()).toMatchObject({ lines: [{ qty: '4' }] });
  });

  test('leaves a line below the margin floor of its business unit to the backorders', async () => {
    const unit = { ...demoBusinessUnit, bu, dropShip: { minMarginPct: '25.94' } };
    await must(world.app().defineBusinessUnit(unit, world.as('admin')));
    const { orderId } = await motors();
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 5n, dropship: 0n }]);
    expect(ofType(await events(), 'LineBackordered')[0]?.data.reason).toBe('DROPSHIP_MARGIN');
  });

  test('takes an order that ships complete from the supplier whole or not at all', async () => {
    await receive(world, bu, 'DC-EAST', 'MOTOR-1HP', '2', 'R1');
    const all = await submit({ shipComplete: true, lines: [line('10', 'MOTOR-1HP', '5')] });
    const mixed = [line('10', 'MOTOR-1HP', '5'), line('20', 'BRG-6204', '5')];
    const some = await submit({ customerPo: 'PO-7002', shipComplete: true, lines: mixed });
    await world.settle();
    expect(await bucketsOf(all.orderId)).toMatchObject([{ dropship: 5n }]);
    expect(await bucketsOf(some.orderId)).toMatchObject([{ backordered: 5n }, { backordered: 5n }]);
  });
});

describe('what the supplier says', () => {
  test('S-08: a ship notice is a shipment of its own kind, from no stock of ours, and bills the customer', async () => {
    const { orderId } = await motors();
    await world.settle();
    expect(await acknowledgement('A1', '5', '0')).toMatchObject({ kind: 'done' });
    expect(await notice('ASN-1', '2')).toMatchObject({ kind: 'done' });
    await world.settle();
    const { poId, shipmentId } = await placed();
    const shipped = ofType(await events(), 'ShipmentConfirmed').map(({ data }) => data);
    expect(shipped).toMatchObject([
      { kind: 'DROPSHIP', shipmentId, releaseId: poId, node: 'SUP-NORD', lines: [{ qty: '2', cost: '28000' }] },
    ]);
    expect(ofType(await events(), 'StockIssued')).toEqual([]);
    expect(ofType(await events(), 'InvoiceIssued')[0]?.data.lines).toMatchObject([{ qty: '2', cost: '28000' }]);
    expect(await bucketsOf(orderId)).toMatchObject([{ dropship: 3n, shipped: 2n }]);
    await notice('ASN-2', '3');
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ closed: true, lines: [{ buckets: { shipped: 5n } }] });
    expect(world.problems).toEqual([]);
  });

  test('twice has one effect, and more than was ordered is recorded and not billed', async () => {
    const { orderId } = await motors();
    await world.settle();
    await notice('ASN-1', '7');
    expect(await notice('ASN-1', '7')).toMatchObject({ kind: 'done' });
    expect(await notice('ASN-1', '6')).toMatchObject({ refusal: { refused: 'BUSINESS_KEY_REUSED' } });
    await world.settle();
    expect(ofType(await events(), 'ShipmentConfirmed')).toHaveLength(1);
    expect(await bucketsOf(orderId)).toMatchObject([{ dropship: 0n, shipped: 7n, overshipped: 2n }]);
    expect(ofType(await events(), 'InvoiceIssued')[0]?.data.lines).toMatchObject([{ qty: '5' }]);
  });

  test('a no sends the goods back to sourcing, which waits for stock and does not ask that supplier again', async () => {
    const { orderId } = await motors();
    await world.settle();
    await acknowledgement('A1', '2', '3');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ dropship: 2n, backordered: 3n, unsourced: 0n }]);
    await notice('ASN-1', '2');
    await receive(world, bu, 'DC-EAST', 'MOTOR-1HP', '3', 'R1');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ shipped: 2n, overshipped: 0n, allocated: 3n }]);
    expect(await orders()).toHaveLength(1);
    expect(world.problems).toEqual([]);
  });

  test('a bill is matched with what left', async () => {
    await motors();
    await world.settle();
    await notice('ASN-1', '5');
    expect(await bill('B1', '5', '71000')).toMatchObject({ kind: 'done' });
    expect(await bill('B1', '5', '71000')).toMatchObject({ kind: 'done' });
    expect(await bill('B2', '1', '14000')).toMatchObject({ refusal: { refused: 'BILL_EXCEEDS_SHIPPED' } });
    const matched = ofType(await events(), 'SupplierBillMatched');
    expect(matched.map(({ data }) => [data.billed, data.accrued, data.variance])).toEqual([['71000', '70000', '1000']]);
  });

  test('no warehouse picks, ships, misses or voids goods of a supplier', async () => {
    await motors();
    await world.settle();
    await notice('ASN-1', '2');
    await world.settle();
    const { shipmentId, orderId } = await placed();
    const lines = [{ orderId, lineId: '10', qty: '1', uom: 'EA', lots: [], serials: [] }];
    const said = { shipmentId, confirmationId: 'W1', shippedAt: '2026-11-23T14:00:00.000Z', tracking: [], lines };
    const refused = { refusal: { refused: 'SHIPMENT_DROPSHIPPED' } };
    expect(await world.app().confirmShipment(said, world.as('warehouse'))).toMatchObject(refused);
    const voided = await world.app().voidShipment({ shipmentId, reason: 'a mistake' }, world.as('warehouse'));
    expect(voided).toMatchObject(refused);
  });
});

describe('a cancellation', () => {
  const cancel = async (orderId: string, qty: string) => {
    const cancelled = { orderId, reason: 'not needed', lines: [{ lineId: '10', qty, uom: 'EA' }] };
    return must(world.app().cancelOrder(cancelled, world.as('channel')));
  };

  test('takes back what the supplier has not acknowledged', async () => {
    const { orderId } = await motors();
    await world.settle();
    await cancel(orderId, '2');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ dropship: 3n, cancelled: 2n }]);
    const [cancelled] = ofType(await events(), 'OrderLineCancelled');
    expect(cancelled?.data).toMatchObject({ cancelledQty: '2', from: { dropship: '2' } });
    const { poId } = await placed();
    const { state } = await world.executor().load(dropShipDecider, streamName('dropship', bu, poId));
    expect(state.lines).toMatchObject([{ ordered: 5n, cancelled: 2n }]);
    await notice('ASN-1', '3');
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({
      closed: true,
      lines: [{ buckets: { overshipped: 0n } }],
    });
    expect(world.problems).toEqual([]);
  });

  test('stops nothing of what a supplier has promised', async () => {
    const { orderId } = await motors();
    await world.settle();
    await acknowledgement('A1', '5', '0');
    await cancel(orderId, '2');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ dropship: 5n, cancelled: 0n }]);
    expect(ofType(await events(), 'OrderLineCancelRefused')[0]?.data).toMatchObject({ refusedQty: '2' });
  });
});
