import type { EventFeed, EventStore } from '../../domain/eventLog.ts';
import type { VerifySignature } from '../../domain/evidence/checkpoint.ts';
import {
  type CheckpointEntry,
  CheckpointForked,
  type CheckpointSink,
  CheckpointUnreadable,
  type SealAlarm,
  type Signer,
  type TreeState,
  type TreeStore,
} from '../../domain/evidence/ports.ts';
import { openTiles } from '../../domain/evidence/tiles.ts';
import { keepGoing, waitOf } from '../keepGoing.ts';
import type { Clock, StuckBoard, StuckItem } from '../ports.ts';
import { examineOlder, examineSealed, reread, signedThrough, type Through } from './examine.ts';
import { growthOf } from './growTree.ts';
import { NotAsSealed } from './notAsSealed.ts';
import { createPublisher } from './publisher.ts';
import { seal } from './seal.ts';

export type SealerParts = {
  /** Where new events come from; it may be a copy in memory. */
  readonly feed: EventFeed;
  /** The log itself: what is signed is read from here. */
  readonly log: EventStore & Pick<EventFeed, 'readAfter' | 'head'>;
  readonly tree: TreeStore;
  readonly sinks: readonly CheckpointSink[];
  readonly signer: Signer;
  readonly verifySignature: VerifySignature;
  readonly stuckBoard: StuckBoard;
  readonly clock: Clock;
  readonly newOrigin: () => string;
  readonly limits: { readonly sealEvents: number; readonly sealMs: number; readonly gatherMs: number };
  readonly onAlarm: (alarm: SealAlarm) => void;
  readonly onError: (error: unknown, failures: number) => void;
};

/** Of a log far behind; a busy one has a few hundred new events at a time. */
const pageEvents = 4_000;
/** So many events are read again in one step, so that a sealer that catches up can be stopped between two. */
const rereadEventsMax = 10_000;

const stuckItem = (alarm: SealAlarm, attempts: number): StuckItem => ({
  laneKey: 'ledger-checkpoints',
  item: alarm.code,
  kind: 'STUCK',
  what: 'CheckpointSealed',
  position: alarm.position,
  payloadRef: { stream: 'ledger-checkpoints', revision: 0 },
  errorClass: alarm.code,
  detail: alarm.detail.slice(0, 500),
  attempts,
  blockedCount: 0,
});

/** After this long a checkpoint of our own that did not come back is taken for lost. */
const ownCheckpointMsMax = 5_000;
/** Between two looks at something that is wrong. */
const alarmPauseMs = 5_000;

const alarmOf = (error: unknown): SealAlarm | undefined => {
  if (error instanceof NotAsSealed) return { code: error.code, detail: error.message, position: error.position };
  if (error instanceof CheckpointUnreadable)
    return { code: 'CHECKPOINT_DAMAGED', detail: error.message, position: error.position };
  return error instanceof CheckpointForked
    ? { code: 'CHECKPOINT_FORKED', detail: error.message, position: null }
    : undefined;
};

/** Adds what is new in the feed to the tree, page by page. */
const createGrower = ({ feed, tree }: Pick<SealerParts, 'feed' | 'tree'>) => {
  let state: TreeState | undefined;
  /** `more`: there may be more; `changed`: what was known of the tree is out of date. */
  return async (): Promise<{ readonly state: TreeState; readonly more: boolean; readonly changed: boolean }> => {
    const from = state ?? (await tree.state());
    state = from;
    const [first, ...rest] = (await feed.readAfter(from.position, pageEvents)).events;
    if (first === undefined) return { state: from, more: false, changed: false };
    const open = await tree.tiles(openTiles(from.size));
    // Somebody else was faster: the next turn reads where the tree is now.
    if ((await tree.state()).size !== from.size) {
      state = undefined;
      return { state: from, more: true, changed: true };
    }
    const growth = growthOf(from, open, [first, ...rest]);
    const grown = await tree.grow(growth);
    state = grown ? growth.to : undefined;
    return { state: growth.to, more: !grown || rest.length === pageEvents - 1, changed: true };
  };
};

/** Before signing, the bytes of everything that is new are read again: in steps, of which a kill repeats the whole. */
const createRereader = (parts: Pick<SealerParts, 'log' | 'tree'>) => {
  let done: { readonly behind: number | undefined; readonly through: Through } | undefined;
  /** True: all of it is as it was sealed. */
  return async (size: number, last: CheckpointEntry | undefined): Promise<boolean> => {
    const from = done !== undefined && done.behind === last?.revision ? done.through : signedThrough(last);
    done = undefined;
    const through = await reread(parts, from, Math.min(size, from.leaf + rereadEventsMax));
    done = { behind: last?.revision, through };
    return through.leaf >= size;
  };
};

/**
 * Follows the log behind the writers, who never wait for it: adds what is new to the tree, and when enough is new, examines
 * and signs. One runs under a lease; a second one is refused by the tree's compare-and-swap and the stream's revision.
 * Whatever it is killed in, the next one goes on from what is stored.
 */
export const createSealer = (parts: SealerParts) => {
  const { feed, tree, limits } = parts;
  const grow = createGrower(parts);
  const isReread = createRereader(parts);
  const publisher = createPublisher(tree, parts.sinks);
  let facts: number | undefined;
  let nextExaminationMs = 0;
  let own: { readonly size: number; readonly sinceMs: number } | undefined;
  let olderPage = 0;
  let alarms = 0;

  const say = async (found: SealAlarm | null): Promise<void> => {
    if (found !== null) parts.onAlarm(found);
    if (found === null && alarms === 0 && olderPage > 0) return;
    alarms = found === null ? 0 : alarms + 1;
    await tree.setAlarm(found);
    await parts.stuckBoard.post('sealer', 'all', found === null ? [] : [stuckItem(found, alarms)]);
  };

  /** True: there is more of it to do at once. */
  const sealWhenDue = async (state: TreeState): Promise<boolean> => {
    const nowMs = Date.parse(parts.clock());
    const last = await tree.latestCheckpoint();
    const sealed = last?.checkpoint.treeSize ?? 0;
    const ownMs = own === undefined ? -1 : nowMs - own.sinceMs;
    if (own !== undefined && sealed < own.size && ownMs >= 0 && ownMs < ownCheckpointMsMax) return false;
    own = undefined;
    // A clock that was put back would have everything wait until it is where it was.
    nextExaminationMs = Math.min(nextExaminationMs, nowMs + limits.sealMs);
    facts ??= (await tree.unsealed()).facts;
    const sinceMs = last === undefined ? limits.sealMs : nowMs - Date.parse(last.checkpoint.signedAt);
    const old = sinceMs >= limits.sealMs || (sinceMs < 0 && nowMs >= nextExaminationMs);
    const due = facts > 0 && (old || facts >= limits.sealEvents);
    if (nowMs < nextExaminationMs && (alarms > 0 || !due)) return false;
    nextExaminationMs = nowMs + (alarms > 0 ? alarmPauseMs : limits.sealMs);
    await examineSealed(parts, state, last);
    if (due && !(await isReread(state.size, last))) return true;
    if (due) await examineOlder(parts, last, olderPage);
    await say(null);
    if (!due) return false;
    olderPage += 1;
    if (await seal({ ...parts, store: parts.log }, state, last)) own = { size: state.size, sinceMs: nowMs };
    return false;
  };

  const step = async (): Promise<boolean> => {
    try {
      const { state, more, changed } = await grow();
      if (changed) facts = undefined;
      // Far behind, or in a log that never rests, it signs what it has once in a while.
      if (more && Date.parse(parts.clock()) < nextExaminationMs) return true;
      await publisher.publish();
      return (await sealWhenDue(state)) || more;
    } catch (error) {
      const found = alarmOf(error);
      if (found === undefined) throw error;
      const nowMs = Date.parse(parts.clock());
      if (alarms > 0 && nowMs < nextExaminationMs) return false;
      nextExaminationMs = nowMs + alarmPauseMs;
      await say(found);
    }
    return false;
  };

  /** Events are gathered for a moment, so that a busy log does not rewrite its last tile for each of them. */
  const changed = async (signal: AbortSignal): Promise<void> => {
    await feed.changed(signal);
    await waitOf(limits.gatherMs)(signal);
  };

  return { step, run: (signal: AbortSignal) => keepGoing({ step, changed, onError: parts.onError }, signal) };
};
