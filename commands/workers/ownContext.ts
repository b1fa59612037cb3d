import type { CommandContext } from '../ports.ts';

/**
 * Of what a worker of this service does because it is time, and nobody asked: a beginning of its own. Under one id it is done once,
 * however often it is tried. `at`: an instant.
 */
export const ownContext = (worker: string, id: string, at: string): CommandContext => ({
  ...{ commandId: id, correlationId: id, causationId: id, occurredAt: at },
  actor: { kind: 'SYSTEM', id: worker, roles: [] },
  source: { system: 'throughline' },
});
