import type { EventFeed, Position, Recorded } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { advance, applyPage, type ProjectionDatabase } from '../advance.ts';
import type { Build } from '../build.ts';
import { type Checkpoint, readCheckpoint } from '../checkpoint.ts';
import { isFaultOfEvent, isFaultOfProgram, TooManyDeadLetters } from '../failures.ts';
import { type LogPage, readPast } from '../logReader.ts';
import { unhandledTypes } from '../projection.ts';
import { createRowMemory, type RowMemory } from '../rows.ts';
import { inCloseHeap } from './closeHeap.ts';
import { inTurn } from './inTurn.ts';

export type ReplaySource = {
  readonly db: ProjectionDatabase;
  readonly feed: Pick<EventFeed, 'readAfter' | 'readAfterWithout'>;
  /** Every type that `decode` knows, so that what nobody here handles need not be read. Absent: everything is read. */
  readonly knownTypes?: readonly string[];
  /** Today's shape of a stored event; throws for one that this program does not know. */
  readonly decode: (recorded: Recorded) => RecordedDomainEvent;
  /** One transaction's worth. */
  readonly eventsPerPage?: number;
};

/** Large enough that a document is written about once, small enough for constant memory. */
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

/** What one rebuild of several needs to know and to tell. */
export type Replayed = {
  readonly build: Build;
  /** Aborts this one; the others go on. */
  readonly signal: AbortSignal;
  /** It cannot be filled; the others go on. */
  readonly failed: (error: unknown) => void;
};

type Filled = Replayed & {
  checkpoint: Checkpoint;
  memory: RowMemory;
  /** False: it was aborted or cannot be filled. */
  going: boolean;
  /** The pages that it was given so far, one after the other. */
  work: Promise<void>;
};

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
  const memory = createRowMemory(checkpoint.position === 'start');
  return { ...replayed, checkpoint, memory, going: true, work: Promise.resolve() };
};

const furthestBack = (all: readonly Filled[]): Position | 'start' => {
  const positions = all.map(({ checkpoint }) => checkpoint.position);
  return positions.includes('start') ? 'start' : ([...positions].sort()[0] ?? 'start');
};

/** Fills one page into one of them; trouble that is not its own is thrown. */
const fillPage = async (db: ProjectionDatabase, filled: Filled, page: Page): Promise<void> => {
  filled.going &&= !filled.signal.aborted;
  const rest = filled.going ? restOf(page, filled.checkpoint.position) : undefined;
  if (rest === undefined) return;
  try {
    await fill(db, filled, rest);
  } catch (error) {
    if (!isFaultOfProgram(error) && !(error instanceof TooManyDeadLetters)) throw error;
    filled.going = false;
    filled.failed(error);
  }
};

/** As many transactions at once: while the database writes for one, another is folded here. */
const togetherMax = 3;

export type Progress = (position: Position | 'start', events: number) => Promise<void>;

/**
 * Brings builds up to `until`, each from its checkpoint. They share one reading of the log: the one that is furthest back
 * sets the pace. A page is begun while the one before is written, and the one after it is read. Throws when the log or
 * the database is away; nothing is at work then any more.
 */
export const replay = (
  source: ReplaySource,
  builds: readonly Replayed[],
  until: Position | 'start',
  progress: Progress = async () => {},
): Promise<void> => inCloseHeap(() => replayAll(source, builds, until, progress));

const replayAll = async (
  source: ReplaySource,
  builds: readonly Replayed[],
  until: Position | 'start',
  progress: Progress,
): Promise<void> => {
  const all = await Promise.all(builds.map((each) => begun(source.db, each)));
  const turn = inTurn(togetherMax);
  const handling = builds.map(({ build }) => build.projection);
  const unhandled = unhandledTypes(handling, source.knownTypes ?? []);
  const give = async (page: Page): Promise<void> => {
    for (const filled of all) filled.work = filled.work.then(() => turn(() => fillPage(source.db, filled, page)));
    await Promise.all(all.map(({ work }) => work));
    await progress(page.through, page.events.length);
  };
  let before = Promise.resolve();
  try {
    let next = readPage(source, furthestBack(all), until, unhandled);
    while (all.some(({ going }) => going)) {
      const page = await next;
      if (page.events.length === 0 && page.through === page.from) break;
      if (!page.atHead) next = readPage(source, page.through, until, unhandled);
      const given = give(page);
      // Nobody waits for these when what came before them fails.
      for (const pending of [next, given]) pending.catch(() => {});
      await before;
      before = given;
      if (page.atHead) break;
    }
    await before;
  } finally {
    await Promise.allSettled(all.map(({ work }) => work));
  }
};
