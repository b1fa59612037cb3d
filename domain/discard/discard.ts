import type { Decider } from '../decider.ts';
import type { DiscardedMessage, MessagesDiscarded } from './events.ts';

export type DiscardCommand = { readonly type: 'DiscardMessages' } & MessagesDiscarded['data'];

/** Null: nothing was discarded under this id. */
export type DiscardState = { readonly messages: readonly DiscardedMessage[] | null };

/** An id is used once. */
const decide = ({ type: _, ...data }: DiscardCommand, { messages }: DiscardState): readonly MessagesDiscarded[] =>
  messages === null ? [{ type: 'MessagesDiscarded', data }] : [];

/** Stream `discard-operations.<discardId>`: who gave up which messages of a partner, and why. */
export const discardDecider: Decider<DiscardState, DiscardCommand, MessagesDiscarded> = {
  category: 'discard',
  initial: { messages: null },
  decide,
  evolve: (_state, { data }) => ({ messages: data.messages }),
};
