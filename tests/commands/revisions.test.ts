import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventsOf, ofType, orderInput, receive } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

const bu = 'SEEN';
let world: World;

beforeAll(async () => {
  world = await createWorld();
  await world.newBusinessUnit(bu);
});

afterAll(() => world.close());

const warehouse = () => world.as('warehouse');

/** A released shipment of ten, and the revision of its stream as a reader would see it. */
const released = async (reference: string) => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', reference);
  const { orderId } = await must(
    world.app().submitOrder(orderInput(bu, { charges: [], customerPo: reference }), world.as('channel')),
  );
  await world.settle();
  const release = ofType(await eventsOf(world, bu), 'AllocationReleased').find(({ data }) => data.orderId === orderId);
  const shipmentId = release?.data.shipmentId ?? '';
  const stream = (await eventsOf(world, bu)).filter(({ stream }) => stream === `shipment-${bu}.${shipmentId}`);
  return { orderId, shipmentId, revision: stream.at(-1)?.revision ?? -1 };
};

const stale = (current: number) => ({
  kind: 'refused',
  refusal: { refused: 'REVISION_MISMATCH', data: { currentRevision: current } },
});

describe('a command that names the revision its sender has seen', () => {
  test('of a shipment: another one is refused with the present, and nothing is recorded or claimed', async () => {
    const { orderId, shipmentId, revision } = await released('R1');
    expect(revision).toBeGreaterThanOrEqual(0);
    const keyed = { orderId, lineId: '10' };
    const confirmation = (qty: string, ifMatch: number) => ({
      ...{ shipmentId, confirmationId: 'CONF-R1', shippedAt: '2026-11-23T14:00:00.000Z', tracking: [], ifMatch },
      lines: [{ ...keyed, qty, uom: 'EA', lots: [], serials: [] }],
    });
    const app = world.app();
    const ifMatch = revision + 1;
    const lines = [{ ...keyed, qty: '1' }];
    const short = [{ ...keyed, qty: '1', cause: 'LOST' }];
    const before = (await eventsOf(world, bu)).length;
    expect(await app.recordPick({ shipmentId, pickId: 'P1', lines, ifMatch }, warehouse())).toMatchObject(
      stale(revision),
    );
    expect(await app.reportShortage({ shipmentId, lines: short, ifMatch }, warehouse())).toMatchObject(stale(revision));
    expect(await app.confirmShipment(confirmation('9', ifMatch), warehouse())).toMatchObject(stale(revision));
    expect((await eventsOf(world, bu)).length).toBe(before);
    // The same confirmation id with other content, by who looked again.
    await must(app.confirmShipment(confirmation('10', revision), warehouse()));
    const confirmed = ofType(await eventsOf(world, bu), 'ShipmentConfirmed').length;
    // A repeat is answered again although its revision has passed.
    await must(app.confirmShipment(confirmation('10', revision), warehouse()));
    expect(ofType(await eventsOf(world, bu), 'ShipmentConfirmed').length).toBe(confirmed);
    await world.settle();
  });

  test('of an invoice and of a shipment that are to be voided', async () => {
    const { shipmentId } = await released('R2');
    await world.settle();
    const app = world.app();
    const invoiceId = ofType(await eventsOf(world, bu), 'InvoiceIssued')[0]?.data.invoiceId ?? '';
    const revisionOf = async (stream: string) =>
      (await eventsOf(world, bu)).filter((event) => event.stream === stream).at(-1)?.revision ?? -1;
    const seen = await revisionOf(`invoice-${bu}.${invoiceId}`);
    const invoice = { invoiceId, reason: 'WRONG' };
    expect(await app.voidInvoice({ ...invoice, ifMatch: seen - 1 }, world.as('finance'))).toMatchObject(stale(seen));
    await must(app.voidInvoice({ ...invoice, ifMatch: seen }, world.as('finance')));
    const planned = await revisionOf(`shipment-${bu}.${shipmentId}`);
    const shipment = { shipmentId, reason: 'WRONG', ifMatch: planned + 1 };
    expect(await app.voidShipment(shipment, warehouse())).toMatchObject(stale(planned));
  });
});

test('what is wrong with the lines of a shipment can be asked without recording anything', async () => {
  const { orderId, shipmentId } = await released('R3');
  const { contentChecks } = world.app();
  const wrong = await contentChecks.shipmentLines(shipmentId, [
    { orderId, lineId: '99', qty: '1', uom: 'EA' },
    { orderId, lineId: '10', qty: '1', uom: 'ZZ' },
  ]);
  expect(wrong.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
    '/lines/0/lineId LINE_UNKNOWN',
    '/lines/1/uom UOM_UNKNOWN',
  ]);
  expect(await contentChecks.shipmentLines('01JD0000000000000000000001', [])).toEqual([]);
});
