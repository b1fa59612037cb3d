import type { OrderToCashMemory, OrderToCashState } from './memory.ts';
import type { Reaction } from './process.ts';

export type Answer = Reaction<OrderToCashMemory> | undefined;

/**
 * One command may write many events (one per line); the step it calls for works on all of them. Answers with nothing
 * when an earlier event of the same command was answered with the same key.
 */
export const oncePerCommand = (
  state: OrderToCashState,
  event: { readonly metadata: { readonly commandId: string } },
  key: string,
): Pick<OrderToCashMemory, 'answered'> | undefined => {
  const { commandId } = event.metadata;
  const keys = state.answered?.commandId === commandId ? state.answered.keys : [];
  return keys.includes(key) ? undefined : { answered: { commandId, keys: [...keys, key] } };
};
