import { beforeEach, describe, expect, test } from '@jest/globals';
import { noControls } from '../../commands/steering/controls.ts';
import { producedAlready } from '../../commands/steering/producedAlready.ts';
import type { WarehouseTerms } from '../../domain/masterData/partnerEvents.ts';
import {
  advice,
  answers,
  defineWarehouse,
  documents,
  kept,
  openWarehouse,
  released,
  send,
  shipmentEvents,
  takeAll,
  warehouse,
} from './ediWarehouse.ts';
import { eventsOf, ofType, stockAt } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { Killed, must } from './world.ts';

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

describe('a release of a warehouse that speaks EDI', () => {
  beforeEach(() => openWarehouse());

  test('S-14: goes out once as a 940 under one number, and not to the other warehouses', async () => {
    const { releaseId, shipmentId, orderId } = await released();
    const made = await documents();
    expect(made).toMatchObject([{ controlNumber: 1, functionalId: 'OW', orderId, reference: shipmentId }]);
    expect(made[0]?.text).toContain('W05*N*000000001*PO-7001~');
    expect(made[0]?.text).toMatch(/LX\*1~\nW01\*10\*EA\*\*VN\*BRG-6204~\nN9\*LI\*10~\nW76\*10~/);
    expect(world.partners.seen.releases.get(releaseId)).toBeUndefined();
    const step = { id: 'S', step: 'toWarehouse', payload: { bu, releaseId }, attempts: 1, running: false };
    const ports = { lookups: world.partners.lookups, executor: world.executor(), controls: noControls };
    expect(await producedAlready(ports, [step])).toMatchObject([
      { produced: 'UNKNOWN', detail: 'It goes to SOUTHSTORE as a 940, which is made once under its own id.' },
    ]);
    const accepted = ofType(await eventsOf(world, bu), 'WarehouseAccepted');
    expect(accepted).toMatchObject([{ data: { releaseId, warehouseReference: 'SOUTHSTORE 940 1' } }]);
    expect(world.problems).toEqual([]);
  });

  test('is one 940 whoever is killed while it is made', async () => {
    kept.next = new Killed('before the document is recorded');
    await released();
    expect(await documents()).toMatchObject([{ controlNumber: 1 }]);
  });

  test('is the partner’s that was set about being told, whoever has the node by now', async () => {
    const release = await released();
    await defineWarehouse({ nodes: [] });
    expect(await world.partners.wms.release(release)).toMatchObject({ warehouseReference: 'SOUTHSTORE 940 1' });
    expect(await documents()).toHaveLength(1);
    expect(world.partners.seen.releases.size).toBe(0);
  });

  test('that X12 has no way to say waits for whoever maps the word, and begins nothing', async () => {
    const theirs = 'S'.repeat(49);
    const entries = [{ theirs, ours: 'BRG-6204' }];
    await must(
      world.app().defineCrossReference({ bu, partner: 'SOUTHSTORE', kind: 'ITEM', entries }, world.as('admin')),
    );
    await world.catalog.ready();
    await released();
    expect(world.problems).toContainEqual(
      expect.objectContaining({ name: 'Unsayable', message: expect.stringContaining('W0107') }),
    );
    expect(ofType(await eventsOf(world, bu), 'PartnerDocumentBegun')).toEqual([]);
    const mapped = [{ theirs: 'S-1', ours: 'BRG-6204' }];
    const words = { bu, partner: 'SOUTHSTORE', kind: 'ITEM', entries: mapped } as const;
    await must(world.app().defineCrossReference(words, world.as('admin')));
    await world.catalog.ready();
    await world.settle();
    expect((await documents()).map(({ text }) => text)).toEqual([expect.stringContaining('VN*BRG-6204*SK*S-1~')]);
  });

  test('waits while its partner is not active', async () => {
    await defineWarehouse({}, { active: false });
    const { releaseId } = await released();
    expect(await documents()).toEqual([]);
    expect(world.problems).toContainEqual(expect.objectContaining({ name: 'PartnerUnavailable' }));
    await defineWarehouse();
    await world.settle();
    expect(await documents()).toHaveLength(1);
    expect(world.partners.seen.releases.get(releaseId)).toBeUndefined();
  });
});

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
