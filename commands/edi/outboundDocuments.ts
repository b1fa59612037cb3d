import type { EventFeed } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { toDomain } from '../codec.ts';
import { createDiscarding, type DiscardingPorts } from '../inbox/warehouseDiscards.ts';
import { keepGoing, waitOf } from '../keepGoing.ts';
import type { HeldItem, MessageDiscards } from '../ports.ts';
import type { Foreseen } from '../steering/workerRepair.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import { createFeedWorker, type FeedWorkerPorts } from '../workers/feedWorker.ts';
import { createToldMaker, documentIdOf, type ToldPorts } from './makeTold.ts';
import { partnerOfLane, toldKinds, toldOf } from './toldEvents.ts';
import { discardsOfUnmade, documentsConsumer, retryUnmade } from './unmadeDocuments.ts';
import { answeredSet, createPageAnswers, decidedChange, waitingAnswerOf } from './waitingAnswers.ts';

export type OutboundPorts = FeedWorkerPorts &
  ToldPorts & {
    readonly catalog: Pick<CatalogFollower, 'current' | 'waitFor'>;
    readonly controls?: FeedWorkerPorts['controls'] & DiscardingPorts['controls'];
    readonly discards: Pick<MessageDiscards, 'carriedOut'>;
  };

type Maker = ReturnType<typeof createToldMaker>;

/** The event that decides the last of its changes brings an answer that waits. */
const bringAnswer = async (ports: OutboundPorts, maker: Maker, key: string, changeId: string): Promise<void> => {
  for (const answer of await ports.waiting.waitingFor([changeId])) {
    if (answer.key !== key) continue;
    const event = await answeredSet(ports.store, answer);
    const told = toldOf(ports.catalog.current(), event).find((one) => one.key === key);
    // Whoever asked is sent nothing any more.
    if (told === undefined) await ports.waiting.forget(key);
    else await maker.makeOrNote(told);
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

const retryEveryMs = 2_000;

/**
 * Follows the log and makes what EDI partners are sent: 855 of an accepted order, 865 of an 860 whose changes are decided, 856 of
 * goods that left, 810 of an invoice, 846 of stock. The documents of one order are made one after the other. One that the
 * partner's format has no way to say is set aside and tried again beside them (`retry`) until somebody gives it up, and the others go on.
 */
export const createOutboundDocuments = (ports: OutboundPorts) => {
  const maker = createToldMaker(ports);
  const answers = createPageAnswers(ports.waiting);
  const worker = createFeedWorker(
    {
      name: documentsConsumer,
      categories: ['order', 'inbox', 'shipment', 'invoice', 'stockadvice'],
      keysOf: (event) => [...toldOf(ports.catalog.current(), event).map(({ key }) => key), ...answers.keysOf(event)],
      handle: async (key, event, later) => {
        if (isSuperseded(event, later)) return;
        const changeId = decidedChange(event);
        if (changeId !== undefined) return bringAnswer(ports, maker, key, changeId);
        for (const told of toldOf(ports.catalog.current(), event)) if (told.key === key) await maker.makeOrNote(told);
      },
    },
    { ...ports, feed: withPartners(ports.feed, ports.catalog, answers) },
  );
  const ofUnmade = {
    ...discardsOfUnmade(ports.unmade, ports.discards),
    ...(ports.controls && { controls: ports.controls }),
  };
  const discard = createDiscarding(documentsConsumer, ofUnmade, () => {});
  const retry = async (signal: AbortSignal): Promise<boolean> => {
    await discard();
    return retryUnmade({ ...ports, make: maker.make }, signal);
  };
  return {
    step: worker.step,
    retry,
    run: async (signal: AbortSignal): Promise<void> => {
      await Promise.all([
        worker.run(signal),
        keepGoing({ step: retry, changed: waitOf(retryEveryMs), onError: ports.onError }, signal),
      ]);
    },
  };
};

/** What going on with a lane would make: nobody outside is told before a gateway fetches it. */
export const previewDocuments = async (laneKey: string, held: readonly HeldItem[]): Promise<Foreseen> => {
  const partner = partnerOfLane(laneKey);
  const messages = held.flatMap(({ item, what, detail }) => {
    const step = Object.entries(toldKinds).find(([type]) => type === what)?.[1];
    if (step === undefined) return [];
    const about = { payload: null, produced: 'UNKNOWN', document: null, detail: `Last time: ${detail}` } as const;
    return [{ id: documentIdOf(item, partner), step, partner: 'edi', ...about }];
  });
  return { applied: held.length, error: null, messages };
};
