import type { FeedMessage } from './partnerPorts.ts';
import { laneOf, type Pending } from './warehousePending.ts';

/** In the same words, or in better ones. */
const isToldAgain = (message: FeedMessage, known: FeedMessage): boolean =>
  message.messageId === known.messageId ||
  (known.kind === 'NOT_UNDERSTOOD' && message.kind !== 'NOT_UNDERSTOOD' && known.theirId === message.messageId);

/** What was read of a warehouse's feed and is not taken yet, shipment by shipment, in the order it was told in. */
export const createWarehouseLanes = () => {
  const lanes = new Map<string, Pending[]>();
  /** Lanes of messages that do not say whose they are, by the id that they came under. */
  const orphans = new Map<string, string>();

  /** Told again in words that say whose it is, it waits there and no longer by itself. Its lane is found empty. */
  const adopt = (message: FeedMessage): void => {
    const lane = message.kind === 'NOT_UNDERSTOOD' ? undefined : orphans.get(message.messageId);
    if (lane === undefined) return;
    orphans.delete(message.messageId);
    lanes.get(lane)?.splice(0);
  };

  /** A message that is told again while it waits would only wait twice. */
  const add = (message: FeedMessage, page: number): void => {
    const lane = laneOf(message);
    const pending = lanes.get(lane) ?? [];
    const known = pending.find((entry) => isToldAgain(message, entry.message));
    if (known !== undefined) {
      if (known.message.messageId !== message.messageId)
        Object.assign(known, { message, page, attempts: 0, dueAtMs: 0, error: undefined });
      return;
    }
    adopt(message);
    pending.push({ message, page, attempts: 0, dueAtMs: 0 });
    lanes.set(lane, pending);
    if (message.kind === 'NOT_UNDERSTOOD' && message.shipmentId === null && message.theirId !== null)
      orphans.set(message.theirId, lane);
  };

  return {
    add,
    ofLane: (lane: string): readonly Pending[] => lanes.get(lane) ?? [],
    all: (): readonly (readonly [string, Pending[]])[] => [...lanes],
    count: (): number => [...lanes.values()].reduce((sum, pending) => sum + pending.length, 0),
    end: (lane: string): void => void lanes.delete(lane),
    clear: (): void => {
      lanes.clear();
      orphans.clear();
    },
  };
};
