import { setTimeout as delay } from 'node:timers/promises';
import type { Position } from '../../domain/eventLog.ts';
import type { Build } from '../build.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { type LogPage, weightOf } from '../logReader.ts';
import type { Filling } from './fill.ts';
import type { ReplaySource } from './page.ts';
import { type Replayed, replay } from './replay.ts';

/** From when on a build is far behind; anything else is a busy moment. */
export type FarBehind = {
  /** Of the page that comes next: its events and their lines. */
  readonly weight: number;
  /** How old its newest event is. */
  readonly ms: number;
};

export const isOld = ({ events }: Pick<LogPage, 'events'>, { ms }: Pick<FarBehind, 'ms'>): boolean =>
  Date.now() - Date.parse(events.at(-1)?.recordedAt ?? '') >= ms;

/**
 * Whether so much lies before a build that its pages are better folded in memory and written together. Not while lanes are
 * blocked: their events wait, and a repair may change rows at any time. A build at the start needs to load nothing, so for it
 * less than a page is enough.
 */
export const isFarBehind = (page: LogPage, { position, blockedLanes }: Checkpoint, from: FarBehind): boolean =>
  blockedLanes === 0 &&
  !page.atHead &&
  page.unknown === undefined &&
  isOld(page, from) &&
  (position === 'start' || weightOf(page.events) >= from.weight);

/** A build that is far behind: where it stands, and the page of the log that comes next. */
type Joining = {
  readonly build: Build;
  readonly ours: Checkpoint;
  readonly page: LogPage;
  /** Aborts this one; the others go on. */
  readonly signal: AbortSignal;
  readonly moved: (filling: Filling) => void;
};

type Waiting = Joining & { readonly resolve: () => void; readonly reject: (error: unknown) => void };

/** Those that come so soon after one another go together. */
const gatherMs = 50;

const isBeyond = (position: Position | 'start', { through }: LogPage): boolean =>
  position !== 'start' && (through === 'start' || position > through);

/** Each group begins where one stands and ends before the first that is more than a page ahead of its neighbour. */
const groupsOf = (waiting: readonly Waiting[]): readonly (readonly Waiting[])[] => {
  const placeOf = ({ ours: { position } }: Waiting): string => (position === 'start' ? '' : position);
  const groups: Waiting[][] = [];
  for (const each of waiting.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))) {
    const neighbour = groups.at(-1)?.at(-1);
    if (neighbour === undefined || isBeyond(each.ours.position, neighbour.page)) groups.push([each]);
    else groups.at(-1)?.push(each);
  }
  return groups;
};

/**
 * Takes builds that are far behind to the head of the log, as a rebuild is filled: those that are about equally far share one
 * reading of it.
 */
export const createConvoys = (source: ReplaySource) => {
  let waiting: Waiting[] = [];

  const travel = async (group: readonly Waiting[]): Promise<void> => {
    const replayed: readonly Replayed[] = group.map(({ build, signal, moved, resolve, reject }) => ({
      ...{ build, signal, moved },
      ...{ left: resolve, failed: reject },
    }));
    try {
      await replay(source, replayed, 'head');
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };

  const gather = async (): Promise<void> => {
    for (let known = 0; known < waiting.length; ) {
      known = waiting.length;
      await delay(gatherMs);
    }
    const groups = groupsOf(waiting);
    waiting = [];
    for (const group of groups) void travel(group);
  };

  return {
    /**
     * Resolves when the log has no full page more for any of those it goes with, when a lane of the build became blocked, or
     * when `signal` aborts. Throws what keeps it from going on.
     */
    join: (joining: Joining): Promise<void> =>
      new Promise((resolve, reject) => {
        waiting.push({ ...joining, resolve, reject });
        if (waiting.length === 1) void gather();
      }),
  };
};

export type Convoys = ReturnType<typeof createConvoys>;
