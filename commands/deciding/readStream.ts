import type { EventStore, Recorded, StreamName } from '../../domain/eventLog.ts';
import type { EventType, RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { toDomain } from '../codec.ts';
import type { Receipt } from '../ports.ts';
import type { RecentEvents } from './recentEvents.ts';

/** Reads streams; `recent` knows young ones by heart. */
export type StreamReader = Pick<EventStore, 'read'> & { readonly recent?: RecentEvents };
type Reader = Pick<EventStore, 'read'>;

/** The first event of `type` that `matches`, or undefined. Reads one event at a time, and nothing that is known by heart. */
export const findEvent = async <T extends EventType>(
  store: StreamReader,
  stream: StreamName,
  type: T,
  matches: (event: RecordedOf<T>) => boolean = () => true,
): Promise<RecordedOf<T> | undefined> => {
  const wanted = (recorded: Recorded): RecordedOf<T> | undefined => {
    if (recorded.type !== type) return undefined;
    const event = toDomain(recorded) as RecordedOf<T>;
    return matches(event) ? event : undefined;
  };
  for (const recorded of store.recent?.(stream) ?? []) {
    const found = wanted(recorded);
    if (found !== undefined) return found;
  }
  for await (const recorded of store.read(stream)) {
    const found = wanted(recorded);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The event at that place of its stream, as it is stored. */
export const eventAt = async (store: Reader, stream: StreamName, revision: number): Promise<Recorded | undefined> => {
  for await (const event of store.read(stream, revision)) return event.revision === revision ? event : undefined;
  return undefined;
};

/** The events of a stream from one revision through another, as they are stored. */
export async function* readThrough(
  store: Reader,
  stream: StreamName,
  from: number,
  through: number,
): AsyncIterable<Recorded> {
  for await (const event of store.read(stream, from)) {
    if (event.revision > through) return;
    yield event;
  }
}

/** What is asked about is mostly minutes old, so the end of a stream is looked at first; each further look goes back this much further. */
const firstSpan = 256;
const spanFactor = 4;

/** From where to read a stream that ends with `revision` in search of something recent: the last of them is its beginning. */
export function* furtherBack(revision: number): Iterable<number> {
  for (let span = firstSpan; ; span *= spanFactor) {
    const from = Math.max(0, revision + 1 - span);
    yield from;
    if (from === 0) return;
  }
}

/** A stretch of a stream that holds this many times more than is asked for is not read through. */
const spreadMax = 8;

const ofStream = async (
  store: Reader,
  stream: StreamName,
  revisions: readonly number[],
): Promise<readonly Recorded[]> => {
  const wanted = new Set(revisions);
  const first = Math.min(...revisions);
  const last = Math.max(...revisions);
  if (last - first >= wanted.size * spreadMax) {
    const found = await Promise.all([...wanted].map((revision) => eventAt(store, stream, revision)));
    return found.flatMap((event) => event ?? []);
  }
  const found: Recorded[] = [];
  for await (const event of readThrough(store, stream, first, last)) {
    if (wanted.has(event.revision)) found.push(event);
  }
  return found;
};

/** The events at these places as they are stored, in the order of the places: one read for each stream. Undefined: there is none. */
export const eventsAt = async (
  store: Reader,
  places: readonly { readonly stream: StreamName; readonly revision: number }[],
): Promise<readonly (Recorded | undefined)[]> => {
  const byStream = Map.groupBy(places, ({ stream }) => stream);
  const found = new Map<string, Recorded>();
  for (const [stream, inStream] of byStream) {
    const revisions = inStream.map(({ revision }) => revision);
    for (const event of await ofStream(store, stream, revisions)) found.set(`${stream}@${event.revision}`, event);
  }
  return places.map(({ stream, revision }) => found.get(`${stream}@${revision}`));
};

/** What commands whose id starts with `prefix` wrote to a stream: how far an earlier attempt at a step came. */
export const eventsOfCommands = async (
  store: Reader,
  stream: StreamName,
  prefix: string,
): Promise<readonly RecordedDomainEvent[]> => {
  const events: RecordedDomainEvent[] = [];
  for await (const recorded of store.read(stream)) {
    if (recorded.metadata.commandId.startsWith(prefix)) events.push(toDomain(recorded));
  }
  return events;
};

/** The receipt of the command that wrote `event` last. */
export const receiptOf = ({ metadata, stream, revision, position, recordedAt }: Recorded): Receipt => ({
  commandId: metadata.commandId,
  stream,
  revision,
  position,
  recordedAt,
});
