import { defineProcess, type Remembering } from './process.ts';

/**
 * A fact left fewer goods than are promised. Soft reservations that cannot be met go back to their orders, which source
 * them again; hard ones are with a warehouse, and come back as its shortage if the goods are really missing.
 */
export const overcommitmentRepair = defineProcess({
  name: 'overcommit',
  categories: ['stock'],
  eventTypes: ['StockOvercommitted'],
  initial: { lastCausePosition: '' } as Remembering,
  keyOf: ({ data }) => `${data.bu}:${data.node}:${data.item}`,
  react: (_state, { data }) => {
    const { bu, node, item } = data;
    const soft = data.reservations.filter((reservation) => reservation.kind !== 'HARD');
    if (soft.length === 0) return undefined;
    const reservations = soft.map(({ orderId, lineId, reservationId, qty }) => ({
      orderId,
      lineId,
      reservationId,
      qty,
    }));
    const payload = { bu, node, item, reservations };
    return { intents: [{ step: 'giveUpReservations', lane: `overcommit:${bu}:${node}:${item}`, payload }], memory: {} };
  },
  remember: (state) => state,
});
