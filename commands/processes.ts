import type { RecordedDomainEvent } from '../domain/events.ts';
import type { Process } from '../domain/orderToCash/process.ts';
import type { Executor } from './handle.ts';
import type { Paused } from './ports.ts';
import { createFeedWorker, type FeedWorkerPorts } from './workers/feedWorker.ts';
import { contextAfter } from './workers/ownContext.ts';

/**
 * The id under which a process answers a cause. It has a name space of its own, because requests and steps name their
 * commands after the same event (`<eventId>:credit`), in other streams: one id in two streams would be one event id.
 */
export const processCommandId = (causeEventId: string, processName: string): string =>
  `${causeEventId}:process:${processName}`;

/** Lets a process answer one cause. Safe to repeat: the same cause makes the same command and so the same event id. */
export const answerCause = async <State>(
  process: Process<State>,
  executor: Pick<Executor, 'execute'>,
  key: string,
  event: RecordedDomainEvent,
): Promise<void> => {
  const channel = event.metadata.source.channel ?? event.metadata.partition.channel;
  const id = processCommandId(event.eventId, process.name);
  const asked = contextAfter(event, `process:${process.name}`, id, event.recordedAt);
  // So that the first steps of an order can be held by its channel.
  const context = { ...asked, source: { ...asked.source, ...(channel !== undefined && { channel }) } };
  // Nobody but this process writes here, each cause after the one before it. A state that misses another worker's
  // answers meets them at its first append and is read again; up to there both have decided the same.
  const atLeast = event.position;
  const isNew = process.beginsWith.includes(event.type);
  await executor.execute(process.decider, process.streamOf(key), event, context, { atLeast, isNew });
};

/** A manager's answers to one business unit: nothing crosses business units, so a fault in one need not hold the others. */
export const processGroup = (processName: string, event: RecordedDomainEvent): Paused => ({
  group: 'process',
  key: `${processName}.${event.metadata.partition.bu}`,
});

/**
 * Runs a process manager: every cause is answered by at most one `IntentsIssued` in the instance's own stream, also when
 * history is read again or another instance reads it at the same time. `before`: what is to happen before a cause is
 * answered; it is repeated with it.
 */
export const createProcessRunner = <State>(
  process: Process<State>,
  executor: Pick<Executor, 'execute'>,
  ports: FeedWorkerPorts,
  before?: (event: RecordedDomainEvent) => Promise<void>,
) =>
  createFeedWorker(
    {
      name: `process:${process.name}`,
      categories: process.categories,
      keysOf: (event) => {
        const key = process.keyOf(event);
        return key === undefined ? [] : [key];
      },
      // Whoever reads both one by one answers both, and the step of the first finds that there is nothing to do.
      handle: async (key, event, later) => {
        await before?.(event);
        if (!later.some((next) => process.isSettledBy(event, next))) await answerCause(process, executor, key, event);
      },
      groupOf: (event) => processGroup(process.name, event),
    },
    ports,
  );
