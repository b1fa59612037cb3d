import { toldBy } from './keptMessages.ts';
import type { FeedMessage, Wms } from './partnerPorts.ts';
import type { ParkedMessage } from './ports.ts';
import { keyOf, laneOf, type Pending, type Place } from './warehousePending.ts';

/** In the same words, or in better ones. */
const isToldAgain = (message: FeedMessage, known: FeedMessage): boolean =>
  message.messageId === known.messageId ||
  (known.kind === 'NOT_UNDERSTOOD' && message.kind !== 'NOT_UNDERSTOOD' && known.theirId === message.messageId);

/** What a parked message tells now; nothing: it needs nothing any more. */
export const reread = (kept: ParkedMessage, understand: Wms['understand'] | undefined): readonly FeedMessage[] => {
  const told = toldBy(kept);
  return told.kind === 'NOT_UNDERSTOOD' && understand !== undefined ? understand(told) : [told];
};

/** What was read of a warehouse's feed and is not taken yet, shipment by shipment, in the order it was told in. */
export const createWarehouseLanes = () => {
  const lanes = new Map<string, Pending[]>();
  /** Lanes of messages that do not say whose they are, by the id that they came under. */
  const orphans = new Map<string, string>();
  /** What was parked when the inbox started over: it is not due again for that. */
  let before = new Map<string, Pending>();

  /**
   * Told again in words that say whose it is, it waits there and no longer by itself. Its lane is found empty; where it was
   * kept is told, so that it is kept until it is taken.
   */
  const adopt = (message: FeedMessage): Place | undefined => {
    const lane = message.kind === 'NOT_UNDERSTOOD' ? undefined : orphans.get(message.messageId);
    if (lane === undefined) return undefined;
    orphans.delete(message.messageId);
    return lanes.get(lane)?.splice(0)[0]?.parkedAs;
  };

  const append = (lane: string, entry: Pending): void => {
    const pending = lanes.get(lane) ?? [];
    pending.push(entry);
    lanes.set(lane, pending);
    const { message } = entry;
    if (message.kind === 'NOT_UNDERSTOOD' && message.shipmentId === null && message.theirId !== null)
      orphans.set(message.theirId, lane);
  };

  const knownAs = (message: FeedMessage): Pending | undefined =>
    lanes.get(laneOf(message))?.find((entry) => isToldAgain(message, entry.message));

  /** A message that is told again while it waits would only wait twice. */
  const add = (message: FeedMessage, page: number): void => {
    const known = knownAs(message);
    if (known === undefined) {
      append(laneOf(message), { message, page, attempts: 0, dueAtMs: 0, parkedAs: adopt(message) });
    } else if (known.message.messageId !== message.messageId) {
      Object.assign(known, { message, page, attempts: 0, dueAtMs: 0, error: undefined });
    }
  };

  /** Puts back what was parked. False: it waits already under another name. */
  const restore = (message: FeedMessage, { laneKey, item, attempts }: ParkedMessage): boolean => {
    if (knownAs(message) !== undefined) return false;
    const parkedAs = { laneKey, item };
    const entry = before.get(keyOf(parkedAs));
    const isSame = entry?.message.messageId === message.messageId;
    append(
      laneOf(message),
      entry !== undefined && isSame ? entry : { message, page: null, attempts, dueAtMs: 0, parkedAs },
    );
    return true;
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
  };

  return {
    add,
    restore,
    drop,
    ofLane: (lane: string): readonly Pending[] => lanes.get(lane) ?? [],
    all: (): readonly (readonly [string, Pending[]])[] => [...lanes],
    count: (): number => [...lanes.values()].reduce((sum, pending) => sum + pending.length, 0),
    end: (lane: string): void => void lanes.delete(lane),
    clear,
  };
};
