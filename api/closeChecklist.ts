import type { ReadCloseChecklist } from '../commands/calls/callPorts.ts';
import { contentSha256 } from '../commands/canonicalJson.ts';
import type { EventFeed } from '../domain/eventLog.ts';
import { asOf, waitForPosition } from '../projections/freshness.ts';
import { trialBalance } from '../projections/glStaging/balances.ts';
import { ledgerAt } from '../projections/glStaging/source.ts';
import { closeReadiness, readinessModels } from '../projections/periods/readiness.ts';
import type { ReadHandle } from '../projections/readModel.ts';
import { masked } from './personal/masked.ts';
import { HttpProblem } from './problem.ts';
import type { Guard } from './reads.ts';

/**
 * What a close is decided on: readiness and trial balance as known at the head of the log, by the very questions of the two
 * reports, so that either report asked with `knownAsOf=<throughPosition>` carries the hash that the close has.
 */
export const closeChecklistOf =
  (
    db: ReadHandle,
    { head }: Pick<EventFeed, 'head'>,
    waitMs: number,
    guard: Guard = (query) => query(),
  ): ReadCloseChecklist =>
  async (of) => {
    const throughPosition = await head();
    if (!(await guard(() => waitForPosition(db, readinessModels, throughPosition, waitMs)))) {
      const { asOfPosition, lagMs } = await guard(() => asOf(db, readinessModels));
      throw new HttpProblem('READ_MODEL_BEHIND', 'The checklist has not read the log this far yet. Ask again.', {
        headers: { 'Retry-After': '1' },
        data: { asOfPosition, lagMs },
        retain: false,
      });
    }
    const knownAsOf = throughPosition;
    const checklist = await guard(() => closeReadiness(db, of, undefined, { knownAsOf, alsoPresent: true }));
    const balance = await guard(() => trialBalance(db, of, undefined, ledgerAt(knownAsOf)));
    return {
      throughPosition,
      blockers: checklist?.blockers.filter(({ must }) => must) ?? [],
      checklistSha256: contentSha256(masked(checklist)),
      trialBalanceSha256: contentSha256(masked(balance)),
    };
  };
