import type { CaseOutcome } from '../../domain/exceptionCase/events.ts';
import { type CaseCommand, caseDecider } from '../../domain/exceptionCase/exceptionCase.ts';
import { operationsUnit } from '../../domain/operations.ts';
import type { Outcome } from '../application.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import { findStream } from '../calls/findStream.ts';
import type { WithRevision } from '../calls/inputs.ts';
import { carryOut } from '../carryOut.ts';
import type { CommandContext } from '../ports.ts';
import { caseStream } from './watchdog.ts';

export type OfCase = { readonly caseId: string; readonly bu: string };

export type AssignInput = OfCase & WithRevision & { readonly owner: string; readonly note: string | null };
export type ResolveInput = OfCase & WithRevision & { readonly outcome: CaseOutcome; readonly note: string };

export type CaseCalls = {
  /** Whoever had it has it no more. Already theirs and nothing to say: nothing more happens. */
  readonly assignCase: (input: AssignInput, context: CommandContext) => Promise<Outcome<{ readonly owner: string }>>;
  readonly resolveCase: (
    input: ResolveInput,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly outcome: CaseOutcome }>>;
  /** Undefined: there is no such case. It never changes. */
  readonly caseOwner: (caseId: string) => Promise<{ readonly bu: string } | undefined>;
};

export const caseCalls = (ports: Pick<AppPorts, 'executor' | 'catalog'>): CaseCalls => {
  const { executor } = ports;
  const ask = <T extends object>(
    command: CaseCommand,
    ifMatch: number | undefined,
    value: T,
    context: CommandContext,
  ) => {
    const { bu, caseId } = command;
    const work = { decider: caseDecider, stream: caseStream(bu, caseId), command, ifMatch };
    return carryOut(executor, work, context, () => value);
  };
  return {
    assignCase: ({ ifMatch, ...input }, context) =>
      ask({ type: 'AssignCase', ...input, by: context.actor.id }, ifMatch, { owner: input.owner }, context),
    resolveCase: ({ ifMatch, ...input }, context) =>
      ask({ type: 'ResolveCase', ...input, by: context.actor.id }, ifMatch, { outcome: input.outcome }, context),
    caseOwner: async (caseId) => {
      const found = await findStream(ports, caseDecider, caseId);
      if (found !== undefined) return { bu: found.bu };
      const own = await executor.load(caseDecider, caseStream(operationsUnit, caseId));
      return own.revision >= 0 ? { bu: operationsUnit } : undefined;
    },
  };
};
