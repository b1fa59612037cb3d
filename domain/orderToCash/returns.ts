import type { ReturnInspected } from '../returns/events.ts';
import { defineProcess, type Issue, type Remembering } from './process.ts';

const goodsOf = ({ data, eventId }: { readonly data: ReturnInspected['data']; readonly eventId: string }) => {
  const { bu, node, item, rmaId, qty, unitCost, cost, currency, inspectedAt } = data;
  return { bu, node, item, rmaId, inspectionEventId: eventId, qty, unitCost, cost, currency, inspectedAt };
};

/** What an inspection does to stock; goods that are scrapped at once, sent to the supplier or left to the customer never were here. */
const movementOf = ({ disposition, from }: ReturnInspected['data']) => {
  if (disposition === 'RESTOCK') return from === undefined ? 'SELLABLE' : 'RESTOCK';
  if (disposition === 'QUARANTINE') return 'QUARANTINE';
  return from === 'QUARANTINE' ? 'SCRAP' : undefined;
};

/**
 * One instance per return. What the shipment set aside becomes the return, what was inspected becomes stock, and what did
 * not come back is free again, each once, in this order.
 */
export const returnProcess = defineProcess({
  name: 'returns',
  categories: ['shipment', 'return'],
  eventTypes: ['ShipmentReturnClaimed', 'ReturnInspected', 'ReturnExpired', 'ReturnClosed'],
  beginsWith: ['ShipmentReturnClaimed'],
  initial: { lastCausePosition: '' } as Remembering,
  keyOf: ({ data }) => data.rmaId,
  react: (_state, event) => {
    const lane = `return:${event.data.rmaId}`;
    const one = (issue: Issue) => ({ intents: [issue], memory: {} });
    if (event.type === 'ShipmentReturnClaimed') return one({ step: 'openReturn', lane, payload: event.data });
    if (event.type === 'ReturnInspected') {
      const movement = movementOf(event.data);
      return movement && one({ step: 'moveReturned', lane, payload: { ...goodsOf(event), movement } });
    }
    const { rmaId, bu, shipmentId } = event.data;
    const lines = event.data.lines
      .filter(({ freedQty }) => freedQty !== '0')
      .map(({ shipmentLineId, freedQty: qty }) => ({ shipmentLineId, qty }));
    return lines.length === 0
      ? undefined
      : one({ step: 'freeReturn', lane, payload: { rmaId, bu, shipmentId, lines } });
  },
  remember: (state) => state,
});
