import type { Position } from '../../domain/eventLog.ts';
import type { LogPage } from '../logReader.ts';
import { unhandledTypes } from '../projection.ts';
import { inCloseHeap } from './closeHeap.ts';
import { begun, type Filled, fillPage, placeOf, type Replayed, settle } from './fill.ts';
import { inTurn } from './inTurn.ts';
import { type Page, type ReplaySource, readPage } from './page.ts';

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

const furthestBack = (all: readonly Filled[]): Position | 'start' => {
  const positions = all.map(placeOf);
  return positions.includes('start') ? 'start' : ([...positions].sort()[0] ?? 'start');
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
  const all = await Promise.all(builds.map((build) => begun(source, build)));
  const turn = inTurn(togetherMax);
  const handling = builds.map(({ build }) => build.projection);
  const unhandled = unhandledTypes(handling, source.knownTypes ?? []);
  const each = async (step: (filled: Filled) => Promise<void>): Promise<void> => {
    for (const filled of all) filled.work = filled.work.then(() => turn(() => step(filled)));
    await Promise.all(all.map(({ work }) => work));
  };
  const give = async (page: Page): Promise<void> => {
    await each((filled) => {
      const rest = restOf(page, placeOf(filled));
      return rest === undefined ? Promise.resolve() : fillPage(source, filled, rest);
    });
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
    await each((filled) => settle(source, filled));
  } finally {
    await Promise.allSettled(all.map(({ work }) => work));
  }
};
