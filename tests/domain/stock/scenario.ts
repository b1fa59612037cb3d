import { expect } from '@jest/globals';
import type { Decider, Event } from '../../../domain/decider.ts';
import { fold, isRefusal } from '../../../domain/decider.ts';
import type { RefusalCode } from '../../../domain/refusalCodes.ts';

/** Freezes plain data all the way down, so that a mutation anywhere throws. */
export const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
};

/** given(history).when(command).thenEvents(events): commands in the history are decided and must not be refused. */
export const scenarioOf = <S, C, E extends Event>(decider: Decider<S, C, E>) => {
  const run = (state: S, command: C): readonly E[] => {
    const outcome = decider.decide(command, state);
    if (isRefusal(outcome)) throw new Error(`refused ${outcome.refused}: ${outcome.detail}`);
    return outcome;
  };
  const stateAfter = (history: readonly C[]): S =>
    history.reduce((state, command) => frozen(fold(decider, state, run(state, command))), decider.initial);
  return {
    stateAfter,
    given: (...history: readonly C[]) => ({
      when: (command: C) => {
        const state = stateAfter(history);
        const outcome = decider.decide(frozen(command), state);
        const events = isRefusal(outcome) ? [] : outcome;
        return {
          events,
          state: fold(decider, state, events),
          thenEvents: (...expected: readonly { readonly type: E['type']; readonly data?: object }[]): void => {
            expect(outcome).toMatchObject(expected);
            expect(events).toHaveLength(expected.length);
          },
          thenRefused: (code: RefusalCode): void => expect(outcome).toMatchObject({ refused: code }),
          thenNothing: (): void => expect(outcome).toEqual([]),
        };
      },
    }),
  };
};
