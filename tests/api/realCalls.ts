import { randomUUID } from 'node:crypto';
import { addDays } from '../../domain/calendar.ts';
import type { Recorded, StreamName } from '../../domain/eventLog.ts';
import type { Answered } from './conformance.ts';
import type { RealApi } from './realApi.ts';
import { call } from './testApi.ts';

// What the tests of the real application send and look at.

export const today = new Date().toISOString().slice(0, 10);
const orderBody = (changes: object = {}) => ({
  bu: 'ACME',
  channel: 'portal',
  customerPo: `PO-${randomUUID()}`,
  soldTo: 'C-1001',
  shipTo: { id: 'MAIN' },
  currency: 'USD',
  requestedDate: addDays(today, 8),
  charges: [{ code: 'FREIGHT', amount: '1500' }],
  lines: [{ lineId: '10', item: 'BRG-6204', qty: '10', uom: 'EA' }],
  ...changes,
});
export const movement = (changes: object = {}) => ({
  bu: 'ACME',
  node: 'DC-EAST',
  item: 'BRG-6204',
  kind: 'RECEIPT',
  qty: '7',
  uom: 'EA',
  unitCost: '6.00',
  reference: randomUUID(),
  ...changes,
});

export const submitOrder = (api: RealApi, changes: object = {}, key: string = randomUUID()) =>
  call(api, 'POST', '/v1/orders', { body: orderBody(changes), key });

export const readBack = (answer: Answered) => ({
  'x-min-position': (answer.body.receipt as { readonly position: string }).position,
});
export const codes = (answer: Answered) =>
  ((answer.body.errors ?? []) as { readonly pointer: string; readonly code: string }[]).map(
    (error) => `${error.pointer} ${error.code}`,
  );

export const streamOf = async (api: RealApi, stream: string): Promise<readonly Recorded[]> => {
  const events: Recorded[] = [];
  for await (const event of api.log.read(stream as StreamName)) events.push(event);
  return events;
};
