import { randomUUID } from 'node:crypto';
import {
  type Appended,
  type EventFeed,
  type EventStore,
  type NewEvent,
  type Position,
  type Recorded,
  type StreamName,
  streamName,
} from '../../domain/eventLog.ts';

export type Log = EventStore & EventFeed;
/** Two instances over one storage, as two processes would have them. */
export type LogUnderTest = { readonly log: Log; readonly other: Log; readonly close: () => Promise<void> };
export type Batch = readonly [NewEvent, ...NewEvent[]];

export const newStream = (category = 'contract'): StreamName => streamName(category, 'BU1', randomUUID());

export const happened = (data: unknown = { qty: '1' }, eventId: string = randomUUID()): NewEvent => ({
  eventId,
  type: 'SomethingHappened',
  data,
  metadata: {
    schemaVersion: 1,
    occurredAt: '2026-03-02T10:00:00.000Z',
    commandId: 'command-1',
    $correlationId: 'correlation-1',
    $causationId: 'causation-1',
    actor: { kind: 'SYSTEM', id: 'contract', roles: [] },
    source: { system: 'tests' },
    partition: { bu: 'BU1' },
  },
});

export const batchOf = (size: number): Batch => [happened({ n: 0 }), ...times(size - 1, (n) => happened({ n: n + 1 }))];

export const times = <Made>(count: number, make: (index: number) => Made): Made[] =>
  Array.from({ length: count }, (_, index) => make(index));

export const readAll = async (log: EventStore, stream: StreamName, from?: number): Promise<readonly Recorded[]> => {
  const events: Recorded[] = [];
  for await (const event of log.read(stream, from)) events.push(event);
  return events;
};

export const readFeed = async (log: EventFeed, from: Position | 'start', categories?: readonly string[]) => {
  const events: Recorded[] = [];
  for (let after = from; ; ) {
    const page = await log.readAfter(after, 100, categories && { categories });
    events.push(...page.events);
    if (page.throughPosition === after) return events;
    after = page.throughPosition;
  }
};

/** For tests in which a conflict would be a failure. */
export const appended = async (outcome: ReturnType<EventStore['append']>): Promise<Appended> => {
  const result = await outcome;
  if (result.kind !== 'appended') throw new Error(`conflict: the stream is at ${result.actual}`);
  return result;
};
