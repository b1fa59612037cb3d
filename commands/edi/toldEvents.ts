import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { Catalog } from '../../domain/masterData/catalog.ts';
import { type Partner, partnersOfCustomer } from '../../domain/masterData/partners.ts';

/** What is told to partners, and the set that tells it. */
export const toldKinds = {
  OrderAccepted: '855',
  TransactionSetTaken: '865',
  ShipmentConfirmed: '856',
  InvoiceIssued: '810',
  StockAdviceRequested: '846',
} as const;

export type ToldEvent = { [T in keyof typeof toldKinds]: RecordedOf<T> }[keyof typeof toldKinds];

/** Those that are about an order. */
export type OrderTold = Exclude<ToldEvent, RecordedOf<'StockAdviceRequested'>>;

const isTold = (event: RecordedDomainEvent): event is ToldEvent =>
  Object.hasOwn(toldKinds, event.type) && (event.type !== 'TransactionSetTaken' || event.data.outcome === 'CHANGE');

/** Something that one partner is to be told, and the key of the lane in which it waits for what is before it. */
export type Told = { readonly key: string; readonly event: ToldEvent; readonly partner: Partner };

/** Documents of an order come one after the other. An answer to changes may wait for a warehouse, and holds up none of them. */
const keyOf = (event: ToldEvent, { bu, partner }: Partner): string => {
  const of = `edi:${bu}.${partner}`;
  if (event.type === 'StockAdviceRequested') return `${of}:stock`;
  const key = `${of}:${event.data.orderId}`;
  return event.type === 'TransactionSetTaken' ? `${key}:${event.data.interchange}.${event.data.place}` : key;
};

/** The name of the partner that a lane is for. */
export const partnerOfLane = (laneKey: string): string => /^edi:[^.:]+\.([^.:]+):/.exec(laneKey)?.[1] ?? '';

/** A change is answered to whoever asked for it, and stock is told to who is to have it; the rest to all who speak for the customer. */
const isMeant = (event: ToldEvent, { partner }: Partner): boolean =>
  !('partner' in event.data) || event.data.partner === partner;

/** Who is told of an event. */
export const toldOf = (catalog: Catalog, event: RecordedDomainEvent): readonly Told[] =>
  isTold(event)
    ? partnersOfCustomer(catalog, event.data.bu, event.data.soldTo)
        .filter(({ active, sends }) => active && sends.includes(toldKinds[event.type]))
        .filter((partner) => isMeant(event, partner))
        .map((partner) => ({ key: keyOf(event, partner), event, partner }))
    : [];

/** What a document is about, in the partner's words or ours. */
export const referenceOf = ({ type, data }: ToldEvent): string => {
  switch (type) {
    case 'InvoiceIssued':
      return data.number;
    case 'ShipmentConfirmed':
      return data.shipmentId;
    case 'StockAdviceRequested':
      return data.requestedAt;
    default:
      return data.customerPo;
  }
};
