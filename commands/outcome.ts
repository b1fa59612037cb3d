import type { Event, Refusal } from '../domain/decider.ts';
import { isRefusal, refuse } from '../domain/decider.ts';
import type { RefusalCode } from '../domain/refusalCodes.ts';
import type { Outcome, Violation } from './application.ts';
import type { Done, Executed } from './handle.ts';
import type { CommandContext, Receipt } from './ports.ts';

export const done = <T>(value: T, receipt: Receipt): Outcome<T> => ({ kind: 'done', value, receipt });

export const refused = (refusal: Refusal): { readonly kind: 'refused'; readonly refusal: Refusal } => ({
  kind: 'refused',
  refusal,
});

export const refusedAs = (code: RefusalCode, detail: string, data?: Readonly<Record<string, unknown>>) =>
  refused(refuse(code, detail, data));

/** Also what is told of what the caller may not see. `kind`: in the field's word, such as "purchase order". */
export const noSuch = (kind: string, id: string) => refusedAs('NOT_FOUND', `There is no ${kind} ${id}.`);

/** `current` is −1 while there is nothing yet. */
export const revisionMismatch = (current: number) =>
  refusedAs('REVISION_MISMATCH', `The present revision is ${current}.`, { currentRevision: current });

export const invalid = (
  violations: readonly Violation[],
): { readonly kind: 'invalid'; readonly violations: readonly Violation[] } => ({ kind: 'invalid', violations });

export const violation = (pointer: string, code: string, detail: string): Violation => ({ pointer, code, detail });

const isViolations = (value: unknown): value is readonly Violation[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null && 'pointer' in each);

/** What the executor came to, as an answer to the caller: what was done may still be told as a refusal. A refused definition is content that is invalid. */
export const outcomeOf = <T extends object, S, E extends Event>(
  executed: Executed<S, E>,
  toValue: (done: Done<S, E>) => T | Refusal,
): Outcome<T> => {
  switch (executed.kind) {
    case 'done': {
      const value = toValue(executed);
      return isRefusal(value) ? refused(value) : done(value, executed.receipt);
    }
    case 'revisionMismatch':
      return revisionMismatch(executed.current);
    case 'refused': {
      const violations = executed.refusal.data?.violations;
      const isContent = executed.refusal.refused === 'MASTER_DATA_INVALID' && isViolations(violations);
      return isContent ? invalid(violations) : refused(executed.refusal);
    }
  }
};

/** The context of a further command of the same request: same people, same correlation, an id of its own that a retry repeats. */
export const alsoAs = (
  context: CommandContext,
  commandId: string,
  causationId = context.commandId,
): CommandContext => ({
  ...context,
  commandId,
  causationId,
});
