import type { EventFeed, Position, Recorded } from '../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../domain/events.ts';

export type LogPage = {
  readonly events: readonly RecordedDomainEvent[];
  readonly through: Position | 'start';
  /** Nothing was after `through` when this was read. */
  readonly atHead: boolean;
  /** The event after `through` that this program does not know. The reader must stop there. */
  readonly unknown?: unknown;
};

/** Reads the log for several projections: what one has read, another that is at the same place need not read again. */
export type LogReader = {
  readonly after: (position: Position | 'start') => Promise<LogPage>;
  /** Nobody who asks here has read further. */
  readonly isFurthest: (position: Position | 'start') => boolean;
};

const eventsFirst = 250;
const eventsMax = 5_000;
/** Lines of orders, shipments and invoices weigh; a page of heavy events is followed by a shorter one. */
const weightMax = 20_000;
const pagesKeptMax = 4;

type Kept = { readonly from: Position | 'start'; readonly page: LogPage };

/** Events and their lines. */
export const weightOf = (events: readonly { readonly data: unknown }[]): number =>
  events.reduce((sum, { data }) => {
    const { lines } = data as { readonly lines?: unknown };
    return sum + 1 + (Array.isArray(lines) ? lines.length : 0);
  }, 0);

const isAfter = (position: Position, place: Position | 'start'): boolean => place === 'start' || position > place;

/** Decodes until the first event that this program does not know. */
export const decoded = (
  from: Position | 'start',
  read: { readonly events: readonly Recorded[]; readonly throughPosition: Position | 'start' },
  atHead: boolean,
  decode: (recorded: Recorded) => RecordedDomainEvent,
): LogPage => {
  const events: RecordedDomainEvent[] = [];
  for (const recorded of read.events) {
    try {
      events.push(decode(recorded));
    } catch (unknown) {
      return { events, through: events.at(-1)?.position ?? from, atHead: false, unknown };
    }
  }
  return { events, through: read.throughPosition, atHead };
};

/** The part of a kept page that lies after `position`, when the page covers it. */
const partOf = ({ from, page }: Kept, position: Position | 'start'): LogPage | undefined => {
  const covers =
    position === from ||
    (position !== 'start' && isAfter(position, from) && page.through !== 'start' && position < page.through);
  if (!covers || page.events.length === 0) return undefined;
  if (position === from) return page;
  return { ...page, events: page.events.filter((event) => isAfter(event.position, position)) };
};

/** Reads on and passes over events of `types`, where the log can do that. */
export const readPast = (
  feed: Pick<EventFeed, 'readAfter' | 'readAfterWithout'>,
  position: Position | 'start',
  limit: number,
  types: readonly string[],
): ReturnType<EventFeed['readAfter']> =>
  types.length === 0 || feed.readAfterWithout === undefined
    ? feed.readAfter(position, limit)
    : feed.readAfterWithout(position, limit, types);

/** `unhandled`: types that none of its readers wants to see. */
export const createLogReader = (
  feed: Pick<EventFeed, 'readAfter' | 'readAfterWithout'>,
  decode: (recorded: Recorded) => RecordedDomainEvent,
  unhandled: readonly string[] = [],
): LogReader => {
  let kept: readonly Kept[] = [];
  let limit = eventsFirst;
  let furthest: Position | 'start' = 'start';
  const reading = new Map<string, Promise<LogPage>>();

  const read = async (position: Position | 'start'): Promise<LogPage> => {
    const asked = limit;
    const answer = await readPast(feed, position, asked, unhandled);
    const full = answer.events.length >= asked;
    const weight = weightOf(answer.events);
    if (full || weight > weightMax)
      limit = Math.max(1, Math.min(eventsMax, asked * 2, Math.floor((asked * weightMax) / Math.max(1, weight))));
    const page = decoded(position, answer, !full, decode);
    if (page.through !== 'start' && isAfter(page.through, furthest)) furthest = page.through;
    if (page.events.length > 0) kept = [{ from: position, page }, ...kept].slice(0, pagesKeptMax);
    return page;
  };

  const after = async (position: Position | 'start'): Promise<LogPage> => {
    for (const candidate of kept) {
      const part = partOf(candidate, position);
      if (part !== undefined) return part;
    }
    const begun = reading.get(position);
    const shared = begun === undefined ? undefined : await begun.catch(() => undefined);
    // A read that began before our wake-up may have missed what woke us; only its finds are worth sharing.
    if (shared !== undefined && shared.events.length > 0) return shared;
    const own = read(position);
    reading.set(position, own);
    try {
      return await own;
    } finally {
      if (reading.get(position) === own) reading.delete(position);
    }
  };

  return { after, isFurthest: (position) => furthest === 'start' || !isAfter(furthest, position) };
};
