import { type Decider, type Event, isRefusal, type Refusal } from '../domain/decider.ts';
import type { StreamName } from '../domain/eventLog.ts';
import type { Outcome } from './application.ts';
import { answeredClaims, placedAnswer } from './deciding/openPlace.ts';
import type { Done, Executor } from './handle.ts';
import { outcomeOf, refusedAs } from './outcome.ts';
import type { AnsweredClaim, CommandContext } from './ports.ts';

export type Work<S, C, E extends Event> = {
  readonly decider: Decider<S, C, E>;
  readonly stream: StreamName;
  readonly command: C;
  readonly ifMatch?: number | undefined;
};

/** Nothing was written. Who claims the key first is told what became of it. */
export const keyTaken = () => refusedAs('REQUEST_IN_PROGRESS', 'A key of this request is in use.');

export const isKeyTaken = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'refused' && outcome.refusal.refused === 'REQUEST_IN_PROGRESS';

/** With what the first of the keys, the request's own, is answered: to the byte as it was stored. */
export const withStored = <T>(outcome: Outcome<T>, claimed: readonly AnsweredClaim[] | undefined): Outcome<T> => {
  const first = claimed?.[0];
  if (outcome.kind !== 'done' || first === undefined) return outcome;
  return { ...outcome, stored: placedAnswer(first.answer, outcome.receipt) };
};

/**
 * Executes a command that is one append to one stream, which claims the keys of its context if there are any: what is done,
 * under which key, and what was answered are in the log and the table of keys together or not at all. Throws as `execute`.
 */
export const carryOut = async <T extends object, S, C, E extends Event>(
  { execute, executeClaiming }: Pick<Executor, 'execute' | 'executeClaiming'>,
  { decider, stream, command, ifMatch }: Work<S, C, E>,
  context: CommandContext,
  toValue: (done: Done<S, E>) => T | Refusal,
): Promise<Outcome<T>> => {
  if (context.claims === undefined || executeClaiming === undefined)
    return outcomeOf(await execute(decider, stream, command, context, { ifMatch }), toValue);
  const claims = (done: Done<S, E>) => {
    const value = toValue(done);
    return isRefusal(value) ? undefined : answeredClaims(context, value, done.receipt);
  };
  const executed = await executeClaiming(decider, stream, command, context, claims, { ifMatch });
  if (executed.kind === 'apart') return keyTaken();
  return withStored(outcomeOf(executed, toValue), executed.kind === 'done' ? executed.claimed : undefined);
};
