import type { Position, StreamName } from '../../../domain/eventLog.ts';
import type { DataOf, EventType, RecordedDomainEvent } from '../../../domain/events.ts';
import type { IntentsIssued } from '../../../domain/orderToCash/events.ts';
import type { Process } from '../../../domain/orderToCash/process.ts';
import { orderId, submitting } from '../order/samples.ts';

let last = 0;

/** An event as the log holds it; positions rise with every call. Only what is named of its data matters to a process. */
export const recorded = <T extends EventType>(
  type: T,
  data: Partial<DataOf<T>>,
  commandId = `command-${last + 1}`,
): RecordedDomainEvent => {
  last += 1;
  const event = {
    type,
    data: { orderId, bu: 'ACME', ...data },
    eventId: `00000000-0000-5000-8000-${String(last).padStart(12, '0')}`,
    stream: 'order-ACME.X' as StreamName,
    revision: last,
    position: String(last).padStart(20, '0') as Position,
    recordedAt: '2026-11-24T10:00:00.000Z',
    metadata: {
      schemaVersion: 1,
      occurredAt: '2026-11-24T10:00:00.000Z',
      commandId,
      $correlationId: 'correlation',
      $causationId: commandId,
      actor: { kind: 'SYSTEM', id: 'test', roles: [] },
      source: { system: 'test' },
      partition: { bu: 'ACME' },
    },
  };
  return event as unknown as RecordedDomainEvent;
};

/** Feeds events to the process as its runner does; the answers survive storage as JSON. */
export const feed = <State>(
  process: Process<State>,
  events: readonly RecordedDomainEvent[],
  from: State = process.initial,
) => {
  let state = from;
  const issued: IntentsIssued['data'][] = [];
  for (const event of events) {
    const data = process.react(state, event);
    if (data === undefined) continue;
    const stored = JSON.parse(JSON.stringify(data)) as IntentsIssued['data'];
    issued.push(stored);
    state = process.evolve(state, { type: 'IntentsIssued', data: stored });
  }
  const intents = issued.flatMap((data) => data.intents);
  return { state, issued, intents, steps: intents.map((intent) => intent.step), last: issued.at(-1)?.intents ?? [] };
};

const order = submitting();
const accepted = order.lines.map(({ lineId, item, qty, baseUom }) => ({
  lineId,
  item,
  qty,
  baseUom,
  unitPrice: '12.50',
  discounts: [],
}));

export const priced = () => recorded('OrderPriced', { soldTo: 'C-1001', currency: 'USD' });
export const acceptedOrder = (quantities?: Readonly<Record<string, string>>) =>
  recorded('OrderAccepted', {
    soldTo: 'C-1001',
    lines:
      quantities === undefined
        ? accepted
        : Object.entries(quantities).map(([lineId, qty]) => ({
            lineId,
            item: 'BRG-6204',
            qty,
            baseUom: 'EA',
            unitPrice: '12.50',
            discounts: [],
          })),
  });
export const held = (holdId: string, type: DataOf<'OrderHeld'>['type'] = 'CREDIT') =>
  recorded('OrderHeld', { holdId, type, soldTo: 'C-1001', scope: { kind: 'ORDER' } });
export const freed = (holdId: string, type: DataOf<'OrderHeld'>['type'] = 'CREDIT') =>
  recorded('OrderHoldReleased', { holdId, type, soldTo: 'C-1001' });

export const confirmedLine = (qty: string, lineId = '10') => ({
  lineId,
  shipmentLineId: lineId,
  item: 'BRG-6204',
  reservationId: 'R1',
  qty,
  excess: '0',
  lots: [],
  serials: [],
  unitCost: '6.00',
  cost: String(BigInt(qty) * 600n),
});
export const confirmed = (qty: string, shipmentId = 'S1') =>
  recorded('ShipmentConfirmed', {
    shipmentId,
    releaseId: 'A',
    node: 'DC-EAST',
    confirmationId: `c-${shipmentId}`,
    shippedAt: '2026-11-24T12:00:00.000Z',
    currency: 'USD',
    lines: [confirmedLine(qty)],
  });
