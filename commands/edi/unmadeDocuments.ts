import { LogUnavailable, type StreamName } from '../../domain/eventLog.ts';
import { partnerOf } from '../../domain/masterData/partners.ts';
import { toDomain } from '../codec.ts';
import { eventAt, type StreamReader } from '../deciding/readStream.ts';
import type { DiscardingPorts } from '../inbox/warehouseDiscards.ts';
import type { HeldItem, WorkerLanes } from '../ports/lane.ts';
import type { MessageDiscards, ParkedMessage } from '../ports/stuck.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import type { Stuck } from '../workers/feedWorker.ts';
import { troubleOf } from '../workers/trouble.ts';
import { partnerOfLane, type Told, toldOf } from './toldEvents.ts';

/**
 * A document that the partner's format has no way to say as things are, set aside until a word is mapped or somebody gives it up,
 * and where the event lies that it tells of.
 */
export type UnmadeDocument = {
  readonly documentId: string;
  readonly bu: string;
  readonly laneKey: string;
  readonly eventId: string;
  /** The type of the event. */
  readonly what: string;
  readonly stream: StreamName;
  readonly revision: number;
  readonly position: string;
  readonly orderId: string | null;
  readonly errorClass: string;
  readonly detail: string;
  readonly attempts: number;
};

/** All throw `LogUnavailable`. */
export type UnmadeDocuments = {
  /** Durable when it resolves; tried again after so long. */
  readonly note: (document: UnmadeDocument, retryAfterMs: number) => Promise<void>;
  /** What is set aside in lanes of which something is due, the longest due first, at most so many lanes; of a lane in log order. */
  readonly due: (lanesMax: number) => Promise<readonly UnmadeDocument[]>;
  readonly forget: (document: Pick<UnmadeDocument, 'laneKey' | 'eventId'>) => Promise<void>;
  /** What of the lane lies before the position. */
  readonly forgetBefore: (laneKey: string, position: string) => Promise<void>;
  readonly ofLane: (laneKey: string) => Promise<readonly HeldItem[]>;
  /** As messages that are kept, for whoever gives them up. */
  readonly kept: (laneKeys: readonly string[]) => Promise<readonly ParkedMessage[]>;
  /** The lane is due now. */
  readonly hasten: (laneKey: string) => Promise<void>;
};

/** The worker that makes documents, and the consumer of what it cannot get past. */
export const documentsConsumer = 'partner-documents';

const retryBaseMs = 60_000;
const retryMsMax = 15 * 60_000;
const lanesAtOnce = 20;

/** Nobody waits for it but people, and whoever maps a word can ask for it at once. */
const retryAfterMs = (attempts: number): number => Math.min(retryMsMax, retryBaseMs * 2 ** Math.min(attempts - 1, 10));

export type SetAsidePorts = {
  readonly unmade: Pick<UnmadeDocuments, 'note'>;
  /** Told of every attempt in vain. */
  readonly onStuck: (stuck: Stuck) => void;
};

export const setAside = async (
  { unmade, onStuck }: SetAsidePorts,
  { key: laneKey, event }: Told,
  { documentId, error, attempts }: { readonly documentId: string; readonly error: unknown; readonly attempts: number },
): Promise<void> => {
  const { eventId, type: what, stream, revision, position, data } = event;
  const { class: errorClass, detail } = troubleOf(error);
  const orderId = 'orderId' in data ? data.orderId : null;
  const place = { laneKey, eventId, what, stream, revision, position };
  const document = { documentId, bu: data.bu, orderId, ...place, errorClass, detail, attempts };
  await unmade.note(document, retryAfterMs(attempts));
  onStuck({ worker: documentsConsumer, key: laneKey, eventId, attempts, waiting: 0, error });
};

export type RetryPorts = SetAsidePorts & {
  readonly unmade: Pick<UnmadeDocuments, 'note' | 'due' | 'forget'>;
  readonly store: StreamReader;
  readonly catalog: Pick<CatalogFollower, 'current'>;
  readonly make: (told: Told) => Promise<void>;
};

/** Whatever is wrong with one holds up no other. */
const retry = async (ports: RetryPorts, document: UnmadeDocument): Promise<void> => {
  const { unmade, store, catalog, make } = ports;
  const { stream, revision, laneKey, documentId, attempts } = document;
  const recorded = await eventAt(store, stream, revision);
  const told = recorded === undefined ? [] : toldOf(catalog.current(), toDomain(recorded));
  const meant = told.find(({ key }) => key === laneKey);
  const partner = partnerOf(catalog.current(), document.bu, partnerOfLane(laneKey));
  // Nothing is made for it at present, which may end.
  if (meant === undefined && partner?.active === false)
    return unmade.note({ ...document, attempts: attempts + 1 }, retryMsMax);
  try {
    // Otherwise nobody is told of it any more.
    if (meant !== undefined) await make(meant);
  } catch (error) {
    if (error instanceof LogUnavailable || meant === undefined) throw error;
    return setAside(ports, meant, { documentId, error, attempts: attempts + 1 });
  }
  await unmade.forget(document);
};

/** Tries what is due, one after the other; true: there may be more. Throws `LogUnavailable`. */
export const retryUnmade = async (ports: RetryPorts, signal: AbortSignal): Promise<boolean> => {
  const due = await ports.unmade.due(lanesAtOnce);
  for (const document of due) {
    if (signal.aborted) return false;
    await retry(ports, document);
  }
  return new Set(due.map(({ laneKey }) => laneKey)).size === lanesAtOnce;
};

/** What was given up is let go of before the order to do so, so whoever is killed in between does it again. */
export const discardsOfUnmade = (
  { kept, forget }: Pick<UnmadeDocuments, 'kept' | 'forget'>,
  { carriedOut }: Pick<MessageDiscards, 'carriedOut'>,
): Required<Pick<DiscardingPorts, 'parked' | 'discards'>> => ({
  parked: { read: (_consumer, laneKeys = []) => kept(laneKeys) },
  discards: {
    carriedOut: async (ordered, isMeant) => {
      if (isMeant) await forget({ laneKey: ordered.laneKey, eventId: ordered.item });
      await carriedOut(ordered, isMeant);
    },
  },
});

/** Lanes of the worker together with what is set aside of them, for whoever looks at one or has it tried. */
export const lanesWithUnmade = (
  lanes: WorkerLanes,
  { ofLane, hasten }: Pick<UnmadeDocuments, 'ofLane' | 'hasten'>,
): WorkerLanes => ({
  ...lanes,
  held: async (consumer, laneKey) => [...(await lanes.held(consumer, laneKey)), ...(await ofLane(laneKey))],
  hasten: async (consumer, laneKey) => {
    await hasten(laneKey);
    await lanes.hasten(consumer, laneKey);
  },
});
