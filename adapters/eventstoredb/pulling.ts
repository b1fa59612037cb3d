import type { Readable } from 'node:stream';
import { NoAnswer } from './failures.ts';

/** What the client returns for a read or a subscription: a `Readable` but for a detail of newer types. */
export type Source<Item> = {
  readonly [Symbol.asyncIterator]: () => AsyncIterator<Item>;
  readonly destroy: (error?: Error) => unknown;
  readonly on: unknown;
};

type Events = {
  readonly on: ((event: 'error', listener: (error: Error) => void) => unknown) &
    ((event: 'unpipe', listener: (call: Readable) => void) => unknown);
};

/**
 * The items of a call in order. However the iteration ends, the call is ended too: one left open keeps a place on the
 * connection for ever. Throws `NoAnswer` when nothing comes for `silenceMsMax` while the consumer waits.
 */
export async function* pull<Item>(
  source: Source<Item>,
  cancel: () => Promise<void>,
  silenceMsMax = Number.POSITIVE_INFINITY,
): AsyncGenerator<Item> {
  // Attached before anything can fail: without a listener an early error would end the process.
  const events = source as unknown as Events;
  events.on('error', (error) => source.destroy(error));
  // A call that the server has ended is over for the client when its last message was taken, which nobody would do any
  // more: the client would remember it for ever, and wait for it when it is closed.
  events.on('unpipe', (call) => call.resume());
  let waiting = true;
  let over = false;
  const silence = Number.isFinite(silenceMsMax)
    ? setTimeout(() => {
        if (waiting) source.destroy(new NoAnswer(`nothing came for ${silenceMsMax} ms`));
        else silence?.refresh();
      }, silenceMsMax)
    : undefined;
  try {
    for await (const item of source) {
      waiting = false;
      yield item;
      waiting = true;
      silence?.refresh();
    }
    over = true;
  } finally {
    clearTimeout(silence);
    if (!over) void cancel().catch(() => {});
  }
}
