import type { Wakeups } from '../../commands/ports.ts';
import type { EventFeed, EventStore } from '../../domain/eventLog.ts';
import { createAppending } from './appending.ts';
import { createCatchingUp } from './catchingUp.ts';
import { connectTo } from './connect.ts';
import { createFeed } from './feed.ts';
import { createReading } from './reading.ts';
import { createRecentIds } from './recentIds.ts';
import { createTail } from './tail.ts';

export type EventStoreDbLog = EventStore &
  EventFeed & {
    /** Finishes accepted appends and ends every call. */
    readonly close: () => Promise<void>;
  };

/** A subscription may be dropped without a word, so readers look again after this long in any case. */
const waitMsMax = 500;
const recentIdsMax = 200_000;

/**
 * The event log in EventStoreDB: `EventStore` and `EventFeed` in one. Connects at the first call and again whenever it
 * has to. Throws `ConnectionStringInvalid`.
 */
export const createEventStoreDbLog = (options: {
  readonly connectionString: string;
  /** How readers wait, the same as with a log in Postgres; handed over, for the two folders do not know each other. */
  readonly createWakeups: (waitMsMax: number) => Wakeups;
  /** How long an append of unknown outcome is repeated before the caller gets `LogUnavailable`. */
  readonly repeatMsMax?: number;
  /** How long a subscription may be silent while it catches up before the log is looked at without it. */
  readonly silenceMsMax?: number;
}): EventStoreDbLog => {
  const { client, credentials } = connectTo(options.connectionString);
  const ids = createRecentIds(recentIdsMax);
  const wakeups = options.createWakeups(waitMsMax);
  const reading = createReading(client, ids);
  const catchingUp = createCatchingUp(client, options.silenceMsMax);
  const tail = createTail({ client, findHead: reading.findHead, ids, onNews: wakeups.wake });
  const { repeatMsMax } = options;
  const appending = createAppending({ client, reading, ids, credentials, onAppended: wakeups.wake, repeatMsMax });
  const { readAfter, head } = createFeed({ reading, tail, catchingUp });

  return {
    append: appending.append,
    read: (stream, fromRevision = 0) => reading.readStream(stream, fromRevision),
    readAfter,
    head,
    changed: (signal) => {
      tail.start();
      return wakeups.changed(signal);
    },
    close: async () => {
      await appending.drain();
      await tail.close();
      catchingUp.close();
      await reading.drain();
      await client.dispose();
    },
  };
};
