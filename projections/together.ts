import { setImmediate as nextTurn } from 'node:timers/promises';
import { advance, applyHandled, handledOf, nothingDone, type ProjectionDatabase, stepOf } from './advance.ts';
import type { Build } from './build.ts';
import { advanceCheckpoints, type Checkpoint, isSame, lockFreeCheckpoints, type Move } from './checkpoint.ts';
import type { LogPage } from './logReader.ts';

/** A page that is to be applied to one build. */
export type Wanted = { readonly build: Build; readonly ours: Checkpoint; readonly page: LogPage };

/** Larger pages are applied build by build: then the rows cost more than the transactions, and many can work at once. */
const eventsMax = 1_500;

/** Waits for all of them, so that nothing is still running on the transaction when it ends. Throws the first failure. */
const everyOne = async <T>(works: readonly Promise<T>[]): Promise<readonly T[]> => {
  const settled = await Promise.allSettled(works);
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
};

/** What each of those that can be locked, and stand where they say, comes to. */
const movesOf = async (tx: Parameters<typeof applyHandled>[0], wanted: readonly Wanted[]): Promise<readonly Move[]> => {
  const locked = await lockFreeCheckpoints(
    tx,
    wanted.map(({ build }) => build),
  );
  const ready = wanted.flatMap(({ build, ours, page }) => {
    const stored = locked.get(build.projection.name);
    return stored !== undefined && isSame(stored, ours) ? [{ build, ours: stored, page }] : [];
  });
  return everyOne(
    ready.map(async ({ build, ours, page }): Promise<Move> => {
      const handled = handledOf(build, page.events);
      const done = handled.length === 0 ? nothingDone : await applyHandled(tx, build, ours, handled);
      return { build, ours, step: stepOf(page, done) };
    }),
  );
};

/**
 * Applies one page to several builds, rows and checkpoints of all of them in one transaction. Answers with those that were
 * moved, by the names of their projections: who is held by somebody else, or stands elsewhere, is left out. Throws what
 * keeps one of them from going on; nothing of any of them is written then.
 */
export const applyTogether = async (
  db: ProjectionDatabase,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, Checkpoint>> => {
  const moved = await db.transaction().execute(async (tx) => {
    const moves = await movesOf(tx, wanted);
    const next = moves.length === 0 ? [] : await advanceCheckpoints(tx, moves);
    return moves.map(({ build }, index) => [build.projection.name, next[index] as Checkpoint] as const);
  });
  return new Map(moved);
};

type Waiting = Wanted & {
  readonly resolve: (checkpoint: Checkpoint | Promise<Checkpoint>) => void;
};

/** The same events, from the same place to the same place. */
const pageKey = ({ ours, page }: Wanted): string => `${ours.position} ${page.through} ${page.events.length}`;

/**
 * `advance` for builds that follow the log side by side: those that come with the same page in the same turn share a
 * transaction. When it fails, each goes on by itself, so that a failure stays with whom it belongs to.
 */
export const createCompany = (db: ProjectionDatabase) => {
  let waiting: Waiting[] = [];

  const work = async (group: readonly Waiting[]): Promise<void> => {
    const [first] = group;
    const shares = group.length > 1 && first !== undefined && first.page.events.length <= eventsMax;
    const moved = shares ? await applyTogether(db, group).catch(() => undefined) : undefined;
    for (const { build, ours, page, resolve } of group)
      resolve(moved?.get(build.projection.name) ?? advance(db, build, ours, page));
  };

  const gather = async (): Promise<void> => {
    await nextTurn();
    const groups = Map.groupBy(waiting, pageKey);
    waiting = [];
    for (const group of groups.values()) void work(group);
  };

  return {
    advance: (build: Build, ours: Checkpoint, page: LogPage): Promise<Checkpoint> =>
      new Promise((resolve) => {
        waiting.push({ build, ours, page, resolve });
        if (waiting.length === 1) void gather();
      }),
  };
};

export type Company = ReturnType<typeof createCompany>;
