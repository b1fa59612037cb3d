import { acknowledgedLines } from '../../domain/edi/acknowledged.ts';
import { type StreamName, streamName } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { OrderAccepted } from '../../domain/order/events.ts';
import { order } from '../../domain/order/order.ts';
import { type OrderState, orderLines } from '../../domain/order/state.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { toDomain } from '../codec.ts';
import type { Executor } from '../handle.ts';
import type { Clock, DocumentContent, OrderedDocument } from '../ports.ts';
import { findEvent, type StreamReader } from '../readStream.ts';
import { Later } from '../trouble.ts';

/** What is told to partners. */
export type ToldEvent = RecordedOf<'OrderAccepted'> | RecordedOf<'ShipmentConfirmed'> | RecordedOf<'InvoiceIssued'>;

export type ContentPorts = {
  readonly executor: Pick<Executor, 'load'>;
  readonly store: StreamReader;
  readonly clock: Clock;
};

/** An order that is held, or that nobody can source, is acknowledged without days after so long. */
const sourcedWithinMs = 15_000;

const streamsOf = ({ data: { bu, orderId } }: ToldEvent): Record<'order' | 'allocation', StreamName> => ({
  order: streamName('order', bu, orderId),
  allocation: streamName('allocation', bu, orderId),
});

const orderedOf = (accepted: OrderAccepted['data'], state: OrderState): OrderedDocument => {
  const { orderId, customerPo, billTo, shipTo, currency, acceptedAt } = accepted;
  const lines = orderLines(state).map(({ submitted, priced }) => {
    const { lineId, item, qty, baseUom, entered, conversion } = submitted;
    const { num, den } = conversion;
    return { lineId, item, qty, baseUom, uom: entered.uom, conversion: { num, den }, unitPrice: priced.unitPrice };
  });
  return { orderId, customerPo, billTo, shipTo: shipTo.id, currency, acceptedAt, lines };
};

const eventsOf = async (store: StreamReader, stream: StreamName): Promise<readonly RecordedDomainEvent[]> => {
  const events: RecordedDomainEvent[] = [];
  for await (const recorded of store.read(stream)) events.push(toDomain(recorded));
  return events;
};

const acknowledgement = async (
  { store, clock }: ContentPorts,
  event: RecordedOf<'OrderAccepted'>,
  state: OrderState,
): Promise<DocumentContent> => {
  const cancelledOf = (lineId: string): bigint => valueAt(state.lines, lineId)?.cancelled ?? 0n;
  const events = await eventsOf(store, streamsOf(event).allocation);
  const { lines, isSourced } = acknowledgedLines(event.data.lines, cancelledOf, events);
  const ageMs = Date.parse(clock()) - Date.parse(event.data.acceptedAt);
  if (!isSourced && ageMs < sourcedWithinMs) throw new Later(`Order ${event.data.orderId} is not sourced yet.`);
  return { kind: '855', order: orderedOf(event.data, state), lines };
};

/** What a partner is told of an event. Throws `Later` while an order that was just accepted is being sourced, and `LogUnavailable`. */
export const contentOf = async (ports: ContentPorts, event: ToldEvent): Promise<DocumentContent> => {
  const stream = streamsOf(event).order;
  const { state } = await ports.executor.load(order, stream);
  if (event.type === 'OrderAccepted') return acknowledgement(ports, event, state);
  const accepted = await findEvent(ports.store, stream, 'OrderAccepted');
  if (accepted === undefined) throw new Error(`order ${event.data.orderId} was never accepted`);
  const about = orderedOf(accepted.data, state);
  return event.type === 'ShipmentConfirmed'
    ? { kind: '856', order: about, confirmation: event.data }
    : { kind: '810', order: about, invoice: event.data };
};
