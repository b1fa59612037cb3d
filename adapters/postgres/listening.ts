import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const reconnectDelayMs = 500;
const replyMsMax = 3_000;

export type Heard = {
  readonly payload: string;
  /** Sent by this very connection. */
  readonly own: boolean;
};

export type Listening = {
  /** Undefined: not connected now. */
  readonly client: () => pg.Client | undefined;
  readonly close: () => Promise<void>;
};

/**
 * Keeps one connection listening at a channel, and connects again for as long as nobody closes it. `onListening` runs whenever it
 * begins to listen: what was sent while nobody did is lost.
 */
export const listenTo = (options: {
  readonly connectionString: string;
  readonly channel: string;
  readonly applicationName: string;
  readonly onListening: () => void;
  readonly onHeard: (heard: Heard) => void;
}): Listening => {
  const { connectionString, channel, applicationName, onListening, onHeard } = options;
  const closing = new AbortController();
  let client: pg.Client | undefined;

  const connect = async (): Promise<pg.Client> => {
    const next = new pg.Client({
      connectionString,
      // A lost notification costs a poll, so its commit need not wait for the disk.
      options: '-c synchronous_commit=off',
      application_name: applicationName,
      ...{ connectionTimeoutMillis: replyMsMax, query_timeout: replyMsMax, keepAlive: true },
    });
    next.on('error', () => {});
    next.on('notification', ({ processId, payload = '' }) =>
      onHeard({ payload, own: processId === (next as unknown as { processID: number | null }).processID }),
    );
    await next.connect();
    await next.query(`listen ${channel}`);
    return next;
  };

  const keepListening = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        client = await connect();
        onListening();
        const listening = client;
        await new Promise<void>((resolve) => {
          listening.once('end', resolve);
          closing.signal.addEventListener('abort', () => resolve(), { once: true });
          // Closed while it was connecting: that event has passed.
          if (closing.signal.aborted) resolve();
        });
      } catch {
        // The database is away; whoever waits polls, and this connection is tried again.
      }
      await delay(reconnectDelayMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  const listening = keepListening();

  return {
    client: () => client,
    close: async () => {
      closing.abort();
      await listening;
      await client?.end().catch(() => {});
    },
  };
};
