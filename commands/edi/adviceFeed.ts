import { inboxDecider } from '../../domain/edi/inbox.ts';
import type { EventFeed, Position } from '../../domain/eventLog.ts';
import type { RecordedOf } from '../../domain/events.ts';
import { isAnyToldByEdi } from '../../domain/masterData/warehousePartners.ts';
import { toDomain } from '../codec.ts';
import type { FeedMessage, Wms } from '../partnerPorts.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';

/** Warehouses that speak EDI, as one system: the name of their inbox. */
const ediWarehouses = 'edi';

export type AdviceFeedPorts = {
  /** `changed` may be absent where nobody waits. */
  readonly feed: Pick<EventFeed, 'readAfter'> & Partial<Pick<EventFeed, 'changed'>>;
  readonly catalog: Pick<CatalogFollower, 'current'>;
};

const pageEventsMax = 1_000;
const categories = [inboxDecider.category];

/** An order of ours that nobody can find is for people: they know whom to ask. */
const told = ({ eventId, data, metadata }: RecordedOf<'ShippingAdviceReceived'>): FeedMessage => {
  const { bu, partner, interchange, place, number, shipmentId } = data;
  const messageId = `${bu}.${partner}:${interchange}.${place}`;
  if (shipmentId === null) {
    const detail = `${partner} was sent no 940 ${number}. Ask it which order it shipped, have it send a 945 with that number, and discard this one.`;
    return { kind: 'NOT_UNDERSTOOD', messageId, shipmentId, theirId: null, detail, content: JSON.stringify(data) };
  }
  const { confirmationId, shippedAt, carrier, tracking, lines } = data;
  const { payloadSha256 } = metadata.source;
  return {
    ...{ kind: 'ADVISED', messageId, shipmentId, eventId, partner, confirmationId, shippedAt, tracking, lines },
    ...(payloadSha256 !== undefined && { payloadSha256 }),
    ...(carrier !== undefined && { carrier }),
  };
};

/**
 * The shipping advices (945) in the log as the feed of a warehouse, so that the inbox of warehouses takes them: each shipment in
 * its order, tried again, kept, and discarded by people. Its cursor is a position. Nothing is read while no warehouse speaks EDI.
 */
export const createAdviceFeed = ({
  feed,
  catalog,
}: AdviceFeedPorts): Pick<Wms, 'system' | 'messages' | 'understand'> => {
  return {
    system: ediWarehouses,
    messages: async (cursor, waitMs, signal) => {
      let after: Position | 'start' = cursor === '' ? 'start' : (cursor as Position);
      while (isAnyToldByEdi(catalog.current()) && !signal.aborted) {
        const page = await feed.readAfter(after, pageEventsMax, { categories });
        after = page.throughPosition;
        const messages = page.events
          .map(toDomain)
          .flatMap((event) => (event.type === 'ShippingAdviceReceived' ? [told(event)] : []));
        if (messages.length > 0) return { messages, cursor: after };
        if (page.events.length < pageEventsMax) break;
      }
      if (waitMs > 0) await feed.changed?.(AbortSignal.any([signal, AbortSignal.timeout(waitMs)]));
      return { messages: [], cursor: after === 'start' ? '' : after };
    },
    understand: (message) => [message],
  };
};
