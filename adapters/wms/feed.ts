import { type FeedMessage, type NotUnderstood, PartnerUnavailable, type Wms } from '../../commands/partnerPorts.ts';
import { type Ask, badResponse, placesOf, read, refusalOf } from '../http/answers.ts';
import { errorAnswer, type MessageList, messageList, messageSigns, warehouseMessage } from './schema.ts';
import { toWarehouseMessage } from './translate.ts';

export type FeedOptions = {
  readonly system: string;
  readonly ask: Ask;
};

/** Nested so deeply that it can be read and not written, it is not kept: nothing of ours will ever be meant by it. */
const textOf = (content: unknown): string => {
  try {
    return JSON.stringify(content) ?? 'null';
  } catch {
    return 'null';
  }
};

/** Whose it is may be plain although the rest makes no sense. */
const notUnderstood = (messageId: string, content: unknown, detail: string): NotUnderstood => {
  const { shipmentReference, messageId: theirId } = messageSigns.parse(content);
  return {
    kind: 'NOT_UNDERSTOOD',
    messageId,
    shipmentId: shipmentReference,
    theirId,
    detail,
    content: textOf(content),
  };
};

/** What a message tells, which may be nothing. */
const told = (id: string, content: unknown): readonly FeedMessage[] => {
  const parsed = warehouseMessage.safeParse(content);
  if (!parsed.success) return [notUnderstood(id, content, `It is not understood: ${placesOf(parsed.error)}`)];
  try {
    const message = toWarehouseMessage(parsed.data);
    return message === undefined ? [] : [message];
  } catch {
    // An amount finer than a minor unit, a day that no calendar has.
    return [notUnderstood(id, content, 'It is well formed, but says something that cannot be.')];
  }
};

export const understand: Wms['understand'] = (message) => {
  const again = told(message.messageId, JSON.parse(message.content));
  return again.some(({ kind }) => kind === 'NOT_UNDERSTOOD') ? [message] : again;
};

/**
 * What a page tells. What comes behind a message that is not understood has to wait for it, so then the order counts that
 * they were numbered in, not the one that they arrived in.
 */
export const messagesOf = ({ messages }: Pick<MessageList, 'messages'>): readonly FeedMessage[] => {
  const read = messages.map(({ sequence, content }) => ({
    sequence: BigInt(sequence),
    told: told(`feed:${sequence}`, content),
  }));
  const isClear = read.every((each) => each.told.every(({ kind }) => kind !== 'NOT_UNDERSTOOD'));
  const ordered = isClear ? read : read.toSorted((a, b) => Number(a.sequence - b.sequence));
  return ordered.flatMap((each) => each.told);
};

/** A poll may last this much longer than it was asked to wait. */
const pollGraceMs = 5_000;
/** A page of up to 1,000 messages, most of which have few lines. */
const pageBytesMax = 16 * 1024 * 1024;

/** Messages after `cursor`, oldest first, waiting up to `waitMs` for one; given up, there are none. */
export const readFeed = async (
  { system, ask }: FeedOptions,
  cursor: string,
  waitMs: number,
  signal: AbortSignal,
): ReturnType<Wms['messages']> => {
  const operation = 'messages';
  const query = new URLSearchParams({ after: cursor === '' ? '0' : cursor, waitMs: String(waitMs) });
  const path = `/api/v1/messages?${query}`;
  try {
    const timeoutMs = waitMs + pollGraceMs;
    return await ask({ operation, path, timeoutMs, signal, answerBytesMax: pageBytesMax }, ({ status, body }) => {
      if (status !== 200) throw badResponse(system, operation, refusalOf(system, operation, errorAnswer, body).code);
      const list = read(system, operation, messageList, body);
      return { messages: messagesOf(list), cursor: list.next };
    });
  } catch (error) {
    if (signal.aborted && error instanceof PartnerUnavailable) return { messages: [], cursor };
    throw error;
  }
};
