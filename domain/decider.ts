import type { RefusalCode } from './refusalCodes.ts';

/** One thing that happened, in the past tense. `data` is plain JSON: money and quantities are integer text. */
export type Event<Type extends string = string, Data = unknown> = { readonly type: Type; readonly data: Data };

/** A business "no": a value, never an exception. Maps to HTTP in one table, `api/problem.ts`. */
export type Refusal = {
  readonly refused: RefusalCode;
  readonly detail: string;
  readonly data?: Readonly<Record<string, unknown>>;
};

/**
 * The whole write side of one aggregate. `decide` is total and idempotent: the same request twice
 * returns no second event. `evolve` is total, never refuses and never mutates.
 * Time, ids, prices, tax and stock figures arrive inside the command.
 */
export type Decider<State, Command, E extends Event> = {
  readonly category: string;
  readonly initial: State;
  readonly decide: (command: Command, state: State) => readonly E[] | Refusal;
  readonly evolve: (state: State, event: E) => State;
};

export const isRefusal = <T extends object>(outcome: T | Refusal): outcome is Refusal => 'refused' in outcome;

export const refuse = (refused: RefusalCode, detail: string, data?: Readonly<Record<string, unknown>>): Refusal =>
  data === undefined ? { refused, detail } : { refused, detail, data };

export const fold = <State, E extends Event>(
  decider: Pick<Decider<State, never, E>, 'evolve'>,
  state: State,
  events: Iterable<E>,
): State => {
  let next = state;
  for (const event of events) next = decider.evolve(next, event);
  return next;
};
