import type { FeedMessage, Wms } from '../partnerPorts.ts';
import type { ParkedMessage } from '../ports.ts';
import { toldBy } from './keptMessages.ts';
import { createOrphans } from './warehouseOrphans.ts';
import { keyOf, laneOf, type Pending, type Place } from './warehousePending.ts';
import { createRests } from './warehouseRests.ts';

/** In the same words, or in better ones. */
const isToldAgain = (message: FeedMessage, known: FeedMessage): boolean =>
  message.messageId === known.messageId ||
  (known.kind === 'NOT_UNDERSTOOD' && message.kind !== 'NOT_UNDERSTOOD' && known.theirId === message.messageId);

/** What a parked message tells now; nothing: it needs nothing any more. */
export const reread = (kept: ParkedMessage, understand: Wms['understand'] | undefined): readonly FeedMessage[] => {
  const told = toldBy(kept);
  return told.kind === 'NOT_UNDERSTOOD' && understand !== undefined ? understand(told) : [told];
};

/** Told in better words while it waits, it is tried anew in its place. */
const retell = (known: Pending, message: FeedMessage, page: number | null): void => {
  if (known.message.messageId !== message.messageId)
    Object.assign(known, { message, page, attempts: 0, dueAtMs: 0, error: undefined });
};

/** What was read of a warehouse's feed and is not taken yet, shipment by shipment, in the order it was told in. */
export const createWarehouseLanes = () => {
  const lanes = new Map<string, Pending[]>();
  const orphans = createOrphans();
  const rests = createRests();
  /** What was parked when the inbox started over: it is not due again for that. */
  let before = new Map<string, Pending>();

  /**
   * Told again in words that say whose it is, it waits there and no longer by itself. Its lane is found empty; where it was
   * kept is told, so that it is kept until it is taken.
   */
  const adopt = (message: FeedMessage): Place | undefined => {
    const lane = orphans.adopt(message);
    return lane === undefined ? undefined : lanes.get(lane)?.splice(0)[0]?.parkedAs;
  };

  const append = (lane: string, entry: Pending): void => {
    const pending = lanes.get(lane) ?? [];
    pending.push(entry);
    lanes.set(lane, pending);
    orphans.note(lane, entry.message);
  };

  const knownAs = (message: FeedMessage): Pending | undefined => {
    const lane = laneOf(message);
    const isAgain = (entry: Pending): boolean => isToldAgain(message, entry.message);
    return lanes.get(lane)?.find(isAgain) ?? rests.behindIn(lane).find(isAgain);
  };

  const join = (lane: string, entry: Pending): void => {
    if (!rests.putBehind(lane, entry)) append(lane, entry);
  };

  /** A message that is told again while it waits would only wait twice. `retoldOf`: where it is kept in words that nobody understood. */
  const add = (message: FeedMessage, page: number | null, retoldOf?: Place): void => {
    const known = knownAs(message);
    if (known === undefined) {
      const parkedAs = adopt(message) ?? retoldOf;
      join(laneOf(message), { message, page, attempts: 0, dueAtMs: 0, parkedAs });
    } else retell(known, message, page);
  };

  /** Puts back what was parked. False: it waits already under another name. */
  const restore = (message: FeedMessage, { laneKey, item, attempts }: ParkedMessage): boolean => {
    // Only what is kept elsewhere too is needed here no more: another inbox may have moved the feed behind it.
    const isDoubled = lanes
      .get(laneOf(message))
      ?.some((known) => known.page === null && known.message.messageId === message.messageId);
    if (isDoubled === true) return false;
    const parkedAs = { laneKey, item };
    const entry = before.get(keyOf(parkedAs));
    const isSame = entry?.message.messageId === message.messageId;
    const lane = laneOf(message);
    const restored = entry !== undefined && isSame ? entry : { message, page: null, attempts, dueAtMs: 0, parkedAs };
    if (lane === laneKey) append(lane, restored);
    else join(lane, restored);
    return true;
  };

  const visit = (lane: string): void => {
    if (!lanes.has(lane)) lanes.set(lane, []);
  };

  /** Something is kept of a lane that is not here. */
  const open = (lane: string): void => {
    visit(lane);
    rests.open(lane);
  };

  /** So much more is kept of the lane than is here. When that is nothing, what came since is next. */
  const settle = (lane: string, kept: number): void => {
    for (const entry of rests.settle(lane, kept)) {
      const known = knownAs(entry.message);
      if (known === undefined) append(lane, entry);
      else retell(known, entry.message, entry.page);
    }
  };

  /** The lane as it is kept needs not be here: its first message was tried, and nothing of it is in the feed alone. */
  const isIdle = (lane: string): boolean => {
    const pending = lanes.get(lane) ?? [];
    const isKept = pending.every(({ page }) => page === null) && rests.behindIn(lane).length === 0;
    return pending[0]?.error !== undefined && isKept;
  };

  const leave = (lane: string): void => {
    for (const { message } of lanes.get(lane) ?? []) orphans.leave(lane, message);
    lanes.delete(lane);
    rests.leave(lane);
  };

  /** What is kept in this place is nothing to wait for any more. */
  const drop = ({ laneKey, item }: Place): void => {
    for (const pending of lanes.values()) {
      const at = pending.findIndex(
        ({ page, parkedAs }) => page === null && parkedAs?.laneKey === laneKey && parkedAs.item === item,
      );
      if (at !== -1) pending.splice(at, 1);
    }
  };

  const clear = (): void => {
    const parked = [...lanes.values()].flat().flatMap((entry) => {
      return entry.page === null && entry.parkedAs !== undefined ? [[keyOf(entry.parkedAs), entry] as const] : [];
    });
    before = new Map(parked);
    lanes.clear();
    orphans.clear();
    rests.clear();
  };

  const countOf = (isCounted: (entry: Pending) => boolean): number =>
    [...lanes.values()].reduce((sum, pending) => sum + pending.filter(isCounted).length, 0);

  return {
    add,
    restore,
    drop,
    ofLane: (lane: string): readonly Pending[] => lanes.get(lane) ?? [],
    all: (): readonly (readonly [string, Pending[]])[] => [...lanes],
    has: (lane: string): boolean => lanes.has(lane),
    isEmpty: (): boolean => lanes.size === 0,
    count: (): number => countOf(() => true) + rests.countBehind(),
    /** Of these, those that only the feed keeps. */
    fresh: (): number => countOf(({ page }) => page !== null) + rests.countBehind(),
    /** Of these, those that are kept. */
    held: (): number => countOf(({ page }) => page === null),
    /** What waits for the lane and is not tried before more of it is here. */
    moreOf: rests.moreOf,
    behindIn: rests.behindIn,
    /** What came for lanes that keep more than is here is kept too, and needs not be here. */
    keptBehind: rests.keptBehind,
    /** Lanes that keep more, and nothing of it is here. */
    drained: (): readonly string[] => rests.names().filter((lane) => lanes.get(lane)?.length === 0),
    end: (lane: string): void => {
      if (!rests.has(lane)) lanes.delete(lane);
    },
    ...{ visit, open, settle, isIdle, leave, clear },
  };
};
