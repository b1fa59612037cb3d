import { functionalIds } from '../../domain/edi/documentKinds.ts';
import type { EventFeed } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { acknowledgementOf } from '../../domain/masterData/partners.ts';
import { toDomain } from '../codec.ts';
import { derivedUlid } from '../eventIds.ts';
import type { DocumentWriter, HeldItem } from '../ports.ts';
import type { Foreseen } from '../steering/workerRepair.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import { createFeedWorker, type FeedWorkerPorts } from '../workers/feedWorker.ts';
import { Later } from '../workers/trouble.ts';
import { type MakePorts, makeDocument } from './makeDocument.ts';
import { type ContentPorts, contentOf } from './outboundContent.ts';
import { partnerWords } from './partnerWords.ts';
import { referenceOf, type Told, toldKinds, toldOf } from './toldEvents.ts';
import {
  answeredSet,
  createPageAnswers,
  decidedChange,
  type WaitingAnswers,
  waitingAnswerOf,
} from './waitingAnswers.ts';

export type OutboundPorts = FeedWorkerPorts &
  MakePorts &
  ContentPorts & {
    readonly catalog: Pick<CatalogFollower, 'current' | 'waitFor'>;
    readonly write: DocumentWriter;
    readonly waiting: WaitingAnswers;
  };

/** The worker, and the consumer of what it cannot get past. */
export const documentsConsumer = 'partner-documents';

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

const make = async (ports: OutboundPorts, inTurn: InTurn, { event, partner }: Told): Promise<void> => {
  const { bu, soldTo } = partner;
  const content = await contentOf(ports, event, partner);
  if (content === undefined) return;
  const documentId = documentIdOf(event.eventId, partner.partner);
  const words = partnerWords(ports.catalog.current(), partner);
  const at = ports.clock();
  const { kind } = content;
  const document = {
    ...{ bu, partner: partner.partner, soldTo, documentId, kind, functionalId: functionalIds[kind] },
    ...{ orderId: 'orderId' in event.data ? event.data.orderId : null, reference: referenceOf(event) },
    ...acknowledgementOf(partner),
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

/**
 * An answer may wait for days, for a warehouse or for credit. It is noted and not kept in the lane, so that the worker's place in
 * the log goes on; the event that decides the last of its changes brings it again.
 */
const makeOrNote = async (ports: OutboundPorts, inTurn: InTurn, told: Told): Promise<void> => {
  const { key, event } = told;
  if (event.type !== 'TransactionSetTaken') return make(ports, inTurn, told);
  try {
    await make(ports, inTurn, told);
  } catch (error) {
    if (!(error instanceof Later)) throw error;
    return ports.waiting.note(waitingAnswerOf(key, event));
  }
  await ports.waiting.forget(key);
};

const bringAnswer = async (ports: OutboundPorts, inTurn: InTurn, key: string, changeId: string): Promise<void> => {
  for (const answer of await ports.waiting.waitingFor([changeId])) {
    if (answer.key !== key) continue;
    const event = await answeredSet(ports.store, answer);
    const told = toldOf(ports.catalog.current(), event).find((one) => one.key === key);
    // Whoever asked is sent nothing any more.
    if (told === undefined) await ports.waiting.forget(key);
    else await makeOrNote(ports, inTurn, told);
  }
};

/** All that a partner lists is told as it is when it is written, so of several that wait the newest says everything. */
const isSuperseded = (event: RecordedDomainEvent, later: readonly RecordedDomainEvent[]): boolean =>
  event.type === 'StockAdviceRequested' &&
  later.some((one) => one.type === 'StockAdviceRequested' && one.data.scope === 'ALL');

type PageAnswers = ReturnType<typeof createPageAnswers>;

/** Whoever was defined as a partner before something happened is known when it is looked at. Costs nothing while nobody is. */
const withPartners = (feed: EventFeed, catalog: OutboundPorts['catalog'], answers: PageAnswers): EventFeed => ({
  ...feed,
  readAfter: async (position, limit, filter) => {
    const page = await feed.readAfter(position, limit, filter);
    if (page.events.length === 0 || catalog.current().partners === null) return page;
    await catalog.waitFor(page.throughPosition);
    const sets = page.events.filter(({ type }) => type === 'TransactionSetTaken').map(toDomain);
    const told = sets.flatMap((event) => toldOf(catalog.current(), event));
    await answers.look(
      page.events,
      told.flatMap(({ key, event }) => (event.type === 'TransactionSetTaken' ? [waitingAnswerOf(key, event)] : [])),
    );
    return page;
  },
});

/**
 * Follows the log and makes what EDI partners are sent: 855 of an accepted order, 865 of an 860 whose changes are decided, 856 of
 * goods that left, 810 of an invoice, 846 of stock. The documents of one order are made one after the other, and one that cannot
 * be made holds up its order only.
 */
export const createOutboundDocuments = (ports: OutboundPorts) => {
  const inTurn = takingTurns();
  const answers = createPageAnswers(ports.waiting);
  return createFeedWorker(
    {
      name: documentsConsumer,
      categories: ['order', 'inbox', 'shipment', 'invoice', 'stockadvice'],
      keysOf: (event) => [...toldOf(ports.catalog.current(), event).map(({ key }) => key), ...answers.keysOf(event)],
      handle: async (key, event, later) => {
        if (isSuperseded(event, later)) return;
        const changeId = decidedChange(event);
        if (changeId !== undefined) return bringAnswer(ports, inTurn, key, changeId);
        for (const told of toldOf(ports.catalog.current(), event))
          if (told.key === key) await makeOrNote(ports, inTurn, told);
      },
    },
    { ...ports, feed: withPartners(ports.feed, ports.catalog, answers) },
  );
};

/** What going on with a lane would make: nobody outside is told before a gateway fetches it. */
export const previewDocuments = async (laneKey: string, held: readonly HeldItem[]): Promise<Foreseen> => {
  const [, partner = ''] = /^edi:[^.:]+\.([^.:]+):/.exec(laneKey) ?? [];
  const messages = held.flatMap(({ item, what, detail }) => {
    const step = Object.entries(toldKinds).find(([type]) => type === what)?.[1];
    if (step === undefined) return [];
    const about = { payload: null, produced: 'UNKNOWN', document: null, detail: `Last time: ${detail}` } as const;
    return [{ id: documentIdOf(item, partner), step, partner: 'edi', ...about }];
  });
  return { applied: held.length, error: null, messages };
};
