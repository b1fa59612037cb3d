import { beforeEach, describe, expect, test } from '@jest/globals';
import type { WarehouseTerms } from '../../domain/masterData/partnerEvents.ts';
import {
  advice,
  answers,
  documents,
  openWarehouse,
  released,
  send,
  shipmentEvents,
  takeAll,
  warehouse,
} from './ediWarehouse.ts';
import { eventsOf, ofType, stockAt } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('ES');

const cancel = async (orderId: string, qty: string): Promise<void> => {
  const input = { orderId, reason: 'not needed', lines: [{ lineId: '10', qty }] };
  await must(world.app().cancelOrder(input, world.as('channel')));
  await world.settle(3);
};

/** What came of all cancellations of the business unit. */
const outcomes = async () => {
  const events = await eventsOf(world, bu);
  return {
    cancelled: ofType(events, 'OrderLineCancelled').map(({ data }) => data.cancelledQty),
    refused: ofType(events, 'OrderLineCancelRefused').map(({ data }) => data.refusedQty),
  };
};

const begin = async (cancellation: WarehouseTerms['cancellation']) => {
  await openWarehouse({ cancellation });
  return released();
};

const stocked = () => stockAt(world, bu, '3PL-SOUTH', 'BRG-6204');

beforeEach(() => answers.clear());

describe('a release that is not wanted any more, of a warehouse that speaks EDI', () => {
  test('S-14: is cancelled by a 940, waits for the 945, and what was stopped is free and not short', async () => {
    const { orderId } = await begin({ form: 'CANCEL', answeredBy: '945' });
    await cancel(orderId, '6');
    const made = await documents();
    expect(made).toHaveLength(2);
    expect(made[1]?.text).toMatch(/W05\*F\*000000001\*PO-7001~[\s\S]*W01\*6\*EA\*\*VN\*BRG-6204/);
    expect(await outcomes()).toEqual({ cancelled: [], refused: [] });
    expect(world.problems).toContainEqual(expect.objectContaining({ name: 'NotYet' }));
    await send([advice('1', 'A', 'W12*CP*10*4**EA**VN*BRG-6204')]);
    await takeAll();
    await takeAll();
    expect(await outcomes()).toEqual({ cancelled: ['6'], refused: [] });
    expect((await shipmentEvents()).map(({ type }) => type)).toEqual(['ShipmentConfirmed', 'ShipmentReduced']);
    expect(await documents()).toHaveLength(2);
    expect(await stocked()).toMatchObject({ onHand: 6n, sellable: 6n, allocated: 0n });
  });

  test('is still the partner’s that has it when the partner is no warehouse any more', async () => {
    const { orderId } = await begin({ form: 'CANCEL', answeredBy: '945' });
    const { warehouse: _, ...customer } = warehouse();
    await must(world.app().definePartner(customer, world.as('admin')));
    await world.catalog.ready();
    await cancel(orderId, '6');
    // Nobody else was asked, who would have stopped what this one ships.
    expect(await outcomes()).toEqual({ cancelled: [], refused: ['6'] });
    expect(await documents()).toHaveLength(1);
  });

  test('ships all the same: what left has won', async () => {
    const { orderId } = await begin({ form: 'CANCEL', answeredBy: '945' });
    await cancel(orderId, '6');
    await send([advice('1', 'A', 'W12*CC*10*10**EA**VN*BRG-6204')]);
    await takeAll();
    expect(await outcomes()).toEqual({ cancelled: [], refused: ['6'] });
  });

  test('is changed to what is left, and answered by the 997 where that was agreed', async () => {
    const { orderId } = await begin({ form: 'CHANGE', answeredBy: '997' });
    await cancel(orderId, '4');
    const [, asked] = await documents();
    expect(asked?.text).toMatch(/W05\*R\*000000001\*PO-7001~[\s\S]*W01\*6\*EA/);
    expect(await outcomes()).toEqual({ cancelled: [], refused: [] });
    answers.set(asked?.documentId ?? '', 'ACCEPTED');
    await world.settle();
    expect(await outcomes()).toEqual({ cancelled: ['4'], refused: [] });
    await cancel(orderId, '1');
    const [, , again] = await documents();
    expect(again?.text).toMatch(/W05\*R\*000000001[\s\S]*W01\*5\*EA/);
    answers.set(again?.documentId ?? '', 'REJECTED');
    await world.settle();
    expect(await outcomes()).toEqual({ cancelled: ['4'], refused: ['1'] });
  });

  test('stays where no cancellation was agreed', async () => {
    const { orderId } = await begin(null);
    await cancel(orderId, '4');
    expect(await documents()).toHaveLength(1);
    expect(await outcomes()).toEqual({ cancelled: [], refused: ['4'] });
  });
});
