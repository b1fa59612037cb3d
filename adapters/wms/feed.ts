import { PartnerUnavailable, type WarehouseMessage, type Wms } from '../../commands/partnerPorts.ts';
import { badResponse, type HttpAnswer, read, refusalOf } from '../http/answers.ts';
import { errorAnswer, type MessageList, messageList, warehouseMessage } from './schema.ts';
import { toWarehouseMessage } from './translate.ts';

export type FeedOptions = {
  readonly system: string;
  readonly ask: (question: {
    readonly operation: string;
    readonly path: string;
    readonly signal?: AbortSignal;
    readonly timeoutMs?: number;
    readonly answerBytesMax?: number;
  }) => Promise<HttpAnswer>;
};

/** What a message tells, which may be nothing; undefined: it is not understood. */
const told = (content: unknown): readonly WarehouseMessage[] | undefined => {
  const parsed = warehouseMessage.safeParse(content);
  if (!parsed.success) return undefined;
  try {
    const message = toWarehouseMessage(parsed.data);
    return message === undefined ? [] : [message];
  } catch {
    return undefined;
  }
};

/**
 * Messages up to the first, by sequence, that is not understood, and a cursor in front of that one. It is asked for again
 * until it is understood: the feed stands still and says so, which is better than a shipment that nobody recorded.
 */
export const understood = (
  list: MessageList,
  cursor: string,
): { readonly messages: readonly WarehouseMessage[]; readonly cursor: string } | undefined => {
  const read = list.messages.map(({ sequence, content }) => ({ sequence: BigInt(sequence), messages: told(content) }));
  const bad = read.flatMap(({ sequence, messages }) => (messages === undefined ? [sequence] : []));
  const firstBad =
    bad.length === 0 ? undefined : bad.reduce((least, sequence) => (sequence < least ? sequence : least));
  const good = read.filter(({ sequence }) => firstBad === undefined || sequence < firstBad);
  const messages = good.flatMap((each) => each.messages ?? []);
  if (firstBad === undefined) return { messages, cursor: list.next };
  if (good.length === 0) return undefined;
  const last = good.reduce(
    (most, { sequence }) => (sequence > most ? sequence : most),
    BigInt(cursor === '' ? '0' : cursor),
  );
  return { messages, cursor: last.toString() };
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
    const answer = await ask({ operation, path, timeoutMs, signal, answerBytesMax: pageBytesMax });
    if (answer.status !== 200)
      throw badResponse(system, operation, refusalOf(system, operation, errorAnswer, answer.body).code);
    const found = understood(read(system, operation, messageList, answer.body), cursor);
    if (found === undefined)
      throw badResponse(system, operation, `the message after ${cursor || 'the start'} is not understood`);
    return found;
  } catch (error) {
    if (signal.aborted && error instanceof PartnerUnavailable) return { messages: [], cursor };
    throw error;
  }
};
