import type { EventStore, Recorded } from '../../domain/eventLog.ts';
import type { Process } from '../../domain/orderToCash/process.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import { shipmentCalls } from '../calls/shipments.ts';
import { toDomain } from '../codec.ts';
import { createExecutor } from '../handle.ts';
import { inboxOf } from '../inbox/warehouseInboxPorts.ts';
import { reread } from '../inbox/warehouseLanes.ts';
import { laneOf } from '../inbox/warehousePending.ts';
import { takeMessage } from '../inbox/warehouseTaking.ts';
import type { FeedMessage } from '../partnerPorts.ts';
import type { HeldItem } from '../ports/lane.ts';
import type { PreviewedDecision, PreviewedMessage } from '../ports/replay.ts';
import type { Checkpoints, ClaimReads, Controls, ParkedMessages, WmsLookup } from '../ports.ts';
import { answerCause } from '../processes.ts';
import { troubleOf } from '../workers/trouble.ts';
import { isAdapterPaused } from './controls.ts';
import type { IntendedStep } from './producedAlready.ts';
import { createScratchClaims, createScratchLog } from './scratchLog.ts';
import type { Foreseen } from './workerRepair.ts';

export type InboxPreviewPorts = Pick<AppPorts, 'catalog' | 'clock'> & {
  readonly store: Pick<EventStore, 'read'>;
  readonly claims: ClaimReads;
  readonly processes: readonly Process[];
  readonly checkpoints: Pick<Checkpoints, 'read'>;
  /** What the inbox keeps itself. Absent: the feed keeps everything. */
  readonly parked?: Pick<ParkedMessages, 'read'>;
  readonly feed: Pick<WmsLookup, 'system' | 'messages'> & Partial<Pick<WmsLookup, 'understand'>>;
  readonly controls: Pick<Controls, 'pauses'>;
  /** The name that calls of the feed go under, and are held by; absent: nobody is called. */
  readonly adapter?: string;
  readonly producedAlready: (steps: readonly IntendedStep[]) => Promise<readonly PreviewedMessage[]>;
};

/** The feed is read from where the inbox stands, so far and no farther. */
const pagesMax = 25;
const feedMs = 5_000;
const messagesMax = 200;
/** The feed's messages of one shipment that are not behind us. Empty when the feed cannot be asked: what failed is known anyhow. */
const inFeed = async (ports: InboxPreviewPorts, lane: string): Promise<readonly FeedMessage[]> => {
  const signal = AbortSignal.timeout(feedMs);
  const found = new Map<string, FeedMessage>();
  try {
    const stored = await ports.checkpoints.read(inboxOf(ports.feed.system));
    let cursor = stored === 'start' ? '' : (stored as string);
    for (let page = 0; page < pagesMax; page += 1) {
      const { messages, cursor: next } = await ports.feed.messages(cursor, signal);
      for (const message of messages)
        if (laneOf(message) === lane && !found.has(message.messageId)) found.set(message.messageId, message);
      if (messages.length === 0) break;
      cursor = next;
    }
  } catch {
    return [...found.values()];
  }
  return [...found.values()];
};

/** A message of the lane under the name that it waits by: what is understood by now has another one. */
type Told = { readonly id: string; readonly message: FeedMessage };

/** What the inbox keeps of the lane, and then what the feed has of it. */
const toldOf = async (ports: InboxPreviewPorts, lane: string): Promise<readonly Told[]> => {
  const rows = (await ports.parked?.read(inboxOf(ports.feed.system), [lane])) ?? [];
  const kept = rows.flatMap((row) => reread(row, ports.feed.understand).map((message) => ({ id: row.item, message })));
  const ids = new Set(kept.map(({ id }) => id));
  const feed = (await inFeed(ports, lane)).map((message) => ({ id: message.messageId, message }));
  return [...kept, ...feed.filter(({ id }) => !ids.has(id))];
};

/** As the inbox wrote it down: what is not understood stands there as the warehouse said it. */
const failedMessage = ({ item, what, detail, payload }: HeldItem, shipmentId: string): readonly FeedMessage[] => {
  if (what === 'NOT_UNDERSTOOD') {
    const message = { kind: what, messageId: item, shipmentId, theirId: null, detail, content: payload ?? '' } as const;
    return [message];
  }
  return payload === null ? [] : [JSON.parse(payload) as FeedMessage];
};

/** What the inbox holds of the shipment, in its order: the message that failed, and those that wait behind it. */
const waitingIn = async (
  ports: InboxPreviewPorts,
  shipmentId: string,
  held: readonly HeldItem[],
): Promise<readonly FeedMessage[]> => {
  const [first] = held;
  const failed = first === undefined ? [] : failedMessage(first, shipmentId);
  const told = await toldOf(ports, shipmentId);
  const firstAt = told.findIndex(({ id, message }) => id === first?.item || message.messageId === first?.item);
  if (first === undefined || firstAt === -1) return failed;
  return told
    .slice(firstAt, firstAt + 1 + first.blockedCount)
    .slice(0, messagesMax)
    .map(({ message }) => message);
};

type Decided = PreviewedDecision & { readonly recorded: readonly Recorded[] };

/** The inbox's own code over a log and keys that keep everything to themselves. */
const makeTaking = (ports: InboxPreviewPorts) => {
  const { store, catalog, clock, feed } = ports;
  const log = createScratchLog(store, clock);
  const executor = createExecutor(log);
  const claims = createScratchClaims(ports.claims);
  const application = shipmentCalls({ executor, store: log, catalog, claims, clock });
  const taking = { application, catalog, clock, wms: { system: feed.system } };

  const take = async (message: FeedMessage): Promise<Decided> => {
    const { messageId: id } = message;
    const before = log.appended().length;
    try {
      await takeMessage(taking, message, undefined);
    } catch (error) {
      const { class: errorClass, detail } = troubleOf(error);
      return { id, outcome: 'REFUSED', error: { class: errorClass, detail }, events: [], recorded: [] };
    }
    const recorded = log.appended().slice(before);
    const events = recorded.map(({ stream, type, data }) => ({ stream, type, data }));
    return { id, outcome: events.length > 0 ? 'TAKEN' : 'NOTHING_NEW', error: null, events, recorded };
  };

  /** What the processes would want done for these events. */
  const intended = async (causes: readonly Recorded[]): Promise<readonly IntendedStep[]> => {
    const before = log.appended().length;
    for (const event of causes.map(toDomain)) {
      for (const process of ports.processes) {
        const key = process.categories.includes(event.stream.slice(0, event.stream.indexOf('-')))
          ? process.keyOf(event)
          : undefined;
        if (key !== undefined) await answerCause(process, executor, key, event);
      }
    }
    const issued = log.appended().slice(before).map(toDomain);
    const intents = issued.flatMap((event) => (event.type === 'IntentsIssued' ? event.data.intents : []));
    return intents.map(({ intentId: id, step, payload }) => ({ id, step, payload, attempts: 0, running: false }));
  };

  return { take, intended };
};

/**
 * What the inbox would do with the messages of a shipment if it tried them now: taken in their order by its own code,
 * over a log that keeps it to itself. A refused message holds up what is behind it.
 */
export const previewInbox =
  (ports: InboxPreviewPorts) =>
  async (shipmentId: string, held: readonly HeldItem[]): Promise<Foreseen> => {
    const waiting = held.length === 0 ? [] : await waitingIn(ports, shipmentId, held);
    const listed = waiting.map(({ messageId: id, kind: what }) => ({ id, what, position: null }));
    const nothing = { applied: 0, messages: [], decisions: [], waiting: listed };
    if (ports.adapter !== undefined && isAdapterPaused(ports.controls, ports.adapter)) {
      const detail = `${ports.adapter} is paused; nothing of the feed is taken before it is resumed.`;
      return { ...nothing, error: { class: 'PAUSED', detail } };
    }
    const { take, intended } = makeTaking(ports);
    const decided: Decided[] = [];
    for (const message of waiting) {
      const decision = await take(message);
      decided.push(decision);
      if (decision.outcome === 'REFUSED') break;
    }
    const steps = await intended(decided.flatMap(({ recorded }) => recorded));
    return {
      ...nothing,
      applied: decided.filter(({ outcome }) => outcome !== 'REFUSED').length,
      error: decided.find(({ outcome }) => outcome === 'REFUSED')?.error ?? null,
      messages: await ports.producedAlready(steps),
      decisions: decided.map(({ recorded: _recorded, ...decision }) => decision),
    };
  };
