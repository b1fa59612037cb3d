import type { EventFeed, Position } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { WebhookEvent } from '../../domain/webhook/events.ts';
import { noticeDocument } from '../../domain/webhook/noticeDocument.ts';
import { type Notice, noticesOf } from '../../domain/webhook/notices.ts';
import { type ToldOrder, toldAfter } from '../../domain/webhook/toldOrder.ts';
import { webhookDecider } from '../../domain/webhook/webhook.ts';
import { toDomain } from '../codec.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Checkpoints, Clock, NewDelivery, WebhookDeliveries } from '../ports.ts';
import { isOfWebhook, type Subscriptions } from './subscriptions.ts';
import type { ToldOrders } from './toldOrders.ts';

export type NoticeWriterPorts = {
  readonly feed: Pick<EventFeed, 'readAfter'>;
  readonly checkpoints: Checkpoints;
  readonly deliveries: Pick<WebhookDeliveries, 'add' | 'again' | 'drop' | 'hasten'>;
  readonly subscriptions: Subscriptions;
  readonly orders: ToldOrders;
  readonly clock: Clock;
  /** Somebody says that this subscription's endpoint will do now. */
  readonly onAsked: (subscriptionId: string) => void;
  /** Something may be due. */
  readonly onWritten: () => void;
  /** Milliseconds of a clock that never runs backwards. */
  readonly nowMs?: () => number;
};

export const webhooksCheckpoint = 'webhooks';
const pageEventsMax = 1_000;
const ownCategory = webhookDecider.category;
const categories = ['order', 'allocation', 'shipment', 'invoice', ownCategory];
/** A page of large orders, told to many, is written in several parts. */
const charsMax = 4_000_000;
/** A place that passed nothing of interest is noted once in a while: whoever starts again passes it again. */
const noteEveryMs = 30_000;

type Place = Position | 'start';

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

/**
 * Follows the log and writes down what subscribers are to be told: event by event, each with the order before and after it, so
 * that nothing that came and went between two looks is left out. Killed anywhere it makes the same rows again, which are there
 * already. While nobody subscribes it passes over everything but subscriptions.
 */
export const createNoticeWriter = (ports: NoticeWriterPorts) => {
  const { feed, checkpoints, deliveries, subscriptions, orders, nowMs = performance.now.bind(performance) } = ports;
  let noted: Place | undefined;
  let through: Place = 'start';
  let notedAtMs = nowMs();

  const startOver = async (): Promise<void> => {
    const place = await checkpoints.read(webhooksCheckpoint);
    orders.clear();
    await subscriptions.load(feed, place);
    noted = place;
    through = place;
  };

  const note = async (isWorthIt: boolean): Promise<void> => {
    if (noted === undefined || through === 'start' || through === noted) return;
    if (!isWorthIt && nowMs() - notedAtMs < noteEveryMs) return;
    notedAtMs = nowMs();
    // Somebody else moved it: this one knows nothing any more.
    noted = (await checkpoints.advance(webhooksCheckpoint, noted, through)) ? through : undefined;
  };

  const tell = (event: RecordedDomainEvent): readonly NewDelivery[] => {
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
  const carryOut = async (event: RecordedDomainEvent & WebhookEvent): Promise<void> => {
    const { subscriptionId } = event.data;
    if (event.type === 'WebhookDeleted') await deliveries.drop(subscriptionId);
    if (event.type === 'WebhookResumed') await deliveries.hasten([subscriptionId], ports.clock());
    if (event.type === 'WebhookRedeliveryRequested') await deliveries.again(event.data.deliveryId, ports.clock());
    if (event.type === 'WebhookResumed' || event.type === 'WebhookRedeliveryRequested') ports.onAsked(subscriptionId);
  };

  const take = async (events: readonly RecordedDomainEvent[]): Promise<void> => {
    const wanted = events.filter(
      (event) => isOfWebhook(event) || subscriptions.isListening(event.metadata.partition.bu),
    );
    const begun = new Set(wanted.flatMap((event) => (event.type === 'OrderSubmitted' ? event.data.orderId : [])));
    const named = new Set(wanted.flatMap((event) => orderIdOf(event) ?? []));
    const older = [...named].filter((orderId) => !begun.has(orderId));
    await orders.fetch(older, through);
    let rows: NewDelivery[] = [];
    let chars = 0;
    const write = async (): Promise<void> => {
      if (rows.length > 0) await deliveries.add(rows, ports.clock());
      rows = [];
      chars = 0;
    };
    for (const event of wanted) {
      if (!isOfWebhook(event)) {
        const told = tell(event);
        rows.push(...told);
        chars += told.reduce((sum, { body }) => sum + body.length, 0);
        if (chars > charsMax) await write();
        continue;
      }
      await write();
      subscriptions.apply(event);
      await carryOut(event);
    }
    await write();
    // Orders of units that nobody listened to for a while would lack what happened meanwhile.
    if (wanted.some(({ type }) => type === 'WebhookSubscribed' || type === 'WebhookDeleted')) orders.clear();
    orders.trim();
    if (wanted.length > 0) ports.onWritten();
  };

  /** Up to the first event that makes somebody listen to more than was read. */
  const readable = (events: readonly RecordedDomainEvent[]): readonly RecordedDomainEvent[] => {
    const first = events.findIndex(({ type }) => type === 'WebhookSubscribed');
    return first < 0 ? events : events.slice(0, first + 1);
  };

  const followed = async (): Promise<boolean> => {
    const page = await feed.readAfter(through, pageEventsMax, {
      categories: subscriptions.any() ? categories : [ownCategory],
    });
    const events = page.events.map(toDomain);
    const taken = readable(events);
    await take(taken);
    const isWhole = taken.length === events.length && taken.at(-1)?.type !== 'WebhookSubscribed';
    through = isWhole ? page.throughPosition : ((taken.at(-1)?.position as Position | undefined) ?? through);
    await note(taken.length > 0);
    return !isWhole || page.events.length === pageEventsMax;
  };

  return {
    step: async (): Promise<boolean> => {
      if (noted === undefined) await startOver();
      try {
        return await followed();
      } catch (error) {
        // What is in memory may be ahead of what was written: it is made anew from the place that was noted.
        noted = undefined;
        throw error;
      }
    },
  };
};
