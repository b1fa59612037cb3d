import type { Position } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { WebhookEvent } from '../../domain/webhook/events.ts';
import { noticeDocument } from '../../domain/webhook/noticeDocument.ts';
import { type Notice, noticesOf } from '../../domain/webhook/notices.ts';
import { type ToldOrder, toldAfter } from '../../domain/webhook/toldOrder.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Clock, NewDelivery, WebhookDeliveries } from '../ports.ts';
import { isOfWebhook, type Subscriptions } from './subscriptions.ts';
import type { ToldOrders } from './toldOrders.ts';

export type NoticeTakingPorts = {
  readonly deliveries: Pick<WebhookDeliveries, 'add' | 'again' | 'drop' | 'hasten'>;
  readonly subscriptions: Subscriptions;
  readonly orders: ToldOrders;
  readonly clock: Clock;
  /** Somebody says that this subscription's endpoint will do now. */
  readonly onAsked: (subscriptionId: string) => void;
  /** Something may be due. */
  readonly onWritten: () => void;
};

/** A page of large orders, told to many, is written in several parts. */
const charsMax = 4_000_000;

const orderIdOf = ({ data }: RecordedDomainEvent): string | undefined =>
  'orderId' in data && typeof data.orderId === 'string' ? data.orderId : undefined;

/** The document that is sent. Its id is a function of event, kind and subscription, so it is the same however often it is made. */
export const deliveryOf = (
  event: RecordedDomainEvent,
  notice: Notice,
  place: number,
  order: ToldOrder,
  subscriptionId: string,
): NewDelivery => {
  const { type } = notice;
  const { orderId, bu } = order;
  const id = derivedUlid(`webhook delivery:${event.eventId}:${type}:${subscriptionId}`);
  return {
    ...{ deliveryId: id, subscriptionId, bu, orderId, type, position: event.position, place },
    body: JSON.stringify(noticeDocument(id, event, notice, order)),
  };
};

/** What subscribers are told of an event, with the order as it was before it and is after it. */
const tell = (
  { orders, subscriptions }: Pick<NoticeTakingPorts, 'orders' | 'subscriptions'>,
  event: RecordedDomainEvent,
): readonly NewDelivery[] => {
  const orderId = orderIdOf(event);
  if (orderId === undefined) return [];
  const before = orders.get(orderId);
  const after = toldAfter(before, event);
  if (after === undefined) return [];
  orders.put(orderId, after);
  return noticesOf(before, after, event).flatMap((notice, place) =>
    subscriptions
      .listeningTo(after, notice.type)
      .map(({ subscriptionId }) => deliveryOf(event, notice, place, after, subscriptionId)),
  );
};

/** What a subscription's own events ask for, after what was told before them is written. */
const carryOut = async (
  { deliveries, clock, onAsked }: Pick<NoticeTakingPorts, 'deliveries' | 'clock' | 'onAsked'>,
  event: RecordedDomainEvent & WebhookEvent,
): Promise<void> => {
  const { subscriptionId } = event.data;
  if (event.type === 'WebhookDeleted') await deliveries.drop(subscriptionId);
  if (event.type === 'WebhookResumed') await deliveries.hasten([subscriptionId], clock());
  if (event.type === 'WebhookRedeliveryRequested') await deliveries.again(event.data.deliveryId, clock());
  if (event.type === 'WebhookResumed' || event.type === 'WebhookRedeliveryRequested') onAsked(subscriptionId);
};

/** Adds deliveries in parts of a bounded size; `write` adds what is left. */
const inParts = ({ deliveries, clock }: Pick<NoticeTakingPorts, 'deliveries' | 'clock'>) => {
  let rows: NewDelivery[] = [];
  let chars = 0;
  const write = async (): Promise<void> => {
    if (rows.length > 0) await deliveries.add(rows, clock());
    rows = [];
    chars = 0;
  };
  const add = async (told: readonly NewDelivery[]): Promise<void> => {
    rows.push(...told);
    chars += told.reduce((sum, { body }) => sum + body.length, 0);
    if (chars > charsMax) await write();
  };
  return { add, write };
};

/** Orders that began before these events, as they were at `through`. */
const fetchOlder = async (
  { orders }: Pick<NoticeTakingPorts, 'orders'>,
  events: readonly RecordedDomainEvent[],
  through: Position | 'start',
): Promise<void> => {
  const begun = new Set(events.flatMap((event) => (event.type === 'OrderSubmitted' ? event.data.orderId : [])));
  const named = new Set(events.flatMap((event) => orderIdOf(event) ?? []));
  const older = [...named].filter((orderId) => !begun.has(orderId));
  await orders.fetch(older, through);
};

/** Writes down what is to be told of these events, which come after `through`. */
export const takeEvents = async (
  ports: NoticeTakingPorts,
  events: readonly RecordedDomainEvent[],
  through: Position | 'start',
): Promise<void> => {
  const { subscriptions, orders } = ports;
  const wanted = events.filter((event) => isOfWebhook(event) || subscriptions.isListening(event.metadata.partition.bu));
  await fetchOlder(ports, wanted, through);
  const parts = inParts(ports);
  for (const event of wanted) {
    if (!isOfWebhook(event)) {
      await parts.add(tell(ports, event));
      continue;
    }
    await parts.write();
    subscriptions.apply(event);
    await carryOut(ports, event);
  }
  await parts.write();
  // Orders of units that nobody listened to for a while would lack what happened meanwhile.
  if (wanted.some(({ type }) => type === 'WebhookSubscribed' || type === 'WebhookDeleted')) orders.clear();
  orders.trim();
  if (wanted.length > 0) ports.onWritten();
};
