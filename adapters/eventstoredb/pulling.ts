import { NoAnswer } from './failures.ts';

/** What the client returns for a read or a subscription: a `Readable` but for a detail of newer types. */
export type Source<Item> = {
  readonly [Symbol.asyncIterator]: () => AsyncIterator<Item>;
  readonly destroy: (error?: Error) => unknown;
  readonly on: unknown;
};

type Emitter = { readonly on: (event: 'error', listener: (error: Error) => void) => void };

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
  (source as unknown as Emitter).on('error', (error) => source.destroy(error));
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
