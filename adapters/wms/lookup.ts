import type { WmsLookup } from '../../commands/ports.ts';
import { type Answer, badResponse, read, refusalOf } from './answers.ts';
import { shippingOrderAnswer } from './schema.ts';

export type WmsLookupOptions = {
  readonly system: string;
  /** A question: it has no method and no body, so nothing can be done with it. */
  readonly ask: (question: {
    readonly operation: string;
    readonly path: string;
    readonly signal?: AbortSignal;
  }) => Promise<Answer>;
};

export const addressOf = (releaseId: string): string => `/api/v1/shipping-orders/${encodeURIComponent(releaseId)}`;

/** What the warehouse holds of ours, for those who may only look. */
export const createWmsLookup = ({ system, ask }: WmsLookupOptions): WmsLookup => ({
  release: async (releaseId, signal) => {
    const operation = 'findRelease';
    const answer = await ask({ operation, path: addressOf(releaseId), signal });
    if (answer.status === 404 && refusalOf(system, operation, answer).code === 'SHIPPING_ORDER_NOT_FOUND')
      return undefined;
    if (answer.status !== 200) throw badResponse(system, operation, `answered ${answer.status}`);
    const held = read(system, operation, shippingOrderAnswer, answer.body);
    if (held.releaseId !== releaseId) throw badResponse(system, operation, 'answered for another release');
    return { warehouseReference: held.warehouseReference, status: held.status };
  },
});
