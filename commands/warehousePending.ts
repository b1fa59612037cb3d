import type { FeedMessage } from './partnerPorts.ts';
import type { ParkedMessage, StuckItem } from './ports.ts';
import { troubleOf } from './trouble.ts';

/** Where a message is kept. */
export type Place = Pick<ParkedMessage, 'laneKey' | 'item'>;

/** A message that is not taken yet. */
export type Pending = {
  message: FeedMessage;
  /** The number of the page it came with; null: it is kept here, and the feed may forget it. */
  page: number | null;
  /** Where it is kept, or what it took the place of. */
  parkedAs?: Place | undefined;
  attempts: number;
  dueAtMs: number;
  error?: unknown;
};

/** From then on a refused message lets the later ones of its shipment pass: what they report has happened too. */
const attemptsBeforeParking = 5;

/**
 * A message that is early, or that failed, keeps its place; the rest of its shipment waits behind it for a while. Behind one
 * that is not understood it waits until somebody understands: nobody knows what it tells.
 */
export const blocks = ({ attempts, message }: Pick<Pending, 'attempts' | 'message'>): boolean =>
  message.kind === 'NOT_UNDERSTOOD' || attempts < attemptsBeforeParking;

/** Messages of one shipment are one lane. One that does not say whose it is has a lane of its own and holds up nobody. */
export const laneOf = ({ shipmentId, messageId }: FeedMessage): string => shipmentId ?? messageId;

/**
 * What the feed shall not be held up for: a message that was refused often enough, and everything of a shipment that waits
 * with one that is not understood, in its order. What came in the place of another would lose it, so it keeps its page.
 */
export const parkable = (pending: readonly Pending[]): readonly Pending[] => {
  const isHeldUp = pending.some(({ message }) => message.kind === 'NOT_UNDERSTOOD');
  return pending.filter((entry) => {
    if (entry.page === null) return false;
    const isInPlace = entry.parkedAs?.laneKey === laneOf(entry.message);
    if (isHeldUp && !isInPlace) return true;
    return !blocks(entry) && troubleOf(entry.error).kind === 'STUCK';
  });
};

const payloadCharsMax = 65_536;

/** What a partner said that makes no sense is shown as it came, unless it is very long. */
const payloadOf = (message: FeedMessage): { readonly payload?: string } => {
  if (message.kind !== 'NOT_UNDERSTOOD') return { payload: JSON.stringify(message) };
  return message.content.length > payloadCharsMax ? {} : { payload: message.content };
};

/** The messages of one shipment that failed. An early one is nobody's fault for a few attempts. */
export const stuckItems = (system: string, laneKey: string, pending: readonly Pending[]): readonly StuckItem[] =>
  pending.flatMap((entry, index) => {
    const { message, attempts, error } = entry;
    if (attempts === 0) return [];
    const { kind, class: errorClass, detail } = troubleOf(error);
    const isEarly = errorClass === 'SHIPMENT_NOT_PLANNED' && blocks(entry);
    const { messageId: item, kind: what } = message;
    return [
      {
        ...{ laneKey, item, kind: isEarly ? 'RETRYING' : kind, what, position: null },
        payloadRef: { system, messageId: item, ...(message.shipmentId !== null && { shipmentId: laneKey }) },
        ...payloadOf(message),
        ...{ errorClass, detail, attempts, blockedCount: blocks(entry) ? pending.length - index - 1 : 0 },
      },
    ];
  });

/** The lane that a feed is shown under which nobody understands; no shipment has this name. */
export const feedLane = 'feed';

/** The feed itself, when what comes after `after` is no page of messages: nothing behind it is taken before it is. */
export const standingFeed = (system: string, after: string, attempts: number, error: unknown): StuckItem => {
  const { class: errorClass, detail } = troubleOf(error);
  return {
    ...{ laneKey: feedLane, item: feedLane, what: 'FEED', position: null, payloadRef: { system, after: after || '0' } },
    ...{ kind: attempts < attemptsBeforeParking ? 'RETRYING' : 'STUCK', errorClass, detail, attempts, blockedCount: 0 },
  };
};
