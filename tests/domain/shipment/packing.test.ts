import { describe, expect, test } from '@jest/globals';
import type { ShipmentCommand } from '../../../domain/shipment/commands.ts';
import { packedOf } from '../../../domain/shipment/packing.ts';
import { shipmentDecider } from '../../../domain/shipment/shipment.ts';
import { isSscc } from '../../../domain/shipment/sscc.ts';
import { openOf, type ShipmentState, shipmentStatus } from '../../../domain/shipment/state.ts';
import { confirm, given, left, line, plan, short, stateAfter, voided } from './samples.ts';

type Pack = Extract<ShipmentCommand, { readonly type: 'RecordPack' }>;
type Carton = Pack['cartons'][number];

const carton = (cartonId: string, qty: string, more: Partial<Carton['lines'][number]> = {}): Carton => ({
  cartonId,
  lines: [{ lineId: '10', qty, lots: ['L7'], serials: [], ...more }],
});

const pack = (packId: string, ...cartons: readonly Carton[]): Pack => ({
  ...{ type: 'RecordPack', packId, contentSha256: `sha-${packId}`, cartons },
});

const planned = plan(line('10', '7'), line('20', '5'));

const kit = plan({
  ...line('10', '2'),
  item: 'KIT-SEAL',
  components: [
    { item: 'SEAL-RING', qty: '2' },
    { item: 'GREASE-50', qty: '1' },
  ],
});

describe('P-22 what lies in which carton', () => {
  test('is recorded once for each pack, with items named', () => {
    const labelled = { ...carton('C1', '4'), sscc: '003456789012345670', tracking: '1Z1' };
    given(planned)
      .when(pack('p1', labelled))
      .thenEvents({
        type: 'ItemsPacked',
        data: {
          packId: 'p1',
          cartons: [{ ...labelled, lines: [{ lineId: '10', item: 'BRG-6204', qty: '4', lots: ['L7'], serials: [] }] }],
        },
      });
    given(planned, pack('p1', carton('C1', '4')))
      .when(pack('p1', carton('C1', '4')))
      .thenNothing();
    given(planned, pack('p1', carton('C1', '4')))
      .when({ ...pack('p1', carton('C2', '1')), contentSha256: 'other' })
      .thenRefused('BUSINESS_KEY_REUSED');
  });

  test('is no more than is to leave, or has left all the same', () => {
    given(planned, pack('p1', carton('C1', '4')))
      .when(pack('p2', carton('C2', '4')))
      .thenRefused('PACK_EXCEEDS_PLANNED');
    given(planned, short('s1', '10', '4'))
      .when(pack('p1', carton('C1', '4')))
      .thenRefused('PACK_EXCEEDS_PLANNED');
    given(planned, confirm('c1', left('10', '9')))
      .when(pack('p1', carton('C1', '9')))
      .thenEvents({ type: 'ItemsPacked' });
    given(planned)
      .when(pack('p1', carton('C1', '1', { lineId: '77' })))
      .thenRefused('LINE_UNKNOWN');
    given(planned, confirm('c1', left('10', '3')), voided)
      .when(pack('p1', carton('C1', '1')))
      .thenRefused('SHIPMENT_VOIDED');
  });

  test('is told apart by the numbers of the cartons', () => {
    const labelled = (cartonId: string) => ({ ...carton(cartonId, '1'), sscc: '003456789012345670' });
    given(planned, pack('p1', labelled('C1')))
      .when(pack('p2', labelled('C2')))
      .thenRefused('CARTON_PACKED');
    given(planned)
      .when(pack('p1', labelled('C1'), labelled('C2')))
      .thenRefused('CARTON_PACKED');
    // As it could be packed once.
    const { cartons } = stateAfter([planned, pack('p1', labelled('C1'))]);
    const state = {
      ...stateAfter([planned]),
      cartons: [...cartons, ...cartons.map((one) => ({ ...one, cartonId: 'C2' }))],
    };
    expect(shipmentDecider.decide(pack('p2', carton('C3', '1')), state)).toMatchObject([{ type: 'ItemsPacked' }]);
    expect(shipmentDecider.decide(pack('p2', labelled('C3')), state)).toMatchObject({ refused: 'CARTON_PACKED' });
  });

  test('lies in one carton only', () => {
    const first = pack('p1', carton('C1', '2', { serials: ['S1', 'S2'] }));
    given(planned, first)
      .when(pack('p2', carton('C1', '1')))
      .thenRefused('CARTON_PACKED');
    given(planned, first)
      .when(pack('p2', carton('C2', '1', { serials: ['S2'] })))
      .thenRefused('SERIAL_PACKED');
    given(planned)
      .when(pack('p2', carton('C2', '1'), carton('C2', '1')))
      .thenRefused('CARTON_PACKED');
  });

  test('of a kit is its components, up to what its kits are made of', () => {
    const rings = (cartonId: string, qty: string) => carton(cartonId, qty, { component: 'SEAL-RING' });
    given(kit)
      .when(pack('p1', rings('C1', '4')))
      .thenEvents({ type: 'ItemsPacked', data: { cartons: [{ lines: [{ item: 'SEAL-RING', qty: '4' }] }] } });
    given(kit)
      .when(pack('p1', rings('C1', '5')))
      .thenRefused('PACK_EXCEEDS_PLANNED');
    given(kit)
      .when(pack('p1', carton('C1', '1', { component: 'NO-PART' })))
      .thenRefused('LINE_UNKNOWN');
  });
});

describe('what leaves', () => {
  const packed = [planned, pack('p1', { ...carton('C1', '4'), tracking: '1Z1' }, carton('C2', '3'))] as const;

  test('takes with it the cartons of which all has left, and their labels', () => {
    given(...packed)
      .when({ ...confirm('c1', left('10', '4')), tracking: ['1Z0'] })
      .thenEvents({ type: 'ShipmentConfirmed', data: { tracking: ['1Z0', '1Z1'], cartons: [{ cartonId: 'C1' }] } });
    const [second] = given(...packed, confirm('c1', left('10', '4'))).when(confirm('c2', left('10', '3'))).events;
    expect(second).toMatchObject({ data: { cartons: [{ cartonId: 'C2' }] } });
  });

  test('takes none that it cannot hold, and says nothing of cartons where there are none', () => {
    const [some] = given(...packed).when(confirm('c1', left('10', '2'))).events;
    expect(some?.data).not.toHaveProperty('cartons');
    const [none] = given(planned).when(confirm('c1', left('10', '7'))).events;
    expect(none?.data).not.toHaveProperty('cartons');
  });
});

const statusOf = ({ lines, carriage, cartons }: ShipmentState) => {
  const wanted = lines.map((one) => ({ ...one, open: openOf(one) }));
  const packed = packedOf(cartons, wanted);
  return shipmentStatus(
    wanted.map(({ open, confirmed, picked }, index) => ({
      open,
      left: confirmed,
      picked,
      packed: packed[index] ?? 0n,
    })),
    carriage,
  );
};

describe('the status', () => {
  const one = plan(line('10', '7'));
  const two = plan(line('10', '3', 'r-a'), line('10', '4', 'r-b'));
  const both = { ...carton('C1', '4', { component: 'SEAL-RING' }) };
  const grease = carton('C2', '2', { component: 'GREASE-50' });
  test.each([
    ['PLANNED', [one, pack('p', carton('C1', '4'))]],
    ['PACKED', [one, pack('p', carton('C1', '7'))]],
    ['PACKED', [one, pack('p', carton('C1', '4')), short('s', '10', '3')]],
    ['CONFIRMED', [one, pack('p', carton('C1', '7')), confirm('c', left('10', '7'))]],
    ['PLANNED', [two, pack('p', carton('C1', '6'))]],
    ['PACKED', [two, pack('p', carton('C1', '7'))]],
    ['PLANNED', [kit, pack('p', both)]],
    ['PACKED', [kit, pack('p', both, grease)]],
  ] as const)('is %s', (status, history) => expect(statusOf(stateAfter(history))).toBe(status));
});

test('an SSCC is known by its check digit', () => {
  expect(['003456789012345670', '106141412345678908'].map(isSscc)).toEqual([true, true]);
  expect(['003456789012345671', '00345678901234567', 'X03456789012345670'].map(isSscc)).toEqual([false, false, false]);
});
