import { type EventFeed, LogUnavailable, type Position } from '../../domain/eventLog.ts';
import type { EventType, RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { isUntouched, progressTypes } from '../../domain/order/progress.ts';
import { toDomain } from '../codec.ts';
import { keepGoing, waitOf } from '../keepGoing.ts';
import type { ErpBook } from '../ports/erpBook.ts';
import type { Checkpoints } from '../ports.ts';
import { inParts, tellOrders, type UpdatedOrder } from './tellOrders.ts';

/** Up to where in the log an ERP was told how far orders are. */
export const orderUpdatesOf = (system: string): string => `order-updates:${system}`;

export type OrderUpdatesPorts = {
  readonly book: ErpBook;
  readonly feed: Pick<EventFeed, 'readAfter'>;
  readonly checkpoints: Checkpoints;
  /** How far these are, as new as the log is at `position`; false: that cannot be told yet. */
  readonly progress: (
    orderIds: readonly string[],
    position: Position,
    signal: AbortSignal,
  ) => Promise<readonly UpdatedOrder[] | false>;
  /** Whether this ERP is the one that has the business unit. */
  readonly hasUnit: (bu: string) => boolean;
  readonly isPaused: () => boolean;
  /** They do not take it: the comparison of orders says so to people. */
  readonly onUntaken: (bu: string, orderId: string, code: string) => void;
};

const pageEventsMax = 1_000;
/** An ERP that cannot be told is not tried at every event: an update of its own may teach it. */
const notOfferedMs = 600_000;
/** What was tried so often may be one of the orders, and not the ERP. */
const triesMax = 5;

type Telling = { readonly [T in (typeof progressTypes)[number]]: RecordedOf<T> }[(typeof progressTypes)[number]];

const isTelling = (event: RecordedDomainEvent): event is Telling =>
  (progressTypes as readonly string[]).includes(event.type);

/** Of all that happens to orders these few are read: what is not heard of here is not decoded. */
const heard: ReadonlySet<string> = new Set<EventType>([...progressTypes, 'ErpOrderRegistered']);

/**
 * Tells an ERP how far its orders are, after what the log says of them: always all of an order as it is by then, so what is
 * told twice, or late, changes nothing, and a restart goes on from the checkpoint. Many orders are one call, and nothing
 * of it is on the path of an order.
 */
export const createOrderUpdates = (ports: OrderUpdatesPorts) => {
  const { book, checkpoints } = ports;
  const name = orderUpdatesOf(book.system);
  let from: Position | 'start' | undefined;
  let silentUntilMs = 0;
  let tries = 0;

  /** Those of a page that there is something to tell of. What was registered and moved before then was not told. */
  const heardOf = async (after: Position | 'start') => {
    const page = await ports.feed.readAfter(after, pageEventsMax, { categories: ['order'] });
    const moved = new Set<string>();
    const registered = new Set<string>();
    for (const recorded of page.events) {
      if (!heard.has(recorded.type)) continue;
      const event = toDomain(recorded);
      if (isTelling(event)) moved.add(event.data.orderId);
      else if (event.type === 'ErpOrderRegistered') registered.add(event.data.orderId);
    }
    return { ...page, moved, registered };
  };

  const tell = async (orders: readonly UpdatedOrder[], signal: AbortSignal): Promise<void> => {
    tries += 1;
    for (const [bu, part] of inParts(orders)) {
      const telling = tries < triesMax ? book.tellOrders(bu, part, signal) : tellOrders(book, bu, part, signal);
      const untaken = await telling;
      if (untaken === undefined) {
        silentUntilMs = performance.now() + notOfferedMs;
        break;
      }
      for (const { orderId, code } of untaken) ports.onUntaken(bu, orderId, code);
    }
    tries = 0;
  };

  const isOfBook = ({ bu, erpSystem }: UpdatedOrder): boolean =>
    erpSystem === null ? ports.hasUnit(bu) : erpSystem === book.system;

  const step = async (signal: AbortSignal): Promise<boolean> => {
    if (ports.isPaused()) return false;
    from ??= await checkpoints.read(name);
    const { events, throughPosition, moved, registered } = await heardOf(from);
    if (throughPosition === 'start' || throughPosition === from) return false;
    const isSilent = performance.now() < silentUntilMs;
    const orderIds = isSilent ? [] : [...new Set([...moved, ...registered])];
    const known = orderIds.length === 0 ? [] : await ports.progress(orderIds, throughPosition, signal);
    if (known === false) throw new LogUnavailable('the read model of orders is behind the log');
    // One that moved on behind this page comes again: over a long log each is told once, as it was left.
    const isLeft = ({ progressed }: UpdatedOrder): boolean => progressed === null || progressed <= throughPosition;
    const news = known.filter((order) => moved.has(order.orderId) || !order.lines.every(isUntouched));
    await tell(
      news.filter((order) => isLeft(order) && isOfBook(order)),
      signal,
    );
    const moves = await checkpoints.advance(name, from, throughPosition);
    // Another process tells them too: where it is, is read again.
    from = moves ? throughPosition : undefined;
    return events.length === pageEventsMax;
  };

  return { step };
};

/** What happens within this time is told together. */
const gatherMs = 1_000;

export const runOrderUpdates = (
  ports: OrderUpdatesPorts & {
    readonly changed: EventFeed['changed'];
    readonly onError: (error: unknown, failures: number) => void;
  },
  signal: AbortSignal,
): Promise<void> => {
  const changed = async (stop: AbortSignal): Promise<void> => {
    await ports.changed(stop);
    await waitOf(gatherMs)(stop);
  };
  const { step } = createOrderUpdates(ports);
  return keepGoing({ step, changed, onError: ports.onError, pauseMsMax: 60_000 }, signal);
};
