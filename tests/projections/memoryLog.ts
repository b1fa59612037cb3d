import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventFeed, Position, Recorded, StreamName } from '../../domain/eventLog.ts';
import type { DataOf, EventType, RecordedDomainEvent } from '../../domain/events.ts';

const uuid = (name: string): string => {
  const hex = createHash('sha1').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const deeplyFrozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) deeplyFrozen(part);
  return Object.freeze(value);
};

export const positionOf = (index: number): Position => String(index + 1).padStart(20, '0') as Position;

/** An event log in memory with the ports that projections read: what was appended, in one order. */
export const createMemoryLog = (startedAt = '2026-11-23T08:00:00.000Z', bu = 'ACME') => {
  const events: Recorded[] = [];
  const revisions = new Map<string, number>();
  const start = Date.parse(startedAt);

  const append = <T extends EventType>(
    stream: string,
    type: T,
    data: DataOf<T>,
    more: Partial<Recorded['metadata']> = {},
  ): RecordedDomainEvent => {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const at = new Date(start + events.length * 1000).toISOString();
    const { orderId } = data as { readonly orderId?: string };
    const event = {
      type,
      data,
      eventId: uuid(`${bu} ${stream} ${revision}`),
      stream: stream as StreamName,
      revision,
      position: positionOf(events.length),
      recordedAt: at,
      metadata: {
        schemaVersion: 1,
        occurredAt: at,
        commandId: `command-${events.length}`,
        $correlationId: `correlation-${orderId ?? stream}`,
        $causationId: 'cause',
        actor: { kind: 'USER' as const, id: 'kim', roles: [] },
        source: { system: 'test' },
        partition: { bu },
        ...more,
      },
    };
    events.push(event);
    return event as unknown as RecordedDomainEvent;
  };

  const readAfter: EventFeed['readAfter'] = async (position, limit) => {
    const from = position === 'start' ? 0 : Number(position);
    const page = events.slice(from, from + limit);
    return { events: page, throughPosition: page.at(-1)?.position ?? position };
  };

  const changed: EventFeed['changed'] = (signal) => delay(10, undefined, { signal }).catch(() => {});
  const eventAt = async (stream: StreamName, revision: number) =>
    events.find((event) => event.stream === stream && event.revision === revision);
  const decoded = new WeakMap<Recorded, RecordedDomainEvent>();
  /** Everybody gets the same one, which nobody can change. */
  const decode = (recorded: Recorded): RecordedDomainEvent => {
    const known = decoded.get(recorded) ?? (deeplyFrozen(structuredClone(recorded)) as unknown as RecordedDomainEvent);
    decoded.set(recorded, known);
    return known;
  };

  const eventsAt = (places: readonly { readonly stream: StreamName; readonly revision: number }[]) =>
    Promise.all(places.map(({ stream, revision }) => eventAt(stream, revision)));
  return { events, append, feed: { readAfter, changed }, eventAt, eventsAt, decode };
};

export type MemoryLog = ReturnType<typeof createMemoryLog>;
