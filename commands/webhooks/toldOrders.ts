import { LogUnavailable, type Position } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { type ToldOrder, toldAfter } from '../../domain/webhook/toldOrder.ts';
import { inParallel } from '../inParallel.ts';

/** All events of one order up to `through`, in log order. Throws `LogUnavailable`, also while they are not known yet. */
export type OrderHistory = (orderId: string, through: Position) => Promise<readonly RecordedDomainEvent[]>;

const readsAtOnce = 8;
/** Some 800 bytes each. */
const linesMax = 10_000;

/** Orders that were told of last, by the lines that they have. An order that begins while it is listened to is never read. */
export const createToldOrders = (
  history: OrderHistory,
  onUntold: (orderId: string, error: unknown) => void,
  limit = linesMax,
) => {
  /** Undefined: its events cannot be read, so there is nothing to tell. */
  const orders = new Map<string, ToldOrder | undefined>();
  let lines = 0;

  const weightOf = (order: ToldOrder | undefined): number => 1 + (order?.lines.size ?? 0);

  const remove = (orderId: string): void => {
    if (!orders.has(orderId)) return;
    lines -= weightOf(orders.get(orderId));
    orders.delete(orderId);
  };

  const put = (orderId: string, order: ToldOrder | undefined): void => {
    remove(orderId);
    orders.set(orderId, order);
    lines += weightOf(order);
  };

  const read = async (orderId: string, through: Position): Promise<void> => {
    try {
      const events = await history(orderId, through);
      put(orderId, events.reduce<ToldOrder | undefined>(toldAfter, undefined));
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      // One damaged order keeps no other from being told of.
      put(orderId, undefined);
      onUntold(orderId, error);
    }
  };

  return {
    /** Reads those that are not here, as they were after `through`. */
    fetch: async (orderIds: readonly string[], through: Position | 'start'): Promise<void> => {
      if (through === 'start') return;
      const missing = orderIds.filter((orderId) => !orders.has(orderId));
      await inParallel(missing, readsAtOnce, (orderId) => read(orderId, through));
    },
    get: (orderId: string): ToldOrder | undefined => orders.get(orderId),
    put,
    /** Lets go of those that were used least lately; between pages, so that a page has all of its orders. */
    trim: (): void => {
      for (const orderId of orders.keys()) {
        if (lines <= limit) return;
        remove(orderId);
      }
    },
    clear: (): void => {
      orders.clear();
      lines = 0;
    },
  };
};

export type ToldOrders = ReturnType<typeof createToldOrders>;
