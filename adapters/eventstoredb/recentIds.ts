import type { StreamName } from '../../domain/eventLog.ts';

export type Place = { readonly stream: StreamName; readonly revision: number };

export type RecentIds = {
  readonly add: (eventId: string, place: Place) => void;
  readonly placeOf: (eventId: string) => Place | undefined;
};

/**
 * Where the events lie that this process read, followed or wrote last. The server notices a repeated event id only at
 * the same place of its stream; a batch that is sent again with the current revision would be written again. Two
 * generations: forgetting costs nothing per entry.
 */
export const createRecentIds = (idsMax: number): RecentIds => {
  let young = new Map<string, Place>();
  let old = new Map<string, Place>();
  return {
    add: (eventId, { stream, revision }) => {
      young.set(eventId, { stream, revision });
      if (young.size * 2 < idsMax) return;
      old = young;
      young = new Map();
    },
    placeOf: (eventId) => young.get(eventId) ?? old.get(eventId),
  };
};
