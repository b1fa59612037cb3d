import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createWakeups } from '../wakeups.ts';

export type LogChanges = {
  /** Resolves after the next change, after a bounded wait, or when `signal` aborts. */
  readonly changed: (signal: AbortSignal) => Promise<void>;
  /** To be called after a local commit: wakes this process at once and the others soon. */
  readonly announce: () => void;
  readonly close: () => Promise<void>;
};

const channel = 'throughline_log';
/** Notifications may be lost with a connection, so readers look again after this long in any case. */
const waitMsMax = 500;
/** A notification takes a server-wide lock at commit: they are sent apart from the appends and not more often than this. */
const announceIntervalMs = 10;
/** The readers of this process are woken at once, but under load not for every commit: each look costs a statement. */
const wakeIntervalMs = 5;
const reconnectDelayMs = 500;
const replyMsMax = 3_000;

/**
 * Keeps one connection listening, reconnecting for as long as the log is open, and sends on the same connection.
 * `onOthers` runs before the readers are woken for what others have written, or may have.
 */
export const createLogChanges = (connectionString: string, onOthers: () => void): LogChanges => {
  const { wake, changed } = createWakeups(waitMsMax);
  const closing = new AbortController();
  let client: pg.Client | undefined;
  let announcing = false;
  let sending: Promise<unknown> = Promise.resolve();

  const connect = async (): Promise<pg.Client> => {
    // A lost notification costs a poll, so its commit need not wait for the disk.
    const options = '-c synchronous_commit=off';
    const application_name = 'throughline-changes';
    const limits = { connectionTimeoutMillis: replyMsMax, query_timeout: replyMsMax, keepAlive: true };
    const next = new pg.Client({ connectionString, options, application_name, ...limits });
    next.on('error', () => {});
    next.on('notification', (message) => {
      if (message.processId === (next as unknown as { processID: number | null }).processID) return;
      onOthers();
      wake();
    });
    await next.connect();
    await next.query(`listen ${channel}`);
    return next;
  };

  const keepListening = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        client = await connect();
        // What was appended while nobody listened is found now.
        onOthers();
        wake();
        const listening = client;
        await new Promise<void>((resolve) => {
          listening.once('end', resolve);
          closing.signal.addEventListener('abort', () => resolve(), { once: true });
          // Closed while it was connecting: that event has passed.
          if (closing.signal.aborted) resolve();
        });
      } catch {
        // The database is away; polling goes on and this connection is tried again.
      }
      await delay(reconnectDelayMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  const listening = keepListening();

  const send = async (): Promise<void> => {
    await delay(announceIntervalMs);
    // Cleared before sending: what is committed from here on announces itself again.
    announcing = false;
    await client?.query(`notify ${channel}`).catch(() => {});
  };

  let resting = false;
  let wanted = false;
  const wakeReaders = (): void => {
    wanted = resting;
    if (resting) return;
    wake();
    resting = true;
    setTimeout(() => {
      resting = false;
      if (wanted) wakeReaders();
    }, wakeIntervalMs);
  };

  const announce = (): void => {
    wakeReaders();
    if (announcing) return;
    announcing = true;
    sending = sending.then(send);
  };

  const close = async (): Promise<void> => {
    // The last announcement still goes out: other processes should not have to wait for their next look.
    await sending;
    closing.abort();
    await listening;
    await client?.end().catch(() => {});
  };

  return { changed, announce, close };
};
