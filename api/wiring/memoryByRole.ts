import { type ExecutorLimits, executorLimits } from '../../commands/handle.ts';
import type { TailLimits } from '../../commands/workers/sharedTail.ts';
import type { Config } from '../config.ts';

type Memory = {
  /** States of streams between two commands. */
  readonly states: ExecutorLimits;
  /** The newest events, for everybody of the process who follows the log. */
  readonly tail: Partial<TailLimits>;
  /** Whether the events of the documents of the last seconds are kept: steps come back to them again and again. */
  readonly youngDocuments: boolean;
};

const withSteps: Memory = { states: executorLimits, tail: {}, youngDocuments: true };

/** Without steps a process writes a document and hardly ever sees it again: what it remembered of it would only cost collections. */
const withoutSteps: Memory = {
  ...withSteps,
  states: { ...executorLimits, documents: { streamsMax: 200, bytesMax: 2 ** 20 } },
  youngDocuments: false,
};

/** What a process of each role remembers, where roles differ. */
export const memoryByRole: Readonly<Record<Config['role'], Memory>> = {
  all: withSteps,
  process: withSteps,
  adapter: withSteps,
  projector: withoutSteps,
  // Few follow the log here, all of them at its end: what is held for them longer than that is only moved about by collections.
  api: { ...withoutSteps, tail: { eventsMax: 1_000 } },
};
