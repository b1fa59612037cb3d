import type { WarehouseRelease } from '../../../commands/partnerPorts.ts';

/** Two lines that one node is asked to ship for one order. */
export const aRelease = (releaseId: string): WarehouseRelease => ({
  releaseId,
  shipmentId: `S-${releaseId}`,
  orderId: 'O-1',
  bu: 'ACME',
  node: 'DC-EAST',
  shipTo: { id: 'MAIN', region: 'US-CA' },
  lines: [
    { lineId: '10', item: 'BRG-6204', qty: '7', reservationId: 'R-1' },
    { lineId: '20', item: 'BELT-A42', qty: '2', reservationId: 'R-2' },
  ],
});

/** The same with three more of line 10 out of a reservation of their own. */
export const outOfTwoReservations = (releaseId: string): WarehouseRelease => {
  const release = aRelease(releaseId);
  return { ...release, lines: [...release.lines, { lineId: '10', item: 'BRG-6204', qty: '3', reservationId: 'R-3' }] };
};
