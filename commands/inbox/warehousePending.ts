import type { FeedMessage } from '../partnerPorts.ts';
import type { ParkedMessage, StuckItem } from '../ports.ts';
import { troubleOf } from '../workers/trouble.ts';
import { attemptsBeforeStuck } from './standingFeed.ts';

/** Where a message is kept. */
export type Place = Pick<ParkedMessage, 'laneKey' | 'item'>;

export const keyOf = ({ laneKey, item }: Place): string => JSON.stringify([laneKey, item]);

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

/** Messages of one shipment are one lane. One that does not say whose it is has a lane of its own and holds up nobody. */
export const laneOf = ({ shipmentId, messageId }: FeedMessage): string => shipmentId ?? messageId;

/** Told in better words than what is kept in its place. */
export const isInPlace = ({ message, parkedAs }: Pending): boolean => parkedAs?.laneKey === laneOf(message);

/**
 * What the feed shall not be held up for: everything of a shipment, in its order, whose first message was refused often
 * enough, or of which a message is not understood. An outage ends by itself, so nothing is moved for it.
 */
export const parkable = (pending: readonly Pending[]): readonly Pending[] => {
  const [first] = pending;
  if (first === undefined) return [];
  const isHeldLong = first.page === null || first.attempts >= attemptsBeforeStuck;
  const isRefused = isHeldLong && first.error !== undefined && troubleOf(first.error).kind === 'STUCK';
  const isHeldUp = isRefused || pending.some(({ message }) => message.kind === 'NOT_UNDERSTOOD');
  return isHeldUp ? pending.filter(({ page }) => page !== null) : [];
};

/** As it is kept. Told in better words it keeps its place, and the name that this goes by. */
export const toKeep = (entry: Pending): ParkedMessage => {
  const { message, attempts, parkedAs } = entry;
  const theirId = message.kind === 'NOT_UNDERSTOOD' ? message.theirId : null;
  const told = { message: JSON.stringify(message), attempts, theirId };
  if (parkedAs !== undefined && isInPlace(entry)) return { ...parkedAs, ...told, isRetold: true };
  return { laneKey: laneOf(message), item: message.messageId, ...told };
};

const payloadCharsMax = 65_536;

/** What a partner said that makes no sense is shown as it came, unless it is very long. */
const payloadOf = (message: FeedMessage): { readonly payload?: string } => {
  if (message.kind !== 'NOT_UNDERSTOOD') return { payload: JSON.stringify(message) };
  return message.content.length > payloadCharsMax ? {} : { payload: message.content };
};

/**
 * What holds up a shipment: its first message, which is tried alone. An early one is nobody's fault for a few attempts; one
 * that is kept is not early. `more`: what waits for the shipment and is not here.
 */
export const stuckItems = (
  system: string,
  laneKey: string,
  pending: readonly Pending[],
  more = 0,
): readonly StuckItem[] => {
  const [first] = pending;
  if (first === undefined || first.attempts === 0) return [];
  const { message, attempts, error } = first;
  const { kind, class: errorClass, detail } = troubleOf(error);
  const isEarly = errorClass === 'SHIPMENT_NOT_PLANNED' && first.page !== null && attempts < attemptsBeforeStuck;
  const { messageId: item, kind: what } = message;
  return [
    {
      ...{ laneKey, item, kind: isEarly ? 'RETRYING' : kind, what, position: null },
      payloadRef: { system, messageId: item, ...(message.shipmentId !== null && { shipmentId: laneKey }) },
      ...payloadOf(message),
      ...{ errorClass, detail, attempts, blockedCount: pending.length - 1 + more },
    },
  ];
};

/** It is about the message itself, and it is not only early. */
export const isFailure = (error: unknown): boolean => {
  const { kind, class: code } = troubleOf(error);
  return kind === 'STUCK' && code !== 'SHIPMENT_NOT_PLANNED';
};
