import { categoryOf, type Position, type Recorded, type StreamName } from '../../domain/eventLog.ts';
import { memorySize } from './memorySize.ts';

/** The events of a stream from its first one on, as far as they passed by; undefined when that one did not, or was let go. */
export type RecentEvents = (stream: StreamName) => readonly Recorded[] | undefined;

type Page = {
  readonly after: Position | 'start';
  readonly events: readonly Recorded[];
  readonly through: Position | 'start';
};

/** What steps look up again of the documents that they are at. */
const categories: ReadonlySet<string> = new Set(['order', 'allocation', 'shipment']);
/** Events of a ten-line order weigh some 2 kB each: memory holds 4,000 of them, and of the many short ones their number is the limit. */
const recentLimits = { eventsMax: 6_000, bytesMax: 8 * 2 ** 20 };
/** A longer stream is no document that is soon done with. */
const eventsOfStreamMax = 100;

type Young = { readonly events: Recorded[]; bytes: number };

/**
 * Young streams in memory, told by the tail of the log: what once happened is the same for ever, so an event that is found
 * here need not be read. One that is not found may be in the log all the same.
 */
export const createRecentEvents = (changed: Partial<typeof recentLimits> = {}) => {
  const { eventsMax, bytesMax } = { ...recentLimits, ...changed };
  /** Oldest stream first. */
  const streams = new Map<StreamName, Young>();
  let eventsHeld = 0;
  let bytesHeld = 0;
  let through: Position | 'start' | undefined;

  const drop = (stream: StreamName): void => {
    const young = streams.get(stream);
    eventsHeld -= young?.events.length ?? 0;
    bytesHeld -= young?.bytes ?? 0;
    streams.delete(stream);
  };

  const take = (event: Recorded): void => {
    const { stream, revision, data, metadata } = event;
    if (!categories.has(categoryOf(stream))) return;
    const young = streams.get(stream) ?? { events: [], bytes: 0 };
    if (young.events.length !== revision || revision >= eventsOfStreamMax) {
      drop(stream);
      return;
    }
    streams.set(stream, young);
    const bytes = memorySize(data) + memorySize(metadata);
    young.events.push(event);
    young.bytes += bytes;
    eventsHeld += 1;
    bytesHeld += bytes;
  };

  const observe = ({ after, events, through: to }: Page): void => {
    // The tail begins anew: what lies in between is not known, so nothing here is whole.
    if (after !== through) for (const stream of [...streams.keys()]) drop(stream);
    through = to;
    for (const event of events) take(event);
    for (const stream of streams.keys()) {
      if (eventsHeld <= eventsMax && bytesHeld <= bytesMax) return;
      drop(stream);
    }
  };

  const recent: RecentEvents = (stream) => streams.get(stream)?.events;

  return { observe, recent };
};
