import type { Executor } from './handle.ts';

/**
 * An executor whose answers reflect at least `position` and everything that was executed through it. Who acts on a cause
 * needs no more than that from the states that are held here, because every append is checked by its revision: it must
 * know its cause, whatever happened before that, and what it did itself.
 */
export const readingFrom = ({ execute, load }: Executor, position: string): Executor => {
  let atLeast = position;
  return {
    execute: async (decider, stream, command, context, options) => {
      const executed = await execute(decider, stream, command, context, { ...options, atLeast });
      if (executed.kind === 'done' && executed.receipt.position > atLeast) atLeast = executed.receipt.position;
      return executed;
    },
    load: (decider, stream, options) => load(decider, stream, { ...options, atLeast }),
  };
};
