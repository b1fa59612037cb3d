import type { z } from 'zod';
import type { Outcome } from '../commands/application.ts';
import type { Receipt } from '../commands/ports.ts';
import type { ApiDeps } from './deps.ts';
import { settled } from './outcome.ts';
import type { Answer, Call, CommandCall, Immutable, Input, Nothing, RawInput, Route } from './route.ts';

/** A command in two halves: what is asked of the write side, and what of its outcome is told. `tell` is pure. */
export type Asks<I, T> = {
  readonly ask: (input: I, call: CommandCall, deps: ApiDeps) => Promise<Outcome<T>>;
  readonly tell: (value: T, receipt: Receipt, input: I, call: Call) => Answer;
};

/** An answer to a command, in the form that the route declares. */
export type Told<A extends z.ZodType> = Omit<Answer, 'body'> & { readonly body: Immutable<z.input<A>> };

/** See `Asks`; told in the form that the route declares. */
export type Halves<P extends z.ZodType, B extends z.ZodType, A extends z.ZodType, T> = {
  readonly ask: Asks<Input<P, Nothing, B>, T>['ask'];
  readonly tell: (value: T, receipt: Receipt, input: Input<P, Nothing, B>, call: Call) => Omit<Told<A>, 'position'>;
};

/** The two halves with their types put away, and what is answered when they are one after the other. */
export const halvesOf = <P extends z.ZodType, B extends z.ZodType, A extends z.ZodType, T>(
  declared: Halves<P, B, A, T>,
): Pick<Route, 'asks' | 'run'> => {
  // The pipeline parsed `input` with these very schemas, and `tell` is given what `ask` came to.
  const ask = declared.ask as Asks<RawInput, T>['ask'];
  const tell = (value: unknown, receipt: Receipt, input: RawInput, call: Call): Answer => ({
    ...declared.tell(value as T, receipt, input as Input<P, Nothing, B>, call),
    position: receipt.position,
  });
  return {
    asks: { ask, tell },
    run: async (input, call, deps) => {
      const { value, receipt } = settled(await ask(input, call as CommandCall, deps));
      return tell(value, receipt, input, call);
    },
  };
};
