import type { EventStore, Recorded, StreamName } from '../domain/eventLog.ts';
import type { EventType, RecordedDomainEvent, RecordedOf } from '../domain/events.ts';
import { toDomain } from './codec.ts';
import type { Receipt } from './ports.ts';

type Reader = Pick<EventStore, 'read'>;

/** The first event of `type` that `matches`, or undefined. Reads one event at a time. */
export const findEvent = async <T extends EventType>(
  store: Reader,
  stream: StreamName,
  type: T,
  matches: (event: RecordedOf<T>) => boolean = () => true,
): Promise<RecordedOf<T> | undefined> => {
  for await (const recorded of store.read(stream)) {
    if (recorded.type !== type) continue;
    const event = toDomain(recorded) as RecordedOf<T>;
    if (matches(event)) return event;
  }
  return undefined;
};

/** The event at that place of its stream, as it is stored. */
export const eventAt = async (store: Reader, stream: StreamName, revision: number): Promise<Recorded | undefined> => {
  for await (const event of store.read(stream, revision)) return event.revision === revision ? event : undefined;
  return undefined;
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
