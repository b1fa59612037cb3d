import type { Event } from '../domain/decider.ts';
import type { Metadata, NewEvent, StreamName } from '../domain/eventLog.ts';
import { schemaVersionOf } from './codec.ts';
import { eventIdOf } from './eventIds.ts';
import type { CommandContext } from './ports.ts';

const textOf = (data: object, name: string): string | undefined => {
  const value: unknown = Object.hasOwn(data, name) ? data[name as keyof typeof data] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** The parts of `category-<bu>.<id>` after the category. */
const partsOf = (stream: StreamName): readonly string[] => stream.slice(stream.indexOf('-') + 1).split('.');

/** BU, node, channel and region by which lanes can be told apart: from the event's own data, the rest from the stream. */
const partitionOf = (stream: StreamName, data: unknown): Metadata['partition'] => {
  const [head = '', second] = partsOf(stream);
  const fields = typeof data === 'object' && data !== null ? data : {};
  const shipTo: unknown = 'shipTo' in fields ? fields.shipTo : undefined;
  const region = typeof shipTo === 'object' && shipTo !== null ? textOf(shipTo, 'region') : textOf(fields, 'region');
  const node = textOf(fields, 'node') ?? (stream.startsWith('stock-') ? second : undefined);
  const channel = textOf(fields, 'channel');
  return {
    bu: textOf(fields, 'bu') ?? head,
    ...(region !== undefined && { region }),
    ...(node !== undefined && { node }),
    ...(channel !== undefined && { channel }),
  };
};

/** Puts the envelope around what a decider answered to one command. */
export const envelop = <E extends Event>(
  stream: StreamName,
  events: readonly E[],
  context: CommandContext,
): readonly NewEvent<E>[] =>
  events.map((event, index) => ({
    ...event,
    eventId: eventIdOf(context.commandId, index),
    ...(index > 0 && { follows: true as const }),
    metadata: {
      schemaVersion: schemaVersionOf(event.type),
      occurredAt: context.occurredAt,
      commandId: context.commandId,
      $correlationId: context.correlationId,
      $causationId: context.causationId,
      actor: context.actor,
      source: context.source,
      partition: partitionOf(stream, event.data),
      ...(context.policy !== undefined && { policy: context.policy }),
      ...(context.reason !== undefined && { reason: context.reason }),
      ...(context.traceparent !== undefined && { traceparent: context.traceparent }),
    },
  }));
