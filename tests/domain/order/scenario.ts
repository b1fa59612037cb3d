import { expect } from '@jest/globals';
import { type Decider, type Event, isRefusal } from '../../../domain/decider.ts';
import type { RefusalCode } from '../../../domain/refusalCodes.ts';

/** Runs commands one after the other; a refusal changes nothing. */
export const play = <State, Command, E extends Event>(
  decider: Decider<State, Command, E>,
  commands: readonly Command[],
): { readonly state: State; readonly events: readonly E[] } => {
  let state = decider.initial;
  const events: E[] = [];
  for (const command of commands) {
    const outcome = decider.decide(command, state);
    if (isRefusal(outcome)) throw new Error(`the history is refused: ${outcome.detail}`);
    for (const event of outcome) state = decider.evolve(state, event);
    events.push(...outcome);
  }
  return { state, events };
};

type Expected = { readonly type: string; readonly data?: Readonly<Record<string, unknown>> };

export const scenarios =
  <State, Command, E extends Event>(decider: Decider<State, Command, E>) =>
  (...history: readonly Command[]) => {
    const { state } = play(decider, history);
    return {
      state,
      when: (command: Command) => {
        const outcome = decider.decide(command, state);
        return {
          /** Exactly these events, in this order; of their data at least what is named. */
          // biome-ignore lint/suspicious/noThenProperty: given, when, then is how these tests read; nobody awaits this.
          then: (...expected: readonly Expected[]) => {
            if (isRefusal(outcome)) throw new Error(`refused ${outcome.refused}: ${outcome.detail}`);
            expect(outcome.map((event) => event.type)).toEqual(expected.map((event) => event.type));
            expect(outcome).toMatchObject(expected as never);
          },
          thenNothing: () => expect(outcome).toEqual([]),
          thenRefused: (code: RefusalCode, data?: object) =>
            expect(outcome).toMatchObject({ refused: code, ...(data !== undefined && { data }) }),
        };
      },
    };
  };
