import type { EventFeed, Position } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { MetricsRegistry } from './metrics.ts';

/** A map that forgets its oldest entries: an observer must not grow with history. */
const boundedMap = <Value>(max: number) => {
  const entries = new Map<string, Value>();
  return {
    put: (key: string, value: Value): void => {
      entries.delete(key);
      entries.set(key, value);
      const [oldest] = entries.keys();
      if (entries.size > max && oldest !== undefined) entries.delete(oldest);
    },
    take: (key: string): Value | undefined => {
      const value = entries.get(key);
      entries.delete(key);
      return value;
    },
    peek: (key: string): Value | undefined => entries.get(key),
  };
};

const openOrdersMax = 20_000;
const openInvoicesMax = 50_000;

const secondsBetween = (from: string, to: string): number => Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);

type Submitted = { readonly at: string; readonly channel: string; readonly bu: string };

/**
 * Business metrics out of events: each event is counted once, by whoever follows the feed. Pairs of events (submitted and
 * accepted, shipped and posted) are matched in bounded memory; what is older than that, or than this process, is not timed.
 */
export const observeEvents = (metrics: MetricsRegistry): ((event: RecordedDomainEvent) => void) => {
  const submitted = boundedMap<Submitted>(openOrdersMax);
  const channels = boundedMap<string>(openOrdersMax);
  const shipped = boundedMap<string>(openInvoicesMax);
  const settleOrder = (orderId: string, at: string): void => {
    const order = submitted.take(orderId);
    if (order !== undefined) metrics.observeAcceptance(order.bu, order.channel, secondsBetween(order.at, at));
  };
  return (event) => {
    const { data } = event;
    switch (event.type) {
      case 'OrderSubmitted':
        submitted.put(event.data.orderId, {
          at: event.metadata.occurredAt,
          channel: event.data.channel,
          bu: event.data.bu,
        });
        channels.put(event.data.orderId, event.data.channel);
        return;
      case 'OrderAccepted':
        settleOrder(event.data.orderId, event.recordedAt);
        return metrics.countOrder('accepted', event.data.channel);
      case 'OrderHeld':
        settleOrder(event.data.orderId, event.recordedAt);
        return metrics.countOrder('held', channels.peek(event.data.orderId));
      case 'OrderClosed':
        return metrics.countOrder('closed', channels.take(event.data.orderId));
      case 'StockReserved':
        if (event.data.takenFrom !== undefined) return metrics.countReservation('taken_over');
        return metrics.countReservation(event.data.cause === 'BACKORDER' ? 'backorder_filled' : 'reserved');
      case 'ReservationRefused':
        metrics.countReservation('refused');
        return metrics.countOversellPrevented();
      case 'PromiseChanged':
        return metrics.countPromiseChanged(event.data.cause);
      case 'ShipmentConfirmed':
        return metrics.observeShipmentLag(event.data.node, secondsBetween(event.data.shippedAt, event.recordedAt));
      case 'InvoiceDrafted':
        return shipped.put(event.data.invoiceId, event.data.shippedAt);
      case 'InvoicePosted': {
        const at = shipped.take(event.data.invoiceId);
        return at === undefined ? undefined : metrics.observePosting(secondsBetween(at, event.recordedAt));
      }
      case 'CaseOpened':
        return metrics.countBreach(event.data.class);
      case 'ReplayFinished':
        for (const { consumer } of event.data.lanes) metrics.countReplay(consumer, event.data.reason);
        return;
      default:
        return void data;
    }
  };
};

const batchMax = 1_000;
const categories = ['order', 'allocation', 'stock', 'shipment', 'invoice', 'replay', 'case'];
const retryMs = 2_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });

/** Follows the feed from its present end until `signal` aborts. One process of a deployment should do this. */
export const followForMetrics = async (
  feed: EventFeed,
  decode: (event: Awaited<ReturnType<EventFeed['readAfter']>>['events'][number]) => RecordedDomainEvent,
  metrics: MetricsRegistry,
  signal: AbortSignal,
): Promise<void> => {
  const observe = observeEvents(metrics);
  let position: Position | 'start' | undefined;
  while (!signal.aborted) {
    try {
      position ??= await feed.head();
      const { events, throughPosition } = await feed.readAfter(position, batchMax, { categories });
      for (const event of events) observe(decode(event));
      position = throughPosition;
      if (events.length === 0) await feed.changed(signal);
    } catch {
      // Metrics are no reason to stop anything: whoever needs the log says that it is away.
      await pause(retryMs, signal);
    }
  }
};
