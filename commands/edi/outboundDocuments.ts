import type { EventFeed } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { type Catalog, itemOf } from '../../domain/masterData/catalog.ts';
import {
  acknowledgementOf,
  crossReferenceOf,
  type Partner,
  partnersOfCustomer,
  wordsOf,
} from '../../domain/masterData/partners.ts';
import type { CatalogFollower } from '../catalogFollower.ts';
import { derivedUlid } from '../eventIds.ts';
import { createFeedWorker, type FeedWorkerPorts } from '../feedWorker.ts';
import type { DocumentWriter, HeldItem, PartnerWords } from '../ports.ts';
import type { Foreseen } from '../workerRepair.ts';
import { type MakePorts, makeDocument } from './makeDocument.ts';
import { type ContentPorts, contentOf, type ToldEvent } from './outboundContent.ts';

export type OutboundPorts = FeedWorkerPorts &
  MakePorts &
  ContentPorts & {
    readonly catalog: Pick<CatalogFollower, 'current' | 'waitFor'>;
    readonly write: DocumentWriter;
  };

/** The worker, and the consumer of what it cannot get past. */
export const documentsConsumer = 'partner-documents';

const kinds = {
  OrderAccepted: '855',
  TransactionSetTaken: '865',
  ShipmentConfirmed: '856',
  InvoiceIssued: '810',
} as const;
/** GS01 of each. */
const functionalIds = { 855: 'PR', 865: 'CA', 856: 'SH', 810: 'IN' } as const;

/** An answer to changes may have to wait for a warehouse, and holds up nothing else of its order. */
const keyOf = (event: ToldEvent, { partner }: Partner): string => {
  const { bu, orderId } = event.data;
  const key = `edi:${bu}.${partner}:${orderId}`;
  return event.type === 'TransactionSetTaken' ? `${key}:${event.data.interchange}.${event.data.place}` : key;
};

const isTold = (event: RecordedDomainEvent): event is ToldEvent =>
  Object.hasOwn(kinds, event.type) && (event.type !== 'TransactionSetTaken' || event.data.outcome === 'CHANGE');

const partnersTold = (catalog: Catalog, event: ToldEvent): readonly Partner[] =>
  partnersOfCustomer(catalog, event.data.bu, event.data.soldTo).filter(
    ({ active, sends, partner }) =>
      active &&
      sends.includes(kinds[event.type]) &&
      // A change is answered to whoever asked for it.
      (event.type !== 'TransactionSetTaken' || event.data.partner === partner),
  );

const partnerWords = (catalog: Catalog, { bu, partner }: Partner): PartnerWords => {
  const theirs = (kind: Parameters<typeof crossReferenceOf>[3]): ReadonlyMap<string, string> =>
    wordsOf(crossReferenceOf(catalog, bu, partner, kind)?.entries ?? []).theirs;
  const [items, uoms, shipTos, charges] = [theirs('ITEM'), theirs('UOM'), theirs('SHIP_TO'), theirs('CHARGE')];
  const uom = (ours: string): string => uoms.get(ours) ?? ours;
  return {
    item: (ours) => items.get(ours) ?? ours,
    uom,
    baseUomOf: (item) => uom(itemOf(catalog, bu, item)?.baseUom ?? 'EA'),
    shipTo: (ours) => shipTos.get(ours) ?? ours,
    charge: (ours) => charges.get(ours),
  };
};

const referenceOf = (event: ToldEvent): string => {
  if (event.type === 'InvoiceIssued') return event.data.number;
  return event.type === 'ShipmentConfirmed' ? event.data.shipmentId : event.data.customerPo;
};

type InTurn = (key: string, work: () => Promise<void>) => Promise<void>;

/** Documents of one partner are numbered one after the other: at the same time they would only take numbers from each other. */
const takingTurns = (): InTurn => {
  const last = new Map<string, Promise<void>>();
  return (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work);
    last.set(
      key,
      mine.catch(() => {}),
    );
    return mine;
  };
};

/** However often it is made, it is one. */
const documentIdOf = (eventId: string, partner: string): string =>
  derivedUlid(`partner document:${eventId}:${partner}`);

const make = async (ports: OutboundPorts, inTurn: InTurn, event: ToldEvent, partner: Partner): Promise<void> => {
  const { bu, soldTo } = partner;
  const content = await contentOf(ports, event);
  const documentId = documentIdOf(event.eventId, partner.partner);
  const words = partnerWords(ports.catalog.current(), partner);
  const at = ports.clock();
  const { kind } = content;
  const document = {
    ...{ bu, partner: partner.partner, soldTo, documentId, kind, functionalId: functionalIds[kind] },
    ...{ orderId: event.data.orderId, reference: referenceOf(event), ...acknowledgementOf(partner) },
    write: (controlNumber: number) => ports.write(content, { partner, words, documentId, controlNumber, at }),
  };
  const context = {
    ...{ commandId: `${event.eventId}:edi`, occurredAt: at },
    ...{ correlationId: event.metadata.$correlationId, causationId: event.eventId },
    actor: { kind: 'SYSTEM', id: 'edi', roles: [] } as const,
    source: { system: 'throughline' },
  };
  await inTurn(`${bu}.${partner.partner}`, async () => {
    await makeDocument(ports, document, context);
  });
};

/** Whoever was defined as a partner before something happened is known when it is looked at. Costs nothing while nobody is. */
const withPartners = (feed: EventFeed, catalog: OutboundPorts['catalog']): EventFeed => ({
  ...feed,
  readAfter: async (position, limit, filter) => {
    const page = await feed.readAfter(position, limit, filter);
    if (page.events.length > 0 && catalog.current().partners !== null) await catalog.waitFor(page.throughPosition);
    return page;
  },
});

/**
 * Follows the log and makes what EDI partners are sent: 855 of an accepted order, 856 of goods that left, 810 of an invoice.
 * The documents of one order are made one after the other, and one that cannot be made holds up its order only.
 */
export const createOutboundDocuments = (ports: OutboundPorts) => {
  const inTurn = takingTurns();
  const told = (event: RecordedDomainEvent) =>
    isTold(event)
      ? partnersTold(ports.catalog.current(), event).map((partner) => ({ event, partner, key: keyOf(event, partner) }))
      : [];
  return createFeedWorker(
    {
      name: documentsConsumer,
      categories: ['order', 'inbox', 'shipment', 'invoice'],
      keysOf: (event) => told(event).map(({ key }) => key),
      handle: async (key, event) => {
        for (const one of told(event)) if (one.key === key) await make(ports, inTurn, one.event, one.partner);
      },
    },
    { ...ports, feed: withPartners(ports.feed, ports.catalog) },
  );
};

/** What going on with a lane would make: nobody outside is told before a gateway fetches it. */
export const previewDocuments = async (laneKey: string, held: readonly HeldItem[]): Promise<Foreseen> => {
  const [, partner = ''] = /^edi:[^.:]+\.([^.:]+):/.exec(laneKey) ?? [];
  const messages = held.flatMap(({ item, what, detail }) => {
    const step = Object.entries(kinds).find(([type]) => type === what)?.[1];
    if (step === undefined) return [];
    const about = { payload: null, produced: 'UNKNOWN', document: null, detail: `Last time: ${detail}` } as const;
    return [{ id: documentIdOf(item, partner), step, partner: 'edi', ...about }];
  });
  return { applied: held.length, error: null, messages };
};
