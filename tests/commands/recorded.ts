import type { Position, Recorded, StreamName } from '../../domain/eventLog.ts';

/** An event as a reader of the log is given it, when only its type, version and data matter. */
export const recorded = (type: string, schemaVersion: number, data: unknown = {}): Recorded => ({
  type,
  data,
  eventId: 'e',
  stream: 'order-ACME.1' as StreamName,
  revision: 0,
  position: '1' as Position,
  recordedAt: '',
  metadata: {
    schemaVersion,
    occurredAt: '',
    commandId: 'c',
    $correlationId: 'c',
    $causationId: 'c',
    partition: { bu: 'ACME' },
    actor: { kind: 'SYSTEM', id: 'x', roles: [] },
    source: { system: 'x' },
  },
});
