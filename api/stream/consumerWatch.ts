import { keepLooking, waitOf } from '../../commands/keepGoing.ts';
import type { ConsumerState } from '../../projections/eventStream/consumerQueries.ts';
import type { StreamPlace } from '../../projections/eventStream/place.ts';

/** A consumer as it was when somebody began to read for it. */
export type ReadConsumer = Pick<ConsumerState, 'consumerId' | 'revision'>;

type Ports = {
  readonly consumersNow: (consumerIds: readonly string[]) => Promise<readonly ConsumerState[]>;
  readonly onError: (error: unknown, failures: number) => void;
  readonly everyMs: number;
};

/** Who reads for a consumer hears that it was reset or deleted: all of them are looked at in one statement, once in a while. */
export const createConsumerWatch = ({ consumersNow, onError, everyMs }: Ports) => {
  const reading = new Map<AbortController, ReadConsumer>();

  const look = async (): Promise<void> => {
    if (reading.size === 0) return;
    const ids = new Set([...reading.values()].map(({ consumerId }) => consumerId));
    const known = new Map((await consumersNow([...ids])).map((one) => [one.consumerId, one]));
    for (const [turned, { consumerId, revision }] of reading) {
      const now = known.get(consumerId);
      // A replica may not have heard of a consumer yet, or not of its last reset.
      if (now !== undefined && now.revision > revision) turned.abort(now);
    }
  };

  return {
    /** Aborts, with the consumer as it is then as the reason, when it is not what it was. */
    watch: (consumer: ReadConsumer): { readonly turned: AbortSignal; readonly release: () => void } => {
      const turned = new AbortController();
      reading.set(turned, consumer);
      return { turned: turned.signal, release: () => void reading.delete(turned) };
    },
    run: (signal: AbortSignal): Promise<void> => keepLooking({ look, untilNext: waitOf(everyMs), onError }, signal),
  };
};

/** Where a consumer that was reset goes on; undefined: it was deleted, or nothing happened to it. */
export const turnedTo = ({ aborted, reason }: AbortSignal): StreamPlace | undefined => {
  if (!aborted) return undefined;
  const { isDeleted, after } = reason as ConsumerState;
  return isDeleted ? undefined : after;
};
