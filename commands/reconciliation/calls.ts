import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import type { ReconciliationPair } from '../../domain/reconciliation/pairs.ts';
import { reconciliationDecider } from '../../domain/reconciliation/reconciliation.ts';
import type { Outcome } from '../application.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import { carryOut } from '../carryOut.ts';
import { derivedUlid } from '../eventIds.ts';
import { invalid, violation } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { reconciliationStream } from './execute.ts';
import { type SystemOf, usualSystem } from './ports.ts';

export type ReconciliationRequest = { readonly bu: string; readonly pair: ReconciliationPair };

export type ReconciliationCalls = {
  /** Asks for a run, which a worker takes within seconds. */
  readonly startReconciliation: (
    input: ReconciliationRequest,
    context: CommandContext,
  ) => Promise<Outcome<ReconciliationRequest & { readonly runId: string }>>;
};

export const reconciliationCalls = (
  { executor, catalog }: Pick<AppPorts, 'executor' | 'catalog'>,
  systemOf: SystemOf = usualSystem,
): ReconciliationCalls => ({
  startReconciliation: async ({ bu, pair }, context) => {
    if (businessUnitOf(catalog.current(), bu) === undefined)
      return invalid([violation('/bu', 'BU_UNKNOWN', `There is no business unit ${bu}.`)]);
    const run = { bu, pair, runId: derivedUlid(`reconciliation:${context.commandId}`) };
    const whom = { system: systemOf(pair, bu), requestedBy: context.actor.id };
    const command = { type: 'StartReconciliation', ...run, ...whom } as const;
    const work = { decider: reconciliationDecider, stream: reconciliationStream(run), command };
    return carryOut(executor, work, context, () => run);
  },
});
