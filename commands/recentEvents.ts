import { categoryOf, type Position, type Recorded, type StreamName } from '../domain/eventLog.ts';

/** The events of a stream from its first one on, as far as they passed by; undefined when that one did not, or was let go. */
export type RecentEvents = (stream: StreamName) => readonly Recorded[] | undefined;

type Page = {
  readonly after: Position | 'start';
  readonly events: readonly Recorded[];
  readonly through: Position | 'start';
};

/** What steps look up again of the documents that they are at. */
const categories: ReadonlySet<string> = new Set(['order', 'allocation', 'shipment']);
const eventsMaxDefault = 6_000;
/** A longer stream is no document that is soon done with. */
const eventsOfStreamMax = 100;

/**
 * Young streams in memory, told by the tail of the log: what once happened is the same for ever, so an event that is found
 * here need not be read. One that is not found may be in the log all the same.
 */
export const createRecentEvents = (eventsMax = eventsMaxDefault) => {
  /** Oldest stream first. */
  const streams = new Map<StreamName, Recorded[]>();
  let size = 0;
  let through: Position | 'start' | undefined;

  const drop = (stream: StreamName): void => {
    size -= streams.get(stream)?.length ?? 0;
    streams.delete(stream);
  };

  const take = (event: Recorded): void => {
    const { stream, revision } = event;
    if (!categories.has(categoryOf(stream))) return;
    const known = streams.get(stream);
    if (known === undefined && revision === 0) streams.set(stream, [event]);
    else if (known?.length === revision && revision < eventsOfStreamMax) known.push(event);
    else {
      drop(stream);
      return;
    }
    size += 1;
  };

  const observe = ({ after, events, through: to }: Page): void => {
    // The tail begins anew: what lies in between is not known, so nothing here is whole.
    if (after !== through) for (const stream of [...streams.keys()]) drop(stream);
    through = to;
    for (const event of events) take(event);
    for (const stream of streams.keys()) {
      if (size <= eventsMax) return;
      drop(stream);
    }
  };

  const recent: RecentEvents = (stream) => streams.get(stream);

  return { observe, recent };
};
