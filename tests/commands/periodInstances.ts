import type { AppPorts } from '../../commands/calls/callPorts.ts';
import { correctionCalls, type ReversalInput } from '../../commands/calls/corrections.ts';
import { periodCalls } from '../../commands/calls/periods.ts';
import { createExecutor } from '../../commands/handle.ts';
import { done } from '../../commands/outcome.ts';
import { isCorrection } from '../../domain/ledger/corrections.ts';
import { placeInPeriods } from '../../domain/ledger/periods.ts';
import { applyToPolicy, contextFrom, noPolicy } from '../../domain/ledger/policy.ts';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';
import { eventsOf } from './facts.ts';
import { bu, world } from './newUnits.ts';
import { type Execute, must } from './world.ts';

// Services over one log that open, close, reopen and correct the periods of a business unit.

const ledger = 'PRIMARY';
export const [october, november, december] = ['202610', '202611', '202612'] as const;
export const ofLedger = (period: string) => ({ bu, ledger, period });
const because = { reason: 'month end' };

type Between = { readonly type: string; readonly act: () => Promise<unknown> };

/** An instance of the service of its own; `between.act` is done once, when it is about to write a command of `between.type`. */
export const instance = (
  between?: Between,
  looking: () => Promise<unknown> = async () => {},
  blockers: () => readonly string[] = () => [],
) => {
  const { log, catalog, claims, clock } = world;
  const real = createExecutor(log);
  let isDone = false;
  const execute: Execute = async (decider, stream, command, context, options) => {
    if (between !== undefined && !isDone && (command as { readonly type: string }).type === between.type) {
      isDone = true;
      await between.act();
    }
    return real.execute(decider, stream, command, context, options);
  };
  const ports: AppPorts = {
    ...{ executor: { execute, load: real.load }, store: log, catalog, claims, clock },
    sealableJournals: async () => world.sealed.next,
    closeChecklist: async () => {
      const throughPosition = await log.head();
      await looking();
      return { throughPosition, blockers: blockers(), checklistSha256: 'c', trialBalanceSha256: 't' };
    },
  };
  const agreed = async () => done({ approvalId: 'A', requestedBy: 'r', approvedBy: 'a' }, receiptOfNothing);
  return { ...periodCalls(ports, { requireApproval: agreed }), ...correctionCalls(ports) };
};

const receiptOfNothing = { commandId: 'c', stream: 's', revision: 0, position: '', recordedAt: '' };

export const open = async (...periods: readonly string[]): Promise<void> => {
  for (const period of periods) await must(instance().openPeriod(ofLedger(period), world.as('opener')));
};
export const softClose = (period: string) =>
  must(instance().softClosePeriod({ ...ofLedger(period), ...because }, world.as('closer')));
export const close = (period: string, by = instance()) =>
  by.closePeriod({ ...ofLedger(period), ...because }, world.as('closer'));
export const reopen = (period: string, by = instance()) =>
  by.reopenPeriod({ ...ofLedger(period), ...because }, world.as('reopener'));

const line = { dimensions: {}, lineage: {} } as Pick<
  ReversalInput['journal']['lines'][number],
  'dimensions' | 'lineage'
>;

/** A journal of November that the ERP has. */
export const acknowledged = (journalId: string): ReversalInput => ({
  journal: {
    ...{ bu, ledger, journalId, documentRef: 'D', declaredSource: 'd', orderId: null, shipmentId: null },
    ...{ invoiceId: null, currency: 'USD', originalDate: '2026-11-02', reversalOf: null, templateId: 'T15' },
    ...{ accountingDate: '2026-11-02', state: 'ACKNOWLEDGED', reversedBy: null },
    lines: [
      { role: 'SHRINKAGE', account: '590000', debit: '100', credit: '0', ...line },
      { role: 'INVENTORY', account: '130000', debit: '0', credit: '100', ...line },
    ],
  },
  source: { stream: `period-${bu}.${ledger}.${november}`, revision: 0 },
  ...{ ...because, accountingDate: '2026-11-30' },
});
export const reverse = (journalId: string, by = instance()) =>
  by.reverseJournal(acknowledged(journalId), world.as('corrector'));

/** Where in the log something landed in November's books, by the rules of the posting function. */
const postedInNovember = async (): Promise<readonly string[]> => {
  let policy = { ...noPolicy, businessUnit: { ...demoBusinessUnit, bu, version: 1 } };
  const posted: string[] = [];
  for (const event of await eventsOf(world, bu)) {
    const periods = contextFrom(policy, () => '')?.periods;
    if (isCorrection(event) && 'accountingDate' in event.data && periods !== undefined) {
      const { period } = placeInPeriods(periods, bu, ledger, String(event.data.accountingDate), 'FINANCE');
      if (period === november) posted.push(event.position);
    }
    policy = { ...policy, ...applyToPolicy(policy, event) } as typeof policy;
  }
  return posted;
};

/** What the close says to have seen, and what of the period's books it has not. */
export const unseen = async (): Promise<readonly string[]> => {
  const closed = (await eventsOf(world, bu)).findLast(({ type }) => type === 'PeriodClosed');
  if (closed?.type !== 'PeriodClosed') return [];
  return (await postedInNovember()).filter((position) => position > closed.data.throughPosition);
};

export const statesOf = async (): Promise<Record<string, string>> => {
  const policy = (await eventsOf(world, bu)).reduce(applyToPolicy, noPolicy);
  return { ...policy.periods[ledger] };
};
