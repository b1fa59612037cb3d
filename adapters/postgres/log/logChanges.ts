import { setTimeout as delay } from 'node:timers/promises';
import { listenTo } from '../listening.ts';
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

/**
 * Keeps one connection listening, reconnecting for as long as the log is open, and sends on the same connection.
 * `onOthers` runs before the readers are woken for what others have written, or may have.
 */
export const createLogChanges = (connectionString: string, onOthers: () => void): LogChanges => {
  const { wake, changed } = createWakeups(waitMsMax);
  const announcements = listenTo({
    connectionString,
    channel,
    applicationName: 'throughline-changes',
    // What was appended while nobody listened is found now.
    onListening: () => {
      onOthers();
      wake();
    },
    onHeard: ({ own }) => {
      if (own) return;
      onOthers();
      wake();
    },
  });
  let announcing = false;
  let sending: Promise<unknown> = Promise.resolve();

  const send = async (): Promise<void> => {
    await delay(announceIntervalMs);
    // Cleared before sending: what is committed from here on announces itself again.
    announcing = false;
    await announcements
      .client()
      ?.query(`notify ${channel}`)
      .catch(() => {});
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
    await announcements.close();
  };

  return { changed, announce, close };
};
