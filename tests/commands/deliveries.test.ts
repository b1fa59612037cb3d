import { expect, test } from '@jest/globals';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { toDomain } from '../../commands/codec.ts';
import { projections } from '../../projections/catalogue.ts';
import { orderCycleReport } from '../../projections/reports/orderCycle.ts';
import { catchUp } from '../../projections/runner.ts';
import { shipmentById } from '../../projections/shipments/queries.ts';
import { orderTimeline } from '../../projections/timeline/queries.ts';
import { confirm, eventsOf, ofType, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('DEL');

const readModels = async () => {
  const db = createKysely<never>(world.pool);
  const followed = ['master_data', 'orders', 'shipments', 'timeline'];
  for (const projection of projections.filter(({ name }) => followed.includes(name)))
    await catchUp({ db, feed: world.log, decode: toDomain }, projection);
  return db;
};

test('a shipment is followed on its way, until it has arrived', async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', `R-${bu}`);
  const { orderId } = await submit();
  await world.settle();
  const shipmentId = (await releases())[0]?.shipmentId ?? '';
  await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '10' }]));
  const [confirmed] = ofType(await eventsOf(world, bu), 'ShipmentConfirmed');
  const after = (hours: number): string =>
    new Date(Date.parse(confirmed?.data.shippedAt ?? '') + hours * 3_600_000).toISOString();
  const as = () => world.as('warehouse');
  const track = (trackingEventId: string, code: 'IN_TRANSIT' | 'DELAYED', hours: number) =>
    must(world.app().recordTracking({ shipmentId, trackingEventId, code, at: after(hours), place: 'Memphis' }, as()));
  await track('T2', 'DELAYED', -1);
  await track('T1', 'IN_TRANSIT', -2);
  await track('T2', 'DELAYED', -1);
  expect(await shipmentById(await readModels(), shipmentId)).toMatchObject({
    ...{ state: 'IN_TRANSIT', deliveredAt: null, proofOfDelivery: null },
    carrierStatus: { code: 'DELAYED', at: after(-1), tracking: null },
  });
  const deliver = (deliveryId: string, proof?: { readonly reference: string }) =>
    must(world.app().recordDelivery({ shipmentId, deliveryId, deliveredAt: after(0), ...(proof && { proof }) }, as()));
  await deliver('D1');
  await deliver('D2', { reference: 'POD-1' });
  await deliver('D1');
  const events = await eventsOf(world, bu);
  expect(ofType(events, 'CarrierStatusRecorded').map(({ data }) => [data.code, data.late ?? false])).toEqual([
    ['DELAYED', false],
    ['IN_TRANSIT', true],
  ]);
  expect(ofType(events, 'ShipmentDelivered').map(({ data }) => data.deliveryId)).toEqual(['D1', 'D2']);
  const db = await readModels();
  const view = await shipmentById(db, shipmentId);
  expect(view).toMatchObject({ state: 'DELIVERED', proofOfDelivery: { reference: 'POD-1' } });
  expect(new Date(view?.deliveredAt ?? '').toISOString()).toBe(after(0));
  const texts = (await orderTimeline(db, orderId))?.items.map(({ text }) => text);
  expect(texts).toContain('Delivered: 10 of line 10.');
  const { rows } = await orderCycleReport.rows({ filter: { bu }, scope: undefined, at: undefined }).execute(db);
  expect(rows).toContainEqual(expect.objectContaining({ leg: 'SHIPPED_TO_DELIVERED', documents: '1', median: '0' }));
  expect(await world.app().voidShipment({ shipmentId, reason: 'r' }, as())).toMatchObject({ kind: 'refused' });
});
