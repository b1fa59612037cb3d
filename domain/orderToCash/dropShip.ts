import { defineProcess, type Issue, type Remembering } from './process.ts';

/**
 * One instance per purchase order (spec 4.7). Suppliers read their purchase orders here and answer by the API; what they say is
 * carried to the order's allocation and to the shipment, in the order in which it was said.
 */
export const dropShipProcess = defineProcess({
  name: 'dropship',
  categories: ['dropship'],
  eventTypes: ['DropShipRefused', 'DropShipConfirmed', 'DropShipCancelled'],
  initial: { lastCausePosition: '' } as Remembering,
  keyOf: ({ data }) => data.poId,
  react: (_state, event) => {
    const lane = `dropship:${event.data.poId}`;
    const one = (issue: Issue) => ({ intents: [issue], memory: {} });
    switch (event.type) {
      case 'DropShipRefused':
        return one({ step: 'returnFromDropShip', lane, payload: event.data });
      case 'DropShipConfirmed':
        return one({ step: 'recordDropShipment', lane, payload: { ...event.data, noticeEventId: event.eventId } });
      case 'DropShipCancelled': {
        const { bu, shipmentId, changeId, lines } = event.data;
        const parts = lines.map(({ lineId, qty }) => ({ lineId, qty }));
        return one({ step: 'reduceDropShipment', lane, payload: { bu, shipmentId, changeId, lines: parts } });
      }
    }
  },
  remember: (state) => state,
});
