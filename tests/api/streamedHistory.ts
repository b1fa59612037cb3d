import type { PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { categoryOf } from '../../domain/eventLog.ts';
import { eventStream } from '../../projections/eventStream/projection.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { createMemoryLog } from '../projections/memoryLog.ts';

/** Streams that belong to one order: they are in no log before. */
const ofOrders: readonly string[] = ['order', 'allocation', 'shipment', 'invoice'];

/** Golden orders of two customers in turns, to be appended to a log bit by bit, and what the stream then has of them. */
export const streamedHistory = (orderIds: readonly string[]) => {
  const played = createMemoryLog();
  const ends = orderIds.map((orderId, index) => {
    const begin = played.events.length;
    playGoldenOrder(played, orderId);
    if (index % 2 === 1)
      for (const event of played.events.slice(begin)) {
        const sold = JSON.stringify(event.data).replaceAll('C-1001', 'C-1002');
        Object.assign(event, { data: JSON.parse(sold) as unknown });
      }
    return played.events.length;
  });
  let appended = 0;
  return {
    /** The first so many orders are in the log then. */
    append: async (log: Pick<PostgresLog, 'append'>, orders: number): Promise<void> => {
      const events = played.events.slice(appended, ends[orders - 1]);
      appended += events.length;
      const next = events.filter(({ stream }) => ofOrders.includes(categoryOf(stream)));
      for (const { stream, revision, position: _, recordedAt: __, ...event } of next)
        await log.append(stream, revision === 0 ? 'no-stream' : revision - 1, [event]);
    },
    /** Ids of what is told of the first so many orders, in order. */
    ids: (orders: number, soldTo?: string): readonly string[] =>
      eventStream
        .fold(played.events.slice(0, ends[orders - 1]).map(played.decode))
        .events.filter((event) => soldTo === undefined || event.sold_to === soldTo)
        .map(({ event_id }) => event_id),
  };
};
