import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ConfirmedLine, ShipmentConfirmed } from '../../../domain/shipment/events.ts';
import { shipmentDecider } from '../../../domain/shipment/shipment.ts';
import { openOf } from '../../../domain/shipment/state.ts';
import { confirm, given, left, line, pick, plan, short, stateAfter, stop, voided } from './samples.ts';

const components = [
  { item: 'SEAL-RING', qty: '2' },
  { item: 'GREASE-50', qty: '1' },
];

const kit = (qty: string, reservationId = 'r-10') => ({
  ...line('10', qty, reservationId),
  item: 'KIT-SEAL',
  components,
});

const rings = (qty: string, unitCost = '0.92') => ({ ...left('10', qty, unitCost), component: 'SEAL-RING' });
const grease = (qty: string, unitCost = '2.35') => ({ ...left('10', qty, unitCost), component: 'GREASE-50' });
const planned = plan(kit('3'));

describe('kits leave piece by piece and count whole', () => {
  test('what left of each component has its cost, and the kits have the sum', () => {
    given(planned)
      .when(confirm('c1', rings('4'), grease('2')))
      .thenEvents({
        type: 'ShipmentConfirmed',
        data: {
          lines: [
            {
              ...{ lineId: '10', shipmentLineId: '10', item: 'KIT-SEAL', reservationId: 'r-10' },
              ...{ qty: '2', excess: '0', unitCost: '4.19', cost: '838' },
              components: [
                { item: 'SEAL-RING', qty: '4', unitCost: '0.92', cost: '368', costOfKits: '368' },
                { item: 'GREASE-50', qty: '2', unitCost: '2.35', cost: '470', costOfKits: '470' },
              ],
            },
          ],
        },
      });
  });

  test('a part of a kit is a fact that makes no kit; its cost comes with the kit that it completes', () => {
    given(planned)
      .when(confirm('c1', rings('3')))
      .thenEvents({
        type: 'ShipmentConfirmed',
        data: { lines: [{ qty: '0', cost: '0', components: [{ qty: '3', cost: '276', costOfKits: '0' }] }] },
      });
    given(planned, confirm('c1', rings('3')))
      .when(confirm('c2', grease('3')))
      .thenEvents({
        type: 'ShipmentConfirmed',
        data: {
          lines: [
            {
              ...{ qty: '1', cost: '419' },
              components: [
                { item: 'SEAL-RING', qty: '0', cost: '0', costOfKits: '184' },
                { item: 'GREASE-50', qty: '3', cost: '705', costOfKits: '235' },
              ],
            },
          ],
        },
      });
  });

  test('more than was planned is over-shipped in whole kits; pieces beyond that are kept with them', () => {
    given(planned)
      .when(confirm('c1', rings('9'), grease('4')))
      .thenEvents(
        {
          type: 'ShipmentConfirmed',
          data: { lines: [{ qty: '4', excess: '1', components: [{ qty: '9' }, { qty: '4' }] }] },
        },
        { type: 'ShipmentOvershipped', data: { lineId: '10', excess: '1' } },
      );
  });

  test('reservations of one kit line are used up one after the other, all components alike', () => {
    given(plan(kit('1', 'r-a'), kit('2', 'r-b')))
      .when(confirm('c1', rings('4'), grease('2')))
      .thenEvents({
        type: 'ShipmentConfirmed',
        data: {
          lines: [
            { shipmentLineId: '10', reservationId: 'r-a', qty: '1', components: [{ qty: '2' }, { qty: '1' }] },
            { shipmentLineId: '10.2', reservationId: 'r-b', qty: '1', components: [{ qty: '2' }, { qty: '1' }] },
          ],
        },
      });
  });

  test('a component that the kit does not have is no line of the shipment', () => {
    given(planned)
      .when(confirm('c1', { ...left('10', '1'), component: 'BELT-A42' }))
      .thenRefused('LINE_UNKNOWN');
    given(plan(line('20', '5')))
      .when(confirm('c1', { ...left('20', '1'), component: 'SEAL-RING' }))
      .thenRefused('LINE_UNKNOWN');
  });

  test('are picked when all of a kit is picked', () => {
    const picked = (pickId: string, component: string, qty: string) => ({
      ...pick(pickId, '10', qty),
      lines: [{ lineId: '10', component, qty }],
    });
    given(planned)
      .when(picked('p1', 'SEAL-RING', '4'))
      .thenEvents({
        type: 'ItemsPicked',
        data: { lines: [{ item: 'KIT-SEAL', qty: '0', components: [{ item: 'SEAL-RING', qty: '4' }] }] },
      });
    given(planned, picked('p1', 'SEAL-RING', '4'))
      .when(picked('p2', 'GREASE-50', '9'))
      .thenEvents({ type: 'ItemsPicked', data: { lines: [{ qty: '2', components: [{ qty: '3' }] }] } });
  });
});

describe('kits that fall short', () => {
  const missing = (component: string, qty: string) => ({
    ...short('s1', '10', qty),
    lines: [{ lineId: '10', component, qty, cause: 'NOT_FOUND' }],
  });

  test('are those that cannot be whole without what is missing', () => {
    given(planned)
      .when(missing('SEAL-RING', '3'))
      .thenEvents({
        type: 'ShipmentShorted',
        data: { lines: [{ item: 'KIT-SEAL', qty: '2', components, missing: [{ item: 'SEAL-RING', qty: '3' }] }] },
      });
    given(planned).when(missing('GREASE-50', '4')).thenRefused('SHORT_EXCEEDS_OPEN');
  });

  test('after a part of them left are no more than are still open', () => {
    given(planned, confirm('c1', rings('6'), grease('2')))
      .when(missing('GREASE-50', '1'))
      .thenEvents({
        type: 'ShipmentShorted',
        data: { lines: [{ qty: '1', missing: [{ item: 'GREASE-50', qty: '1' }] }] },
      });
  });

  test('by a void are where they were', () => {
    given(planned, confirm('c1', rings('2'), grease('1')))
      .when(voided)
      .thenEvents(
        { type: 'ShipmentShorted', data: { goodsInPlace: true, lines: [{ qty: '2', components }] } },
        { type: 'ShipmentVoided', data: { lines: [{ qty: '1', components: [{ qty: '2' }, { qty: '1' }] }] } },
      );
  });

  test('do not come back as kits', () => {
    given(planned, confirm('c1', rings('6'), grease('3')))
      .when({
        ...{ type: 'ClaimReturn', rmaId: 'R1', authorisedBy: 'kim', windowDays: 30 },
        ...{ authorisedAt: '2026-03-03T10:00:00.000Z', expiresOn: '2026-04-03' },
        sale: { channel: 'portal', customerGroup: 'INDUSTRY' },
        lines: [{ shipmentLineId: '10', qty: '1', reason: 'OTHER', billed: '3' }],
      })
      .thenRefused('KIT_NOT_RETURNABLE');
  });
});

test('P-14 whatever leaves in whatever pieces, kits are whole ones, and their cost is what their pieces cost', () => {
  const unitCost = fc.constantFrom('0.92', '0.333333', '2.005');
  const piece = fc.record({
    component: fc.constantFrom('SEAL-RING', 'GREASE-50'),
    qty: fc.integer({ min: 1, max: 5 }),
    unitCost,
  });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 0, max: 2 }), (pieces, stopped) => {
      let state = stateAfter([plan(kit('2', 'r-a'), kit('3', 'r-b')), stop('x', '10', String(stopped))]);
      const lines: ConfirmedLine[] = [];
      for (const [index, { component, qty, unitCost: cost }] of pieces.entries()) {
        const events = shipmentDecider.decide(
          confirm(`c${index}`, { ...left('10', String(qty), cost), component }),
          state,
        );
        if ('refused' in events) throw new Error(events.detail);
        state = events.reduce(shipmentDecider.evolve, state);
        lines.push(...(events[0] as ShipmentConfirmed).data.lines);
      }
      const parts = lines.flatMap((each) => each.components ?? []);
      const leftOf = (item: string): number =>
        parts.reduce((sum, part) => sum + (part.item === item ? Number(part.qty) : 0), 0);
      const told = (item: string): number =>
        pieces.reduce((sum, each) => sum + (each.component === item ? each.qty : 0), 0);
      expect([leftOf('SEAL-RING'), leftOf('GREASE-50')]).toEqual([told('SEAL-RING'), told('GREASE-50')]);
      const kits = lines.reduce((sum, each) => sum + Number(each.qty), 0);
      expect(kits).toBe(Math.min(Math.floor(told('SEAL-RING') / 2), told('GREASE-50')));
      const [cost, used, whole] = [
        parts.reduce((sum, part) => sum + BigInt(part.cost), 0n),
        parts.reduce((sum, part) => sum + BigInt(part.costOfKits), 0n),
        lines.reduce((sum, each) => sum + BigInt(each.cost), 0n),
      ];
      expect(whole).toBe(used);
      expect(used <= cost).toBe(true);
      if (told('SEAL-RING') === kits * 2 && told('GREASE-50') === kits) expect(used).toBe(cost);
      for (const each of lines) expect([BigInt(each.qty) >= 0n, BigInt(each.cost) >= 0n]).toEqual([true, true]);
      for (const each of state.lines) expect(openOf(each) >= 0n).toBe(true);
    }),
    { numRuns: 300 },
  );
});
