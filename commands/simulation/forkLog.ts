import { setTimeout as delay, setImmediate as letOthersRun } from 'node:timers/promises';
import type { EventFeed, Position } from '../../domain/eventLog.ts';
import type { SimulationResult } from '../../domain/simulation/comparison.ts';
import type { SimulationQuestion } from '../../domain/simulation/events.ts';
import { heardCategories } from '../../domain/simulation/follow.ts';
import { createFork } from '../../domain/simulation/fork.ts';
import { toDomain } from '../codec.ts';

const pageEventsMax = 1_000;
/** Decided at once; then whoever else waits for this process has a turn. */
const eventsAtOnce = 50;
/** A copy of the log may not have come to the end of the range yet. */
const waitMs = 500;

export type ForkProgress = { readonly events: number; readonly position: string };

/**
 * Answers a question from the log. It is given nothing but a way to read: no executor, outbox or partner can be reached from
 * here, and what it decides stays in memory. Undefined: it was stopped. Throws `LogUnavailable`, `UnknownEvent`,
 * `SimulationTooLarge`, `SimulationUnsettled`.
 */
export const forkLog = async (
  { readAfter }: Pick<EventFeed, 'readAfter'>,
  question: SimulationQuestion,
  onPage: (progress: ForkProgress) => Promise<void>,
  isStopped: () => boolean,
): Promise<SimulationResult | undefined> => {
  const { businessUnit, range, policy } = question;
  const fork = createFork(businessUnit, range, policy);
  const end = range.kind === 'POSITIONS' ? range.through : range.upTo;
  let from: Position | 'start' = 'start';
  let events = 0;
  for (;;) {
    const page = await readAfter(from, pageEventsMax, { categories: heardCategories });
    for (const [index, recorded] of page.events.entries()) {
      if (index % eventsAtOnce === 0) await letOthersRun();
      if (isStopped()) return undefined;
      const taking = fork.take(toDomain(recorded));
      let turn = taking.next();
      for (; turn.done !== true; turn = taking.next()) await letOthersRun();
      if (!turn.value) return fork.result();
    }
    events += page.events.length;
    const isBehind = page.throughPosition === from;
    from = page.throughPosition;
    const position = from === 'start' ? '0' : from;
    if (position >= end) return fork.result();
    await onPage({ events, position });
    if (isStopped()) return undefined;
    if (isBehind) await delay(waitMs);
  }
};
