import { createPostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createLeases } from '../../adapters/postgres/leases.ts';
import { approvalCalls } from '../../commands/calls/approvals.ts';
import { rebuildCalls, rebuildStream } from '../../commands/calls/rebuilds.ts';
import { eventTypes, toDomain } from '../../commands/codec.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { createExecutor } from '../../commands/handle.ts';
import type { CommandContext } from '../../commands/ports.ts';
import { type RebuildCommand, type RebuildPhase, rebuildDecider } from '../../domain/rebuild/rebuild.ts';
import { liveBuild } from '../../projections/build.ts';
import type { Projection } from '../../projections/projection.ts';
import { rebuildById } from '../../projections/rebuild/queries.ts';
import type { ExpectedChange } from '../../projections/rebuild/report.ts';
import { runRebuilds } from '../../projections/rebuild/worker.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

export const contextFor = (actor: string): CommandContext => {
  const commandId = newUlid();
  const asked = { commandId, correlationId: commandId, causationId: commandId };
  return {
    ...asked,
    occurredAt: '2026-11-23T12:00:00.000Z',
    actor: { kind: 'USER', id: actor, roles: ['ops'] },
    source: { system: 'test' },
  };
};

/** Rebuilds on the real log and database: what asks for them, and a worker that can be stopped and started. */
export const createRebuildService = async (given?: TestDatabase<never>) => {
  const database = given ?? (await createTestDatabase());
  const { connectionString, pool, db } = database;
  const log = createPostgresLog({ connectionString, pool });
  const leases = createLeases(connectionString);
  const executor = createExecutor(log);
  const ports = { executor };
  const calls = { ...approvalCalls(ports), ...rebuildCalls(ports, approvalCalls(ports)) };
  const problems: unknown[] = [];
  const source = { db, feed: log, decode: toDomain, knownTypes: eventTypes };

  /** `beforeRecord` may throw, as a log that is away does. */
  const startWorker = (projections: readonly Projection[], beforeRecord?: (command: RebuildCommand) => void) => {
    const stopping = new AbortController();
    const running = runRebuilds(
      {
        ...source,
        projections,
        whileHeld: leases.whileHeld,
        record: async (projection, command) => {
          beforeRecord?.(command);
          await executor.execute(rebuildDecider, rebuildStream(projection), command, contextFor('worker'));
        },
        onError: (_projection, error) => problems.push(error),
      },
      stopping.signal,
    );
    return async (): Promise<void> => {
      stopping.abort();
      await running;
    };
  };

  const request = async (projection: Projection, expectedChanges: readonly ExpectedChange[] = [], actor = 'kim') => {
    const liveVersion = (await liveBuild(db, projection)).number;
    const input = { projection: projection.name, liveVersion, reason: 'a test', expectedChanges };
    return calls.requestRebuild(input, contextFor(actor));
  };

  const phaseOf = async (rebuildId: string): Promise<RebuildPhase | undefined> =>
    (await calls.latestRebuild(rebuildId))?.phase;

  const until = async (rebuildId: string, ...wanted: readonly RebuildPhase[]): Promise<RebuildPhase> => {
    for (const deadline = Date.now() + 45_000; ; ) {
      const phase = await phaseOf(rebuildId);
      if (phase !== undefined && wanted.includes(phase)) return phase;
      if (Date.now() > deadline || phase === 'FAILED')
        throw new Error(
          `${rebuildId} is ${phase}: ${JSON.stringify(await rebuildById(db, rebuildId))} ${problems.join()}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  const close = async (): Promise<void> => {
    await log.close();
    await leases.close();
    await database.close();
  };
  return { database, db, log, source, executor, calls, problems, startWorker, request, phaseOf, until, close };
};

export type RebuildService = Awaited<ReturnType<typeof createRebuildService>>;
