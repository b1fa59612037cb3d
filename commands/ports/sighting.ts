import type { SightedOrder } from '../../domain/order/duplicates.ts';

export type Sighting = SightedOrder & {
  /** Orders that were accepted before are too old to be of interest. */
  readonly since: string;
  /** From then on this order is of no interest. */
  readonly until: string;
};

export type EarlierOrder = { readonly secondId: string; readonly first: SightedOrder };

/** Accepted orders that one to come may repeat. */
export type SightedOrders = {
  /**
   * Keeps these, once each, and tells which others may be the first of one of them: of each other channel, as far as there
   * are not very many, the latest with the same content, and some of the same occasion. Those of one call are not told of
   * each other.
   */
  readonly sight: (orders: readonly Sighting[]) => Promise<readonly EarlierOrder[]>;
  /** Forgets up to `limit` of those that are of no interest since before `at`; answers with how many. */
  readonly forget: (at: string, limit: number) => Promise<number>;
};
