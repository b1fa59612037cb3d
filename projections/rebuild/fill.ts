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
  requireSame,
} from '../checkpoint.ts';
import { isFaultOfEvent, isFaultOfProgram, TooManyDeadLetters } from '../failures.ts';
import type { LogPage } from '../logReader.ts';
import { createRowMemory, type RowMemory } from '../rows.ts';
import { type ReplaySource, readPage } from './page.ts';

/** What one rebuild of several needs to know and to tell. */
export type Replayed = {
  readonly build: Build;
  /** Aborts this one; the others go on. */
  readonly signal: AbortSignal;
  /** It cannot be filled; the others go on. */
  readonly failed: (error: unknown) => void;
};

/** Pages that are folded into the memory and not written yet. */
type Folded = {
  readonly pages: number;
  readonly through: Position | 'start';
  readonly last: RecordedDomainEvent | undefined;
  readonly applied: number;
};

export type Filled = Replayed & {
  /** As the database has it. */
  checkpoint: Checkpoint;
  memory: RowMemory;
  folded: Folded | undefined;
  /** False: it was aborted or cannot be filled. */
  going: boolean;
  /** The pages that it was given so far, one after the other. */
  work: Promise<void>;
};

/**
 * Rows are written when so many wait, or after so many pages: most orders are over by then, and each of their rows, which
 * change some five times, is written once.
 */
const rowsWaitingMax = 4_000;
const pagesPerWriteDefault = 12;

export const begun = async ({ db }: Pick<ReplaySource, 'db'>, replayed: Replayed): Promise<Filled> => {
  const checkpoint = await readCheckpoint(db, replayed.build);
  const memory = createRowMemory(checkpoint.position === 'start');
  return { ...replayed, checkpoint, memory, folded: undefined, going: true, work: Promise.resolve() };
};

/** How far it was folded, written or not. */
export const placeOf = ({ folded, checkpoint }: Pick<Filled, 'folded' | 'checkpoint'>): Position | 'start' =>
  folded?.through ?? checkpoint.position;

/** Folds a page into the memory. What it must load was written by nobody else: the checkpoint says so when it is moved. */
const fold = async ({ db }: ReplaySource, filled: Filled, page: LogPage): Promise<void> => {
  const { build, memory, folded } = filled;
  const handled = handledOf(build, page.events);
  if (handled.length > 0) await build.projection.apply(handled, { tx: db, schema: build.schema, memory });
  filled.folded = {
    pages: (folded?.pages ?? 0) + 1,
    through: page.through,
    last: page.events.at(-1) ?? folded?.last,
    applied: (folded?.applied ?? 0) + handled.length,
  };
};

/** Writes all rows that wait and moves the checkpoint behind what was folded, in one transaction. */
const write = async ({ db }: ReplaySource, filled: Filled, atHead: boolean): Promise<void> => {
  const { build, checkpoint, memory, folded } = filled;
  if (folded === undefined) return;
  const { through, last, applied } = folded;
  filled.checkpoint = await db.transaction().execute(async (tx) => {
    const stored = await lockCheckpoint(tx, build);
    requireSame(stored, checkpoint);
    const rowsAdded = await memory.flush({ tx, schema: build.schema });
    return advanceCheckpoint(tx, build, stored, { ...nothingDone, through, last, atHead, applied, rowsAdded });
  });
  filled.folded = undefined;
  memory.shrink();
};

/** The page and whatever was folded before it and is not written, in halves without a memory until the culprit is set aside. */
const byHalves = async (source: ReplaySource, filled: Filled, page: LogPage): Promise<void> => {
  const { db } = source;
  const { build, folded } = filled;
  filled.memory = createRowMemory(false);
  filled.folded = undefined;
  if (folded !== undefined) {
    for (;;) {
      const from = filled.checkpoint.position;
      const part = await readPage(source, from, folded.through);
      if (part.through === from) break;
      filled.checkpoint = await advance(db, build, filled.checkpoint, { ...part, atHead: false });
    }
    if (placeOf(filled) !== folded.through)
      throw new LogRewound(`the log ends at ${placeOf(filled)}; ${build.consumer} has read ${folded.through}`);
  }
  if (placeOf(filled) !== page.through) filled.checkpoint = await advance(db, build, filled.checkpoint, page);
};

/** By way of the memory; where an event cannot be applied, without it. */
const fill = async (source: ReplaySource, filled: Filled, page: LogPage): Promise<void> => {
  const { build, checkpoint } = filled;
  const { pagesPerWrite = pagesPerWriteDefault } = source;
  try {
    if (build.projection.keepsToMemory === true && checkpoint.blockedLanes === 0) {
      await fold(source, filled, page);
      const { folded, memory } = filled;
      if (page.atHead || memory.waiting() >= rowsWaitingMax || (folded?.pages ?? 0) >= pagesPerWrite)
        await write(source, filled, page.atHead);
    } else {
      filled.checkpoint = await applyPage(source.db, build, checkpoint, page, filled.memory);
      filled.memory.shrink();
    }
  } catch (error) {
    if (!isFaultOfEvent(error)) throw error;
    await byHalves(source, filled, page);
  }
};

/** Does a step of one of them; trouble that is not its own is thrown. */
const orFailed = async (filled: Filled, step: () => Promise<void>): Promise<void> => {
  filled.going &&= !filled.signal.aborted;
  if (!filled.going) return;
  try {
    await step();
  } catch (error) {
    if (!isFaultOfProgram(error) && !(error instanceof TooManyDeadLetters)) throw error;
    filled.going = false;
    filled.failed(error);
  }
};

/** Fills one page, which begins where it stands, into one of them. */
export const fillPage = (source: ReplaySource, filled: Filled, page: LogPage): Promise<void> =>
  orFailed(filled, () => fill(source, filled, page));

/** Writes what is folded and waits. */
export const settle = (source: ReplaySource, filled: Filled): Promise<void> =>
  orFailed(filled, async () => {
    try {
      await write(source, filled, false);
    } catch (error) {
      if (!isFaultOfEvent(error)) throw error;
      await byHalves(source, filled, { events: [], through: placeOf(filled), atHead: false });
    }
  });
