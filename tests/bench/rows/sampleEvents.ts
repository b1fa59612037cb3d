import { randomUUID } from 'node:crypto';
import { type NewEvent, type StreamName, streamName } from '../../../domain/eventLog.ts';

export const newStream = (id: string): StreamName => streamName('order', 'ACME', id);

const line = {
  lineId: '10',
  item: 'BRG-6204',
  kind: 'STOCK',
  qty: '10',
  baseUom: 'EA',
  entered: { qty: '10', uom: 'EA' },
  conversion: { from: 'EA', to: 'EA', num: '1', den: '1' },
};

const metadata = (commandId: string): NewEvent['metadata'] => ({
  schemaVersion: 1,
  occurredAt: '2026-11-23T08:00:00.000Z',
  commandId,
  $correlationId: commandId,
  $causationId: commandId,
  actor: { kind: 'USER', id: 'channel', roles: ['channel'] },
  source: { system: 'api', channel: 'portal' },
  partition: { bu: 'ACME', region: 'US-CA-SANTA-CLARA', channel: 'portal' },
});

/** What capturing an order appends at first: about 600 bytes an event, with the envelope. */
export const threeEvents = (orderId: string = randomUUID()): readonly [NewEvent, NewEvent, NewEvent] => {
  const about = { orderId, bu: 'ACME', soldTo: 'C-1001', currency: 'USD' };
  const submitted = {
    ...about,
    channel: 'portal',
    customerPo: `PO-${orderId}`,
    billTo: 'C-1001',
    shipTo: { id: 'MAIN', region: 'US-CA-SANTA-CLARA' },
    requestedDate: '2026-12-01',
    charges: [],
    lines: [line],
  };
  const event = (type: string, data: unknown, follows?: true): NewEvent => ({
    type,
    data,
    eventId: randomUUID(),
    metadata: metadata(orderId),
    ...(follows && { follows }),
  });
  return [
    event('OrderSubmitted', submitted),
    event('OrderValidated', { orderId, masterData: { 'bu:ACME': 1, 'item:BRG-6204': 1, 'customer:C-1001': 1 } }, true),
    event('OrderPriced', { ...about, priceListId: 'LIST-USD', priceListVersion: 1, lines: [line], charges: [] }, true),
  ];
};
