import type { StreamName } from '../../domain/eventLog.ts';

export type RoomLimits = {
  readonly streamsMax: number;
  /** Memory of all states in the room together, by estimate. */
  readonly bytesMax: number;
};

/**
 * A state counts for at most this part of its room. One giant needs its memory wherever it is kept, and to read it again
 * costs the most of all: it must not send away what little the others take, nor they it.
 */
const largestShare = 1 / 4;

/** What was used last, as far as the limits allow. */
export const createStateRoom = <Held extends { readonly bytes: number }>({ streamsMax, bytesMax }: RoomLimits) => {
  /** The one used longest ago first. */
  const streams = new Map<StreamName, Held>();
  let bytesHeld = 0;

  const counted = (held: Held | undefined): number => Math.min(held?.bytes ?? 0, bytesMax * largestShare);

  const drop = (stream: StreamName): void => {
    bytesHeld -= counted(streams.get(stream));
    streams.delete(stream);
  };

  /** Makes `stream` the one used last and lets go of the oldest ones beyond the limits. */
  const put = (stream: StreamName, held: Held): void => {
    drop(stream);
    streams.set(stream, held);
    bytesHeld += counted(held);
    for (const oldest of streams.keys()) {
      if (streams.size <= streamsMax && bytesHeld <= bytesMax) return;
      drop(oldest);
    }
  };

  const clear = (): void => {
    streams.clear();
    bytesHeld = 0;
  };

  return {
    get: (stream: StreamName): Held | undefined => streams.get(stream),
    put,
    drop,
    clear,
  };
};
