import { beforeEach, describe, expect, test } from '@jest/globals';
import { makeApplication } from '../../commands/calls/makeApplication.ts';
import { confirm, eventsOf, exposure, ofType, orderAt, orderInput, receive, stockAt } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { type Execute, must } from './world.ts';

inNewUnits('VR');

beforeEach(() => {
  delete world.between.execute;
});

const everything = [{ lineId: '10', qty: '10' }];
const events = async <T extends Parameters<typeof ofType>[1]>(type: T) => ofType(await eventsOf(world, bu), type);

const shipped = async (qty = '10') => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
  const { orderId } = await must(world.app().submitOrder(orderInput(bu), world.as('channel')));
  await world.settle();
  const shipmentId = (await events('AllocationReleased'))[0]?.data.shipmentId ?? '';
  await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty }]));
  return { orderId, shipmentId };
};

const voidShipment = (shipmentId: string) =>
  world.app().voidShipment({ shipmentId, reason: 'WRONG_ADDRESS' }, world.as('warehouse'));

/** Does `act` once, in the moment before a step's command of this type is executed. */
const justBefore = (type: string, act: () => Promise<unknown>): void => {
  let isDone = false;
  world.between.execute =
    (real): Execute =>
    async (decider, stream, command, context, options) => {
      if (!isDone && (command as { readonly type?: string }).type === type) {
        isDone = true;
        await act();
      }
      return real(decider, stream, command, context, options);
    };
};

/** Another instance: what it decides is written only after `act`, which is done once. */
const appThat = (act: () => Promise<unknown>) => {
  const { catalog, claims, clock, log: store } = world;
  const real = world.executor();
  let isDone = false;
  const execute: Execute = async (...args) => {
    if (!isDone) {
      isDone = true;
      await act();
    }
    return real.execute(...args);
  };
  const executor = { execute, load: real.load };
  return makeApplication({
    executor,
    store,
    catalog,
    claims,
    clock,
    sealableJournals: async () => world.sealed.next,
    closeChecklist: () => Promise.reject(new Error('none here')),
  });
};

/** What came back leaves again with the next shipment. */
const shipAgain = async (orderId: string) => {
  const second = (await events('AllocationReleased'))[1]?.data.shipmentId ?? '';
  await must(confirm(world, second, orderId, 'C2', everything));
  await world.settle();
};

/** Everything left once in the end and is billed once. */
const expectBilledOnce = async (orderId: string) => {
  expect(await orderAt(world, bu, orderId)).toMatchObject({
    status: 'COMPLETED',
    closed: true,
    lines: [{ buckets: { shipped: 10n, invoiced: 10n } }],
  });
  const voided = new Set((await events('InvoiceVoided')).map(({ data }) => data.invoiceId));
  const standing = (await events('InvoiceIssued')).filter(({ data }) => !voided.has(data.invoiceId));
  expect(standing.map(({ data }) => data.lines.map(({ qty, fromQty }) => [fromQty, qty]))).toEqual([[['0', '10']]]);
  expect(await exposure(world, bu, 'C-1001')).toBe(BigInt(standing[0]?.data.totals.total ?? '0'));
  expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ onHand: 0n, allocated: 0n, reserved: 0n });
};

describe('the draft of a shipment that was voided', () => {
  test('is withdrawn, and is no open work: not for tax, not for issue, not a second time', async () => {
    world.partners.behaviour.down.add('tax');
    const { orderId, shipmentId } = await shipped();
    await world.settle(4);
    await must(voidShipment(shipmentId));
    await world.settle(6);
    const [drafted] = await events('InvoiceDrafted');
    const withdrawn = await events('InvoiceWithdrawn');
    expect(withdrawn.map(({ data }) => data)).toEqual([
      {
        ...{ bu, orderId, shipmentId, invoiceId: drafted?.data.invoiceId },
        ...{ reason: 'SHIPMENT_VOIDED', voidDate: '2026-11-23' },
      },
    ]);
    world.partners.behaviour.down.clear();
    await world.settle();
    expect(await events('TaxCalculated')).toEqual([]);
    await shipAgain(orderId);
    expect(await events('InvoiceWithdrawn')).toHaveLength(1);
    await expectBilledOnce(orderId);
  });

  test('is withdrawn also when it is drafted after the void', async () => {
    const { orderId, shipmentId } = await shipped();
    justBefore('DraftInvoice', () => must(voidShipment(shipmentId)));
    await world.settle();
    expect(await events('InvoiceWithdrawn')).toHaveLength(1);
    await shipAgain(orderId);
    await expectBilledOnce(orderId);
    expect(world.problems).toEqual([]);
  });

  test('takes no tax that is answered after the void', async () => {
    const { orderId, shipmentId } = await shipped();
    justBefore('RecordTax', () => must(voidShipment(shipmentId)));
    await world.settle();
    await shipAgain(orderId);
    await expectBilledOnce(orderId);
    expect(world.problems).toEqual([]);
  });
});

describe('an invoice that is issued in the very moment of its shipment’s void', () => {
  test('is voided: the goods are back, and what leaves again is billed once', async () => {
    const { orderId, shipmentId } = await shipped();
    justBefore('IssueInvoice', () => must(voidShipment(shipmentId)));
    await world.settle();
    const [issued] = await events('InvoiceIssued');
    expect((await events('ShipmentVoided'))[0]?.position.localeCompare(issued?.position ?? '')).toBe(-1);
    const voided = await events('InvoiceVoided');
    expect(voided.map(({ data }) => [data.issuedEventId, data.issuedPosition, data.voidDate])).toEqual([
      [issued?.eventId, issued?.position, issued?.data.issueDate],
    ]);
    expect(world.partners.committed.has(issued?.data.invoiceId ?? '')).toBe(false);
    expect((await orderAt(world, bu, orderId)).lines[0]?.buckets).toMatchObject({ shipped: 0n, invoiced: 0n });
    await shipAgain(orderId);
    await expectBilledOnce(orderId);
    expect(world.problems).toEqual([]);
  });

  test('is voided also when the order closed with it', async () => {
    const { orderId, shipmentId } = await shipped();
    const overtaken = appThat(() => world.settle());
    await must(overtaken.voidShipment({ shipmentId, reason: 'WRONG_ADDRESS' }, world.as('warehouse')));
    expect(await events('OrderClosed')).toHaveLength(1);
    await world.settle();
    expect(await events('InvoiceVoided')).toHaveLength(1);
    await shipAgain(orderId);
    await expectBilledOnce(orderId);
    expect(world.problems).toEqual([]);
  });
});

test('a confirmation that falls into the void is taken back with it, under its own event', async () => {
  const { orderId, shipmentId } = await shipped('7');
  const rest = () => must(confirm(world, shipmentId, orderId, 'C-rest', [{ lineId: '10', qty: '3' }]));
  await must(appThat(rest).voidShipment({ shipmentId, reason: 'WRONG_ADDRESS' }, world.as('warehouse')));
  const confirmed = (await events('ShipmentConfirmed')).map(({ data, eventId }) => [data.confirmationId, eventId]);
  const [voided] = await events('ShipmentVoided');
  expect(voided?.data.confirmed?.map(({ confirmationId, eventId }) => [confirmationId, eventId])).toEqual(confirmed);
  await world.settle();
  expect(await events('InvoiceWithdrawn')).toHaveLength(2);
  await shipAgain(orderId);
  await expectBilledOnce(orderId);
  expect(world.problems).toEqual([]);
});

describe('an order that a void finishes is closed', () => {
  test('when what came back had left beyond the order', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '7', 'R1');
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '3', 'R2');
    const { orderId } = await must(world.app().submitOrder(orderInput(bu), world.as('channel')));
    await world.settle();
    const [first, second] = (await events('AllocationReleased')).map(({ data }) => data.shipmentId);
    await must(confirm(world, first ?? '', orderId, 'C1', everything));
    await must(confirm(world, second ?? '', orderId, 'C2', [{ lineId: '10', qty: '3' }]));
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ closed: false, lines: [{ buckets: { shipped: 13n } }] });
    await must(voidShipment(second ?? ''));
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
    expect(await exposure(world, bu, 'C-1001')).toBe(13_949n);
  });

  test('when its rest is cancelled while the invoice that was issued in that moment is taken back', async () => {
    const { orderId, shipmentId } = await shipped();
    justBefore('IssueInvoice', () => must(voidShipment(shipmentId)));
    await world.think();
    let isAsked = false;
    const issuing = world.between.execute;
    world.between.execute = (real) => async (decider, stream, command, context, options) => {
      const { type, voids } = command as { readonly type?: string; readonly voids?: { readonly shipmentId?: string } };
      const outcome = await (issuing?.(real) ?? real)(decider, stream, command, context, options);
      if (!isAsked && type === 'RecordProgress' && voids?.shipmentId !== undefined) {
        isAsked = true;
        await must(world.app().cancelOrder({ orderId, reason: 'NO_NEED' }, world.as('channel')));
      }
      return outcome;
    };
    await world.settle();
    expect(isAsked).toBe(true);
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'CANCELLED', closed: true });
    expect(await exposure(world, bu, 'C-1001')).toBe(0n);
    expect(world.problems).toEqual([]);
  });
});
