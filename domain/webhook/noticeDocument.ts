import type { RecordedDomainEvent } from '../events.ts';
import type { Notice } from './notices.ts';
import type { ToldOrder } from './toldOrder.ts';

/**
 * The canonical document of a notice (`webhook-notice`, version 1), whoever is told and by which way. `id` is what that way has its
 * receivers drop repetitions by. `order` is the order after the event.
 */
export const noticeDocument = (
  id: string,
  { position, metadata }: Pick<RecordedDomainEvent, 'position' | 'metadata'>,
  { type, lines, ...detail }: Notice,
  { orderId, bu, channel, customerPo, soldTo, status: orderStatus }: ToldOrder,
): object => {
  const about = { orderId, customerPo, bu, channel, soldTo, orderStatus };
  return { id, type, occurredAt: metadata.occurredAt, position, ...about, lines, ...detail };
};
