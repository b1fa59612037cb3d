import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`.

/** What lies in a carton: of a kit its components, each by itself. */
export type CartonLine = {
  readonly lineId: string;
  readonly item: string;
  readonly qty: string;
  readonly lots: readonly string[];
  readonly serials: readonly string[];
};

/** `sscc`: GS1's number of the carton, 18 digits. `tracking`: the carrier's number on its label. `weight`: gross, decimal text. */
export type Carton = {
  readonly cartonId: string;
  readonly sscc?: string;
  readonly tracking?: string;
  readonly weight?: { readonly value: string; readonly unit: 'KG' | 'LB' };
  readonly lines: readonly CartonLine[];
};

/** Goods were put into cartons, which are labelled. */
export type ItemsPacked = Event<
  'ItemsPacked',
  {
    readonly shipmentId: string;
    readonly orderId: string;
    readonly bu: string;
    readonly node: string;
    readonly packId: string;
    readonly contentSha256: string;
    readonly cartons: readonly Carton[];
  }
>;
