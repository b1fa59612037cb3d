import type { WmsLookup } from '../../commands/ports.ts';
import { badResponse, read, refusalOf } from '../http/answers.ts';
import { type FeedOptions, readFeed, understand } from './feed.ts';
import { errorAnswer, shippingOrderAnswer } from './schema.ts';

export type WmsLookupOptions = {
  readonly system: string;
  /** Questions: they have neither method nor body, so nothing can be done with them. */
  readonly ask: FeedOptions['ask'];
  /** The same for the feed, which has a bulkhead of its own. */
  readonly askFeed: FeedOptions['ask'];
};

export const addressOf = (releaseId: string): string => `/api/v1/shipping-orders/${encodeURIComponent(releaseId)}`;

/** What the warehouse holds of ours, for those who may only look. */
export const createWmsLookup = ({ system, ask, askFeed }: WmsLookupOptions): WmsLookup => ({
  system,
  messages: (cursor, signal) => readFeed({ system, ask: askFeed }, cursor, 0, signal),
  understand,
  release: async (releaseId, signal) => {
    const operation = 'findRelease';
    return ask({ operation, path: addressOf(releaseId), signal }, ({ status, body }) => {
      if (status === 404 && refusalOf(system, operation, errorAnswer, body).code === 'SHIPPING_ORDER_NOT_FOUND')
        return undefined;
      if (status !== 200) throw badResponse(system, operation, `answered ${status}`);
      const held = read(system, operation, shippingOrderAnswer, body);
      if (held.releaseId !== releaseId) throw badResponse(system, operation, 'answered for another release');
      return { warehouseReference: held.warehouseReference, status: held.status };
    });
  },
});
