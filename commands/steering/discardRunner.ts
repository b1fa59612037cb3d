import type { MessageDiscards } from '../ports.ts';
import { createFeedWorker, type FeedWorkerPorts } from '../workers/feedWorker.ts';

export type DiscardRunnerPorts = FeedWorkerPorts & { readonly discards: Pick<MessageDiscards, 'order'> };

/** Hands what the log says is discarded on to the inboxes that keep it, which let go of it in their own time. */
export const createDiscardRunner = (ports: DiscardRunnerPorts) =>
  createFeedWorker(
    {
      name: 'discards',
      categories: ['discard'],
      keysOf: (event) => (event.type === 'MessagesDiscarded' ? [event.data.discardId] : []),
      handle: async (_key, event) => {
        if (event.type === 'MessagesDiscarded') await ports.discards.order(event.data.messages);
      },
    },
    ports,
  );
