import type { Position } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { advance, applyPage, handledOf, nothingDone } from '../advance.ts';
import type { Build } from '../build.ts';
import {
  advanceCheckpoint,
  type Checkpoint,
  LogRewound,
  lockCheckpoint,
  readCheckpoint,
  recordLook,
  requireSame,
} from '../checkpoint.ts';
import { isFaultOfEvent } from '../failures.ts';
import type { LogPage } from '../logReader.ts';
import { createRowMemory, type RowMemory } from '../rows.ts';
import { type ReplaySource, readPage } from './page.ts';

/** Pages that are folded into the memory and not written yet. */
type Folded = {
  readonly pages: number;
  readonly through: Position | 'start';
  readonly applied: number;
  /** When the first of them came. */
  readonly sinceMs: number;
};

/** One build on its way through the log. */
export type Filling = {
  readonly build: Build;
  /** As the database has it. */
  readonly checkpoint: Checkpoint;
  readonly memory: RowMemory;
  readonly folded: Folded | undefined;
  /** How many events it was given since it began, and the last of them. */
  readonly events: number;
  readonly last: RecordedDomainEvent | undefined;
};

/**
 * Rows are written when so many wait, or after so many pages: most orders are over by then, and each of their rows, which
 * change some five times, is written once.
 */
const rowsWaitingMax = 4_000;
const pagesPerWriteDefault = 12;
/** Readers of a live build see it move at least as often. */
const liveWriteMs = 1_000;

export const begun = async ({ db }: Pick<ReplaySource, 'db'>, build: Build): Promise<Filling> => {
  const checkpoint = await readCheckpoint(db, build);
  const memory = createRowMemory(checkpoint.position === 'start');
  return { build, checkpoint, memory, folded: undefined, events: 0, last: undefined };
};

/** How far it was folded, written or not. */
export const placeOf = ({ folded, checkpoint }: Pick<Filling, 'folded' | 'checkpoint'>): Position | 'start' =>
  folded?.through ?? checkpoint.position;

const withFolded = (filling: Filling, page: LogPage, applied: number): Filling => {
  const { folded } = filling;
  return {
    ...filling,
    folded: {
      pages: (folded?.pages ?? 0) + 1,
      through: page.through,
      applied: (folded?.applied ?? 0) + applied,
      sinceMs: folded?.sinceMs ?? performance.now(),
    },
  };
};

/** Writes all rows that wait, then `batch`, and moves the checkpoint behind what was folded, in one transaction. */
const write = async (
  { db }: ReplaySource,
  filling: Filling,
  atHead: boolean,
  batch: readonly RecordedDomainEvent[] = [],
): Promise<Filling> => {
  const { build, checkpoint, memory, folded, last } = filling;
  if (folded === undefined) return filling;
  const { through, applied } = folded;
  const moved = await db.transaction().execute(async (tx) => {
    const stored = await lockCheckpoint(tx, build);
    requireSame(stored, checkpoint);
    const into = { tx, schema: build.schema, memory };
    const added = batch.length === 0 ? 0 : await build.projection.apply(batch, into);
    const rowsAdded = added + (await memory.flush(into));
    return advanceCheckpoint(tx, build, stored, { ...nothingDone, through, last, atHead, applied, rowsAdded });
  });
  memory.shrink();
  return { ...filling, checkpoint: moved, folded: undefined };
};

/** Reads again what was folded and not written, and applies it as it is done without a memory. */
const unfolded = async (source: ReplaySource, { build, checkpoint, folded }: Filling): Promise<Checkpoint> => {
  if (folded === undefined) return checkpoint;
  let moved = checkpoint;
  for (;;) {
    const part = await readPage(source, moved.position, folded.through);
    if (part.through === moved.position) break;
    moved = await advance(source.db, build, moved, { ...part, atHead: false });
  }
  if (moved.position !== folded.through)
    throw new LogRewound(`the log ends at ${moved.position}; ${build.consumer} has read ${folded.through}`);
  return moved;
};

/** The page and whatever was folded before it and is not written, in halves without a memory until the culprit is set aside. */
const byHalves = async (source: ReplaySource, filling: Filling, page: LogPage): Promise<Filling> => {
  const { build } = filling;
  const before = await unfolded(source, filling);
  const checkpoint = before.position === page.through ? before : await advance(source.db, build, before, page);
  return { ...filling, checkpoint, memory: createRowMemory(false), folded: undefined };
};

const isDue = ({ pagesPerWrite = pagesPerWriteDefault }: ReplaySource, { build, memory, folded }: Filling): boolean =>
  folded !== undefined &&
  (memory.waiting() >= rowsWaitingMax ||
    folded.pages >= pagesPerWrite ||
    (build.live && performance.now() - folded.sinceMs >= liveWriteMs));

/**
 * Into the memory, where what must be loaded was written by nobody else: the checkpoint says so when it is moved. What waits
 * there is written when it is much, or the last, or when events of the page change rows in the tables.
 */
const byMemory = async (source: ReplaySource, filling: Filling, page: LogPage): Promise<Filling> => {
  const { build, memory } = filling;
  const handled = handledOf(build, page.events);
  const next = withFolded(filling, page, handled.length);
  if (build.projection.keepsToMemory?.(handled) !== true) return write(source, next, page.atHead, handled);
  if (handled.length > 0) await build.projection.apply(handled, { tx: source.db, schema: build.schema, memory });
  return page.atHead || isDue(source, next) ? write(source, next, page.atHead) : next;
};

/** Rows and checkpoint of the page in one transaction, for those that write by themselves or have events that wait. */
const byPage = async (source: ReplaySource, filling: Filling, page: LogPage): Promise<Filling> => {
  const { build, memory } = filling;
  const checkpoint = await applyPage(source.db, build, filling.checkpoint, page, memory);
  memory.shrink();
  return { ...filling, checkpoint };
};

/** Fills one page, which begins where it stands; where an event cannot be applied, by halves. */
export const fillPage = async (source: ReplaySource, filling: Filling, page: LogPage): Promise<Filling> => {
  const { build, checkpoint } = filling;
  const fill = build.projection.keepsToMemory !== undefined && checkpoint.blockedLanes === 0 ? byMemory : byPage;
  const given = { ...filling, events: filling.events + page.events.length, last: page.events.at(-1) ?? filling.last };
  try {
    return await fill(source, given, page);
  } catch (error) {
    if (!isFaultOfEvent(error)) throw error;
    return byHalves(source, given, page);
  }
};

/** Writes what is folded and waits; `atHead`: there is nothing after it. */
export const settle = async (source: ReplaySource, filling: Filling, atHead: boolean): Promise<Filling> => {
  try {
    if (filling.folded !== undefined) return await write(source, filling, atHead);
    if (atHead) await recordLook(source.db, filling.build, filling.checkpoint);
    return filling;
  } catch (error) {
    if (!isFaultOfEvent(error)) throw error;
    return byHalves(source, filling, { events: [], through: placeOf(filling), atHead: false });
  }
};
