import type { EventFeed, Position, Recorded } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { ProjectionDatabase } from '../advance.ts';
import { type LogPage, readPast } from '../logReader.ts';

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
};

/** Small enough for constant memory. */
const eventsPerPageDefault = 2_000;

export type Page = LogPage & { readonly from: Position | 'start' };

/** The events after `from`, not beyond `until`. An event that this program does not know stops the rebuild. */
export const readPage = async (
  { feed, decode, eventsPerPage = eventsPerPageDefault }: Omit<ReplaySource, 'db'>,
  from: Position | 'start',
  until: Position | 'start',
  unhandled: readonly string[] = [],
): Promise<Page> => {
  if (until === 'start' || (from !== 'start' && from >= until))
    return { from, events: [], through: from, atHead: true };
  const answer = await readPast(feed, from, eventsPerPage, unhandled);
  const within = answer.events.filter(({ position }) => position <= until);
  const reached =
    within.length < answer.events.length || answer.throughPosition === 'start' || answer.throughPosition >= until;
  return { from, events: within.map(decode), through: reached ? until : answer.throughPosition, atHead: reached };
};
