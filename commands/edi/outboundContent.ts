import { acknowledgedLines } from '../../domain/edi/acknowledged.ts';
import type { StockAdviceRequested } from '../../domain/edi/adviceEvents.ts';
import { advisedPlaces, advisedStock } from '../../domain/edi/advisedStock.ts';
import { changeResult } from '../../domain/edi/changeResults.ts';
import { type StreamName, streamName } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { Partner } from '../../domain/masterData/partners.ts';
import type { OrderAccepted } from '../../domain/order/events.ts';
import { order } from '../../domain/order/order.ts';
import { type OrderState, orderLines } from '../../domain/order/state.ts';
import { qtyText } from '../../domain/quantity.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { toDomain } from '../codec.ts';
import { findEvent, type StreamReader } from '../deciding/readStream.ts';
import type { Executor } from '../handle.ts';
import type { Clock, DocumentContent, OrderedDocument } from '../ports.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import { Later } from '../workers/trouble.ts';
import { type AdvisableStockReads, advisedPositions } from './stockAdvice.ts';
import type { OrderTold, ToldEvent } from './toldEvents.ts';

export type ContentPorts = {
  readonly executor: Pick<Executor, 'load'>;
  readonly store: StreamReader;
  readonly clock: Clock;
  readonly catalog: Pick<CatalogFollower, 'current'>;
  readonly stock: AdvisableStockReads['stock'];
};

/** An order that is held, or that nobody can source, is acknowledged without days after so long. */
const sourcedWithinMs = 15_000;

const streamsOf = ({ data: { bu, orderId } }: OrderTold): Record<'order' | 'allocation', StreamName> => ({
  order: streamName('order', bu, orderId),
  allocation: streamName('allocation', bu, orderId),
});

type Head = Pick<OrderAccepted['data'], 'orderId' | 'customerPo' | 'billTo' | 'shipTo' | 'currency' | 'acceptedAt'>;

const orderedOf = (accepted: Head, state: OrderState): OrderedDocument => {
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

/** The answer to an 860 is one: it waits until credit, warehouses and suppliers are heard of all its changes. */
const changeAnswer = async (
  { store }: ContentPorts,
  event: RecordedOf<'TransactionSetTaken'>,
  state: OrderState,
): Promise<DocumentContent> => {
  const { orderId, changes = [] } = event.data;
  const { submitted } = state;
  if (submitted === null) throw new Error(`order ${orderId} was never submitted`);
  const events = await eventsOf(store, streamsOf(event).order);
  const accepted = events.find((one): one is RecordedOf<'OrderAccepted'> => one.type === 'OrderAccepted');
  const head = { ...submitted, acceptedAt: accepted?.data.acceptedAt ?? event.recordedAt };
  const answered = changes.map((change) => {
    const result = changeResult(change, events);
    if (result === 'PENDING') throw new Later(`Change ${change.changeId} of order ${orderId} is not decided yet.`);
    const line = change.lineId === null ? undefined : valueAt(state.lines, change.lineId);
    return { ...change, result, stands: line === undefined ? null : qtyText(line.ordered - line.cancelled) };
  });
  return { kind: '865', order: orderedOf(head, state), changes: answered };
};

/** Undefined: there is nothing to tell of, or nothing changed after all. */
const stockAdvice = async (
  { catalog, stock }: ContentPorts,
  { scope, changedAfter }: StockAdviceRequested['data'],
  partner: Partner,
): Promise<DocumentContent | undefined> => {
  const places = advisedPlaces(catalog.current(), partner);
  const nodes = advisedStock(places, await stock(advisedPositions(partner, places)), changedAfter);
  return nodes.length === 0 ? undefined : { kind: '846', scope, nodes };
};

/**
 * What a partner is told of an event; undefined: nothing. Throws `Later` while an order that was just accepted is being sourced, or
 * a change is not decided, and `LogUnavailable`.
 */
export const contentOf = async (
  ports: ContentPorts,
  event: ToldEvent,
  partner: Partner,
): Promise<DocumentContent | undefined> => {
  if (event.type === 'StockAdviceRequested') return stockAdvice(ports, event.data, partner);
  const stream = streamsOf(event).order;
  const { state } = await ports.executor.load(order, stream);
  if (event.type === 'OrderAccepted') return acknowledgement(ports, event, state);
  if (event.type === 'TransactionSetTaken') return changeAnswer(ports, event, state);
  const accepted = await findEvent(ports.store, stream, 'OrderAccepted');
  if (accepted === undefined) throw new Error(`order ${event.data.orderId} was never accepted`);
  const about = orderedOf(accepted.data, state);
  return event.type === 'ShipmentConfirmed'
    ? { kind: '856', order: about, confirmation: event.data }
    : { kind: '810', order: about, invoice: event.data };
};
