import type { Executor } from '../handle.ts';
import type { Receipt } from '../ports.ts';

/**
 * An executor whose answers reflect at least `position` and everything that was executed through it. Who acts on a cause
 * needs no more than that from the states that are held here, because every append is checked by its revision: it must
 * know its cause, whatever happened before that, and what it did itself.
 */
export const readingFrom = ({ execute, executeClaiming, load }: Executor, position: string): Executor => {
  let atLeast = position;
  const noting = <Came extends { readonly kind: string; readonly receipt?: Receipt }>(came: Came): Came => {
    const { position: at = '' } = came.receipt ?? {};
    if (at > atLeast) atLeast = at;
    return came;
  };
  const claiming: Executor['executeClaiming'] =
    executeClaiming === undefined
      ? undefined
      : async (decider, stream, command, context, claims, options) =>
          noting(await executeClaiming(decider, stream, command, context, claims, { ...options, atLeast }));
  return {
    execute: async (decider, stream, command, context, options) =>
      noting(await execute(decider, stream, command, context, { ...options, atLeast })),
    ...(claiming !== undefined && { executeClaiming: claiming }),
    load: (decider, stream, options) => load(decider, stream, { ...options, atLeast }),
  };
};
