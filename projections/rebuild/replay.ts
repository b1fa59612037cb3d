import type { EventFeed, Position, Recorded } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { advance, applyPage, type ProjectionDatabase } from '../advance.ts';
import type { Build } from '../build.ts';
import { type Checkpoint, readCheckpoint } from '../checkpoint.ts';
import { isFaultOfEvent, isFaultOfProgram, TooManyDeadLetters } from '../failures.ts';
import type { LogPage } from '../logReader.ts';
import { createRowMemory, type RowMemory } from '../rows.ts';

export type ReplaySource = {
  readonly db: ProjectionDatabase;
  readonly feed: Pick<EventFeed, 'readAfter'>;
  /** Today's shape of a stored event; throws for one that this program does not know. */
  readonly decode: (recorded: Recorded) => RecordedDomainEvent;
  /** One transaction's worth. */
  readonly eventsPerPage?: number;
};

/** Large enough that a document is written about once, small enough for constant memory. */
const eventsPerPageDefault = 4_000;

export type Page = LogPage & { readonly from: Position | 'start' };

/** The events after `from`, not beyond `until`. An event that this program does not know stops the rebuild. */
export const readPage = async (
  { feed, decode, eventsPerPage = eventsPerPageDefault }: Omit<ReplaySource, 'db'>,
  from: Position | 'start',
  until: Position | 'start',
): Promise<Page> => {
  if (until === 'start' || (from !== 'start' && from >= until))
    return { from, events: [], through: from, atHead: true };
  const answer = await feed.readAfter(from, eventsPerPage);
  const within = answer.events.filter(({ position }) => position <= until);
  const reached =
    within.length < answer.events.length || answer.throughPosition === 'start' || answer.throughPosition >= until;
  return { from, events: within.map(decode), through: reached ? until : answer.throughPosition, atHead: reached };
};

/** What one rebuild of several needs to know and to tell. */
export type Replayed = {
  readonly build: Build;
  /** Aborts this one; the others go on. */
  readonly signal: AbortSignal;
  /** It cannot be filled; the others go on. */
  readonly failed: (error: unknown) => void;
};

type Filled = Replayed & { checkpoint: Checkpoint; memory: RowMemory };

/** Whole pages by way of the memory; where an event cannot be applied, in halves without it until the culprit is set aside. */
const fill = async (db: ProjectionDatabase, filled: Filled, page: LogPage): Promise<void> => {
  const { build, checkpoint, memory } = filled;
  try {
    filled.checkpoint = await applyPage(db, build, checkpoint, page, memory);
    memory.shrink();
  } catch (error) {
    if (!isFaultOfEvent(error)) throw error;
    filled.checkpoint = await advance(db, build, checkpoint, page);
    filled.memory = createRowMemory(false);
  }
};

/** What of the page lies after `position`; undefined when it lies elsewhere. */
const restOf = (page: Page, position: Position | 'start'): LogPage | undefined => {
  if (position === page.from) return page;
  const within =
    position !== 'start' &&
    (page.from === 'start' || position > page.from) &&
    page.through !== 'start' &&
    position < page.through;
  return within ? { ...page, events: page.events.filter((event) => event.position > position) } : undefined;
};

const begun = async (db: ProjectionDatabase, replayed: Replayed): Promise<Filled> => {
  const checkpoint = await readCheckpoint(db, replayed.build);
  return { ...replayed, checkpoint, memory: createRowMemory(checkpoint.position === 'start') };
};

const furthestBack = (all: readonly Filled[]): Position | 'start' => {
  const positions = all.map(({ checkpoint }) => checkpoint.position);
  return positions.includes('start') ? 'start' : ([...positions].sort()[0] ?? 'start');
};

/** Fills one page into everyone; answers with those who go on. */
const fillAll = async (db: ProjectionDatabase, all: readonly Filled[], page: Page): Promise<readonly Filled[]> => {
  const going: Filled[] = [];
  for (const filled of all) {
    if (filled.signal.aborted) continue;
    const rest = restOf(page, filled.checkpoint.position);
    try {
      if (rest !== undefined) await fill(db, filled, rest);
      going.push(filled);
    } catch (error) {
      if (!isFaultOfProgram(error) && !(error instanceof TooManyDeadLetters)) throw error;
      filled.failed(error);
    }
  }
  return going;
};

export type Progress = (position: Position | 'start', events: number) => Promise<void>;

/**
 * Brings builds up to `until`, each from its checkpoint. They share one reading of the log: the one that is furthest back
 * sets the pace. The next page is read while one is applied. Throws when the log or the database is away.
 */
export const replay = async (
  source: ReplaySource,
  builds: readonly Replayed[],
  until: Position | 'start',
  progress: Progress = async () => {},
): Promise<void> => {
  let all: readonly Filled[] = await Promise.all(builds.map((each) => begun(source.db, each)));
  let next = readPage(source, furthestBack(all), until);
  while (all.length > 0) {
    const page = await next;
    if (page.events.length === 0 && page.through === page.from) return;
    if (!page.atHead) next = readPage(source, page.through, until);
    // Nobody waits for a page that is read ahead when applying fails.
    next.catch(() => {});
    all = await fillAll(source.db, all, page);
    await progress(page.through, page.events.length);
    if (page.atHead) return;
  }
};
