import type { CommandContext } from '../../commands/ports.ts';

/** A context as the API would make it. */
export const contextOf = (commandId: string, changes: Partial<CommandContext> = {}): CommandContext => ({
  commandId,
  occurredAt: '2026-11-23T08:00:00.000Z',
  correlationId: `correlation of ${commandId}`,
  causationId: commandId,
  actor: { kind: 'USER', id: 'kim', roles: ['channel'] },
  source: { system: 'test' },
  ...changes,
});
