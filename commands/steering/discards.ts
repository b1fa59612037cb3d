import { discardDecider } from '../../domain/discard/discard.ts';
import type { DiscardedMessage } from '../../domain/discard/events.ts';
import { streamName } from '../../domain/eventLog.ts';
import { operationsUnit } from '../../domain/operations.ts';
import type { Outcome, Violation } from '../application.ts';
import { carryOut } from '../carryOut.ts';
import { documentsConsumer } from '../edi/unmadeDocuments.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import { isCrmQuotes, keptQuotes } from '../inbox/crmKept.ts';
import { contentSha256Of, keptUnder } from '../inbox/keptMessages.ts';
import { isInbox } from '../inbox/warehouseInboxPorts.ts';
import { invalid, violation } from '../outcome.ts';
import type { Checkpoints, CommandContext, ParkedMessage, ParkedMessages, UnmadeDocuments } from '../ports.ts';

/** A dead letter as it was just read. `item`: the id of the message or quote, or that of the event of a document; null: it is none. */
export type DiscardLetter = {
  readonly id: string;
  readonly kind: string;
  readonly consumer: string;
  readonly laneKey: string;
  readonly item: string | null;
  readonly messageKind: string;
  readonly errorClass: string;
};

export type DiscardInput = {
  /** In the order they were named; one that there is not, or no more, is its id alone. */
  readonly letters: readonly (DiscardLetter | string)[];
  readonly reason: string;
};

export type Discarded = { readonly discardId: string; readonly messages: readonly DiscardedMessage[] };

export type DiscardCalls = {
  /** All of them or none. What waits behind them goes on within seconds. Throws `LogUnavailable`. */
  readonly discardMessages: (input: DiscardInput, context: CommandContext) => Promise<Outcome<Discarded>>;
};

export type DiscardPorts = {
  readonly executor: Pick<Executor, 'execute' | 'executeClaiming' | 'load'>;
  readonly parked: Pick<ParkedMessages, 'read'>;
  readonly unmade: Pick<UnmadeDocuments, 'kept'>;
  /** Where readers of a CRM keep what they left behind. */
  readonly checkpoints: Pick<Checkpoints, 'read'>;
};

/** What the letters' consumers keep: each is asked once, however many of its messages are named. */
const keptBy = async (
  { parked, unmade, checkpoints }: DiscardPorts,
  letters: DiscardInput['letters'],
): Promise<ReadonlyMap<string, readonly ParkedMessage[]>> => {
  const named = letters.flatMap((letter) => (typeof letter === 'string' ? [] : [letter]));
  const lanesOf = Map.groupBy(named, ({ consumer }) => consumer);
  const asked = [...lanesOf].flatMap(([consumer, of]) => {
    if (isInbox(consumer)) return [[consumer, parked.read(consumer)] as const];
    if (isCrmQuotes(consumer)) return [[consumer, keptQuotes(checkpoints, consumer)] as const];
    return consumer === documentsConsumer ? [[consumer, unmade.kept(of.map(({ laneKey }) => laneKey))] as const] : [];
  });
  return new Map(await Promise.all(asked.map(async ([consumer, kept]) => [consumer, await kept] as const)));
};

/** The message that is meant, or why it cannot be discarded. */
const found = (
  letter: DiscardLetter | string,
  keptIn: ReadonlyMap<string, readonly ParkedMessage[]>,
): DiscardedMessage | string => {
  if (typeof letter === 'string') return `There is no dead letter ${letter}, or no more.`;
  const { id, kind, consumer, laneKey, item, messageKind, errorClass } = letter;
  const all = keptIn.get(consumer);
  if (all === undefined || item === null)
    return `Dead letter ${id} is no message of a warehouse, no quote and no document: it is mended and replayed, and never discarded.`;
  if (kind !== 'STUCK') return `Dead letter ${id} goes on by itself: it is tried again.`;
  const inLane = all.filter((each) => each.laneKey === laneKey);
  const kept = keptUnder(inLane, item) ?? keptUnder(all, item);
  if (kept === undefined) return `Dead letter ${id} is not kept here: it was taken meanwhile, or comes again soon.`;
  const place = { consumer, laneKey: kept.laneKey, item: kept.item };
  return { ...place, messageId: item, messageKind, errorClass, contentSha256: contentSha256Of(kept) };
};

/** Each message once, or everything that is wrong. */
const allFound = async (
  ports: DiscardPorts,
  letters: DiscardInput['letters'],
): Promise<{ readonly messages: readonly DiscardedMessage[]; readonly violations: readonly Violation[] }> => {
  const keptIn = await keptBy(ports, letters);
  const messages = new Map<string, DiscardedMessage>();
  const violations: Violation[] = [];
  for (const [index, letter] of letters.entries()) {
    const one = found(letter, keptIn);
    if (typeof one === 'string') violations.push(violation(`/deadLetterIds/${index}`, 'VALUE_INVALID', one));
    else messages.set(JSON.stringify([one.consumer, one.laneKey, one.item]), one);
  }
  return { messages: [...messages.values()], violations };
};

export const discardCalls = (ports: DiscardPorts): DiscardCalls => ({
  discardMessages: async ({ letters, reason }, context) => {
    const discardId = derivedUlid(`discard:${context.commandId}`);
    const stream = streamName(discardDecider.category, operationsUnit, discardId);
    // Killed before it could answer and sent again: the letters may be gone by now.
    const before = (await ports.executor.load(discardDecider, stream)).state.messages;
    const { messages, violations } =
      before === null ? await allFound(ports, letters) : { messages: before, violations: [] };
    if (violations.length > 0) return invalid(violations);
    const about = { discardId, bu: operationsUnit, reason, discardedBy: context.actor.id, messages };
    const work = { decider: discardDecider, stream, command: { type: 'DiscardMessages', ...about } as const };
    return carryOut(ports.executor, work, context, () => ({ discardId, messages }));
  },
});
