import type { EventFeed, Position, Recorded } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { ProjectionDatabase } from '../advance.ts';
import { decoded, type LogPage, readPast } from '../logReader.ts';

export type ReplaySource = {
  readonly db: ProjectionDatabase;
  readonly feed: Pick<EventFeed, 'readAfter' | 'readAfterWithout'>;
  /** Every type that `decode` knows, so that what nobody here handles need not be read. Absent: everything is read. */
  readonly knownTypes?: readonly string[];
  /** Today's shape of a stored event; throws for one that this program does not know. */
  readonly decode: (recorded: Recorded) => RecordedDomainEvent;
  /** Folded at once. */
  readonly eventsPerPage?: number;
  /** Rows that wait are written after so many pages at the latest. */
  readonly pagesPerWrite?: number;
  /** Whether what comes after this page is better followed page by page, however much it is. Default: never. */
  readonly isNear?: (page: LogPage) => boolean;
};

/** Small enough for constant memory. */
const eventsPerPageDefault = 2_000;

export type Page = LogPage & { readonly from: Position | 'start' };

/** Where a replay ends: there, or where the log ends by then. */
export type Until = Position | 'start' | 'head';

type PageSource = Omit<ReplaySource, 'db'>;

const pageToHead = async (
  { feed, decode, eventsPerPage = eventsPerPageDefault }: PageSource,
  from: Position | 'start',
  unhandled: readonly string[],
): Promise<Page> => {
  const answer = await readPast(feed, from, eventsPerPage, unhandled);
  return { from, ...decoded(from, answer, answer.events.length < eventsPerPage, decode) };
};

const pageWithin = async (
  { feed, decode, eventsPerPage = eventsPerPageDefault }: PageSource,
  from: Position | 'start',
  until: Position,
  unhandled: readonly string[],
): Promise<Page> => {
  const answer = await readPast(feed, from, eventsPerPage, unhandled);
  const within = answer.events.filter(({ position }) => position <= until);
  const reached =
    within.length < answer.events.length || answer.throughPosition === 'start' || answer.throughPosition >= until;
  return { from, events: within.map(decode), through: reached ? until : answer.throughPosition, atHead: reached };
};

/**
 * The events after `from`, not beyond `until`. An event that this program does not know is thrown; on the way to the head
 * the page ends before it and says so.
 */
export const readPage = async (
  source: PageSource,
  from: Position | 'start',
  until: Until,
  unhandled: readonly string[] = [],
): Promise<Page> => {
  if (until === 'head') return pageToHead(source, from, unhandled);
  return until === 'start' || (from !== 'start' && from >= until)
    ? { from, events: [], through: from, atHead: true }
    : pageWithin(source, from, until, unhandled);
};
