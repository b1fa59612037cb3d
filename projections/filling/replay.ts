import type { Position } from '../../domain/eventLog.ts';
import type { Build } from '../build.ts';
import { CheckpointMoved } from '../checkpoint.ts';
import { isFaultOfProgram, TooManyDeadLetters } from '../failures.ts';
import type { LogPage } from '../logReader.ts';
import { unhandledTypes } from '../projection.ts';
import { begun, type Filling, fillPage, placeOf, settle } from './fill.ts';
import { inTurn } from './inTurn.ts';
import { type Page, type ReplaySource, readPage, type Until } from './page.ts';

/** What one build of several needs to know and to tell. */
export type Replayed = {
  readonly build: Build;
  /** Aborts this one; the others go on. */
  readonly signal: AbortSignal;
  /** It cannot be filled, or somebody else fills it; the others go on. */
  readonly failed: (error: unknown) => void;
  /** Rows of it were written and its checkpoint is another. */
  readonly moved?: (filling: Filling) => void;
  /** It goes no further with the others, although nothing failed. */
  readonly left?: () => void;
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

const furthestBack = (all: readonly Filling[]): Position | 'start' => {
  const positions = all.map(placeOf);
  return positions.includes('start') ? 'start' : ([...positions].sort()[0] ?? 'start');
};

const isOwn = (error: unknown): boolean =>
  isFaultOfProgram(error) || error instanceof TooManyDeadLetters || error instanceof CheckpointMoved;

type Step = (filling: Filling) => Promise<Filling>;

/** Rows of a live build with a blocked lane may be repaired at any time, behind the memory's back. */
const mayBeRepaired = ({ build, checkpoint }: Filling): boolean => build.live && checkpoint.blockedLanes > 0;

/** Takes a step with one of them, after which it goes on, or undefined. Trouble that is not its own is thrown. */
const taken = async (
  { signal, failed, moved, left }: Replayed,
  filling: Filling | undefined,
  step: Step,
): Promise<Filling | undefined> => {
  if (filling === undefined) return undefined;
  try {
    const next = signal.aborted ? filling : await step(filling);
    if (next.checkpoint !== filling.checkpoint) moved?.(next);
    if (!signal.aborted && !mayBeRepaired(next)) return next;
    left?.();
  } catch (error) {
    if (!isOwn(error)) throw error;
    failed(error);
  }
  return undefined;
};

/** As many transactions at once: while the database writes for one, another is folded here. */
const togetherMax = 3;

export type Progress = (position: Position | 'start', events: number) => Promise<void>;

/** The builds, each with what it is doing: step after step in the order in which they are asked for, some builds at a time. */
const sideBySide = (builds: readonly Replayed[], begin: readonly Filling[]) => {
  const turn = inTurn(togetherMax);
  let works: readonly Promise<Filling | undefined>[] = begin.map(async (filling) => filling);
  const each = (step: Step): Promise<readonly (Filling | undefined)[]> => {
    works = works.map(async (before, index) => {
      const filling = await before;
      return turn(() => taken(builds[index] as Replayed, filling, step));
    });
    return Promise.all(works);
  };
  return { each, done: () => Promise.allSettled(works) };
};

/**
 * Brings builds up to `until`, each from its checkpoint. They share one reading of the log: the one that is furthest back
 * sets the pace. A page is begun while the one before is written, and the one after it is read. Throws when the log or
 * the database is away; nothing is at work then any more.
 */
export const replay = async (
  source: ReplaySource,
  builds: readonly Replayed[],
  until: Until,
  progress: Progress = async () => {},
): Promise<void> => {
  const begin = await Promise.all(builds.map(({ build }) => begun(source, build)));
  const handling = builds.map(({ build }) => build.projection);
  const unhandled = unhandledTypes(handling, source.knownTypes ?? []);
  const { each, done } = sideBySide(builds, begin);
  const { isNear = () => false } = source;
  const give = async (page: Page): Promise<boolean> => {
    const all = await each(async (filling) => {
      const rest = restOf(page, placeOf(filling));
      return rest === undefined ? filling : fillPage(source, filling, rest);
    });
    await progress(page.through, page.events.length);
    return all.some((filling) => filling !== undefined);
  };
  let before = Promise.resolve(true);
  /** It ended with a full page, and nothing comes after that: those who stand there do not know it yet. */
  let atHead = false;
  try {
    let next = readPage(source, furthestBack(begin), until, unhandled);
    for (;;) {
      const page = await next;
      if (page.events.length === 0 && page.through === page.from) {
        atHead = page.atHead;
        break;
      }
      if (!page.atHead) next = readPage(source, page.through, until, unhandled);
      const given = give(page);
      // Nobody waits for these when what came before them fails.
      for (const pending of [next, given]) pending.catch(() => {});
      const going = await before;
      before = given;
      if (page.atHead || isNear(page) || !going) break;
    }
    await before;
    await each((filling) => settle(source, filling, atHead));
  } finally {
    await done();
  }
};
