import { type EventFeed, LogUnavailable, type Position } from '../../domain/eventLog.ts';
import { applyToCatalog, type Catalog, emptyCatalog } from '../../domain/masterData/catalog.ts';
import { toDomain } from '../codec.ts';
import { keepGoing } from '../keepGoing.ts';

export type CatalogFollower = {
  /** Master data as far as it has been read; replaced as a whole, never changed in place. */
  readonly current: () => Catalog;
  /** Reads everything there is. Throws `LogUnavailable`, `UnknownEvent`. */
  readonly ready: () => Promise<void>;
  /** Resolves when the catalogue holds everything up to `position`, which must be in the log. Throws as `ready`. */
  readonly waitFor: (position: string) => Promise<void>;
  /** Follows the log until `signal` aborts, so that another instance's definitions are here within milliseconds. */
  readonly run: (signal: AbortSignal) => Promise<void>;
};

const categories = ['item', 'customer', 'node', 'pricelist', 'policy', 'bu', 'partner', 'xref'];
const pageEventsMax = 1_000;
/** What is committed shows at once; a feed that reads through a cache may be a moment behind. */
const waitMsMax = 3_000;

/** Keeps the catalogue of master data in memory: validation, pricing and sourcing look things up without a call. */
export const createCatalogFollower = (
  feed: EventFeed,
  onError: (error: unknown, failures: number) => void,
  /** What `run` reads: it may be a moment behind `feed`, which whoever waits for a definition asks. */
  followed: EventFeed = feed,
): CatalogFollower => {
  let catalog = emptyCatalog;
  let through: Position | 'start' = 'start';
  let reading: Promise<unknown> = Promise.resolve();

  /** True when there is more. */
  const readPage = async (from: EventFeed): Promise<boolean> => {
    const page = await from.readAfter(through, pageEventsMax, { categories });
    catalog = page.events.map(toDomain).reduce(applyToCatalog, catalog);
    through = page.throughPosition;
    return page.events.length === pageEventsMax;
  };

  /** One page at a time: two readers at once would take in the same events and step back. */
  const readMore = (from: EventFeed = feed, onBegin?: () => void): Promise<boolean> => {
    const read = (): Promise<boolean> => {
      onBegin?.();
      return readPage(from);
    };
    const mine = reading.then(read, read);
    reading = mine.catch(() => {});
    return mine;
  };

  /** Not begun yet, so it shows all who asked before what was in the log by then: a flood of unknown names is one read, not many in a row. */
  let next: Promise<boolean> | undefined;
  const readNext = (): Promise<boolean> => {
    next ??= readMore(feed, () => {
      next = undefined;
    });
    return next;
  };

  const ready = async (): Promise<void> => {
    while (await readNext());
  };

  const waitFor = async (position: string): Promise<void> => {
    const giveUp = AbortSignal.timeout(waitMsMax);
    while (through === 'start' ? position !== '' : through < position) {
      const before = through;
      await readMore();
      if (through !== before) continue;
      if (giveUp.aborted) throw new LogUnavailable(`the log does not show position ${position}`);
      await feed.changed(giveUp);
    }
  };

  return {
    current: () => catalog,
    ready,
    waitFor,
    run: (signal) => keepGoing({ step: () => readMore(followed), changed: followed.changed, onError }, signal),
  };
};
