import { hash } from 'node:crypto';
import { categoryOf } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { buOf, type Projection } from '../projection.ts';
import { addRows } from '../statements.ts';
import type { Table } from '../table.ts';

type IndexRow = {
  readonly position: string;
  readonly event_id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly category: string;
  readonly bu: string;
  readonly correlation: string;
  readonly causation: string;
  readonly command_id: string;
  readonly actor_kind: string;
  readonly actor: string;
  readonly order_id: string | null;
  readonly customer: string | null;
  readonly node: string | null;
  readonly item: string | null;
  readonly occurred_at: string;
  readonly updated_at: string;
  readonly policy: unknown;
  readonly reason: unknown;
  readonly payload_sha256: string | null;
  readonly data_sha256: string;
};

const table: Table<IndexRow> = {
  name: 'event_index',
  columns: [
    'position',
    'event_id',
    'stream',
    'revision',
    'type',
    'category',
    'bu',
    'correlation',
    'causation',
    'command_id',
    'actor_kind',
    'actor',
    'order_id',
    'customer',
    'node',
    'item',
    'occurred_at',
    'updated_at',
    'policy',
    'reason',
    'payload_sha256',
    'data_sha256',
  ],
  key: ['position'],
};

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A process manager's own stream is keyed by the order it looks after. */
const orderOf = (event: RecordedDomainEvent): string | null => {
  const { orderId } = event.data as { readonly orderId?: unknown };
  if (event.type === 'IntentsIssued' && event.data.process === 'o2c') return event.data.key;
  return text(orderId);
};

/**
 * Why, where the envelope says nothing of it: what somebody gave as the reason, or what an order is held for; and what a second
 * person agreed to for it.
 */
const reasonOf = (event: RecordedDomainEvent): { readonly code?: string; readonly approvalId?: string } | null => {
  const data = event.data as { readonly reason?: unknown; readonly ground?: unknown; readonly approvalId?: unknown };
  const code = event.type === 'OrderHeld' ? event.data.type : (text(data.reason) ?? text(data.ground));
  const approvalId = text(data.approvalId);
  if (code === null && approvalId === null) return null;
  return { ...(code !== null && { code }), ...(approvalId !== null && { approvalId }) };
};

const toRow = (event: RecordedDomainEvent): IndexRow => {
  const data = event.data as {
    readonly soldTo?: unknown;
    readonly customer?: unknown;
    readonly node?: unknown;
    readonly item?: unknown;
  };
  const { metadata } = event;
  return {
    position: event.position,
    event_id: event.eventId,
    stream: event.stream,
    revision: event.revision,
    type: event.type,
    category: categoryOf(event.stream),
    bu: buOf(event),
    correlation: metadata.$correlationId,
    causation: metadata.$causationId,
    command_id: metadata.commandId,
    actor_kind: metadata.actor.kind,
    actor: metadata.actor.id,
    order_id: orderOf(event),
    customer: text(data.soldTo) ?? text(data.customer),
    node: text(data.node),
    item: text(data.item),
    occurred_at: metadata.occurredAt,
    updated_at: event.recordedAt,
    policy: metadata.policy ?? null,
    reason: metadata.reason ?? reasonOf(event),
    payload_sha256: metadata.source.payloadSha256 ?? null,
    data_sha256: hash('sha256', JSON.stringify(event.data), 'hex'),
  };
};

/** Every event there is, whatever its type: an auditor must find each one. */
const everything: ReadonlySet<string> = { has: () => true } as unknown as ReadonlySet<string>;

export const eventIndex: Projection = {
  name: 'event_index',
  version: 3,
  tables: [table.name],
  handles: everything,
  laneOf: (event) => event.stream,
  waitsFor: () => [],
  apply: async (batch, into) => {
    await addRows(into, table, batch.map(toRow));
    return batch.length;
  },
};
