import { describe, expect, test } from '@jest/globals';
import { createKysely } from '../../adapters/postgres/pool.ts';
import type { PackInput } from '../../commands/calls/packing.ts';
import { toDomain } from '../../commands/codec.ts';
import { projections } from '../../projections/catalogue.ts';
import { catchUp } from '../../projections/runner.ts';
import { shipmentById } from '../../projections/shipments/queries.ts';
import { orderTimeline } from '../../projections/timeline/queries.ts';
import { confirm, eventsOf, ofType, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('PK');

const readModels = async () => {
  const db = createKysely<never>(world.pool);
  const followed = ['master_data', 'orders', 'shipments', 'timeline'];
  for (const projection of projections.filter(({ name }) => followed.includes(name)))
    await catchUp({ db, feed: world.log, decode: toDomain }, projection);
  return db;
};

const planned = async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '24', 'R1');
  const { orderId } = await submit({ lines: [{ lineId: '10', item: 'BRG-6204', qty: '24', uom: 'EA' }] });
  await world.settle();
  return { orderId, shipmentId: (await releases())[0]?.shipmentId ?? '' };
};

const packed = (
  shipmentId: string,
  orderId: string,
  packId: string,
  ...cartons: readonly [string, string, string][]
) => {
  const input: PackInput = {
    ...{ shipmentId, packId },
    cartons: cartons.map(([cartonId, qty, uom]) => ({
      ...{ cartonId, tracking: `1Z-${cartonId}` },
      lines: [{ orderId, lineId: '10', qty, uom, lots: ['L7'], serials: [] }],
    })),
  };
  return world.app().recordPack(input, world.as('warehouse'));
};

describe('P-22: a shipment that is packed', () => {
  test('shows its cartons until they leave and then with what they left, and the customer is told of them', async () => {
    const { orderId, shipmentId } = await planned();
    await must(packed(shipmentId, orderId, 'P1', ['C1', '1', 'BX'], ['C2', '12', 'EA']));
    const cartons = [
      {
        cartonId: 'C1',
        tracking: '1Z-C1',
        confirmationId: null,
        lines: [{ item: 'BRG-6204', qty: '12', lots: ['L7'] }],
      },
      { cartonId: 'C2', confirmationId: null },
    ];
    expect(await shipmentById(await readModels(), shipmentId)).toMatchObject({ state: 'PACKED', cartons });
    await must(confirm(world, shipmentId, orderId, 'CONF-1', [{ lineId: '10', qty: '12' }]));
    await world.settle();
    const db = await readModels();
    expect(await shipmentById(db, shipmentId)).toMatchObject({
      ...{ state: 'PARTIALLY_CONFIRMED', tracking: ['1Z-C1'] },
      cartons: [{ confirmationId: 'CONF-1' }, { confirmationId: null }],
    });
    const [confirmed] = ofType(await eventsOf(world, bu), 'ShipmentConfirmed');
    expect(confirmed?.data.cartons).toMatchObject([{ cartonId: 'C1' }]);
    const texts = (await orderTimeline(db, orderId))?.items.map(({ text }) => text);
    expect(texts).toContain('Packed into 2 cartons at DC-EAST: C1, C2.');
    expect(world.problems).toEqual([]);
  });

  test('is packed once by each pack, whatever is sent again, and not beyond what is to leave', async () => {
    const { orderId, shipmentId } = await planned();
    const first = () => packed(shipmentId, orderId, 'P1', ['C1', '12', 'EA']);
    const answers = await Promise.all(Array.from({ length: 5 }, () => must(first())));
    expect(answers).toEqual(answers.map(() => ({ shipmentId })));
    expect(ofType(await eventsOf(world, bu), 'ItemsPacked')).toHaveLength(1);
    const refusals = [
      [packed(shipmentId, orderId, 'P1', ['C9', '1', 'EA']), 'BUSINESS_KEY_REUSED'],
      [packed(shipmentId, orderId, 'P2', ['C1', '1', 'EA']), 'CARTON_PACKED'],
      [packed(shipmentId, orderId, 'P2', ['C2', '13', 'EA']), 'PACK_EXCEEDS_PLANNED'],
    ] as const;
    for (const [answer, code] of refusals) expect(await answer).toMatchObject({ refusal: { refused: code } });
    expect(await packed(shipmentId, orderId, 'P2', ['C2', '1', 'ZZ'])).toMatchObject({
      violations: [{ pointer: '/cartons/0/lines/0/uom', code: 'UOM_UNKNOWN' }],
    });
  });
});
