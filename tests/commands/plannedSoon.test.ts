import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shipmentCalls } from '../../commands/calls/shipments.ts';
import { newUlid } from '../../commands/eventIds.ts';
import type { Executor } from '../../commands/handle.ts';
import { streamName } from '../../domain/eventLog.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { createWorld, type World } from './world.ts';

describe('a confirmation that comes before its shipment is planned', () => {
  const bu = 'ACME';
  let world: World;

  beforeAll(async () => {
    world = await createWorld();
    await world.newBusinessUnit(bu);
  });

  afterAll(() => world.close());

  const plan = (shipmentId: string, orderId: string) => {
    const lines = [{ lineId: '10', item: 'BRG-6204', qty: '5', reservationId: 'r1' }];
    const place = { orderId, bu, releaseId: newUlid(), shipmentId, node: 'DC-EAST', shipTo: { id: 'MAIN' } };
    const command = { type: 'PlanShipment', ...place, lines } as const;
    return world.executor().execute(shipmentDecider, streamName('shipment', bu, shipmentId), command, world.as('o2c'));
  };

  /** Its calls, and what resolves when they have looked for the first time. */
  const looking = () => {
    const real = world.executor();
    const looked = Promise.withResolvers<void>();
    const load: Executor['load'] = async (...args) => {
      const loaded = await real.load(...args);
      looked.resolve();
      return loaded;
    };
    const { log: store, catalog, claims, clock } = world;
    const calls = shipmentCalls({ executor: { ...real, load }, store, catalog, claims, clock });
    return { calls, looked: looked.promise };
  };

  const confirmation = (shipmentId: string, orderId: string) => ({
    ...{ shipmentId, confirmationId: newUlid(), shippedAt: '2026-11-23T14:00:00.000Z', tracking: [] },
    lines: [{ orderId, lineId: '10', qty: '5', uom: 'EA', lots: [], serials: [] }],
  });

  test('waits for it', async () => {
    const [shipmentId, orderId] = [newUlid(), newUlid()];
    const { calls, looked } = looking();
    const answer = calls.confirmShipment(confirmation(shipmentId, orderId), world.as('warehouse'));
    await looked;
    await plan(shipmentId, orderId);
    expect(await answer).toMatchObject({ kind: 'done' });
  });

  test('is told in the end that there is none', async () => {
    const { calls } = looking();
    const answer = await calls.confirmShipment(confirmation(newUlid(), newUlid()), world.as('warehouse'));
    expect(answer).toMatchObject({ kind: 'refused', refusal: { refused: 'NOT_FOUND' } });
  });
});
