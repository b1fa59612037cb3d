import type { Recorded } from '../../domain/eventLog.ts';
import type { CommandContext } from '../ports.ts';

/** This service itself, by the part of it that acts: nobody sent what it asks for. */
export const actingAs = (worker: string): Pick<CommandContext, 'actor' | 'source'> => ({
  actor: { kind: 'SYSTEM', id: worker, roles: [] },
  source: { system: 'throughline' },
});

/**
 * Of what a worker of this service does because it is time, and nobody asked: a beginning of its own. Under one id it is done once,
 * however often it is tried. `at`: an instant.
 */
export const ownContext = (worker: string, id: string, at: string): CommandContext => ({
  ...{ commandId: id, correlationId: id, causationId: id, occurredAt: at },
  ...actingAs(worker),
});

/** As `ownContext`, of what it does because of an event: in the correlation of that. */
export const contextAfter = (
  { eventId, metadata }: Pick<Recorded, 'eventId' | 'metadata'>,
  worker: string,
  id: string,
  at: string,
): CommandContext => ({
  ...{ commandId: id, correlationId: metadata.$correlationId, causationId: eventId, occurredAt: at },
  ...actingAs(worker),
});
