import type { FeedMessage } from './partnerPorts.ts';
import type { StuckItem } from './ports.ts';
import { troubleOf } from './trouble.ts';

/** A message that is not taken yet. `page`: the number of the page it came with. */
export type Pending = {
  message: FeedMessage;
  page: number;
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
