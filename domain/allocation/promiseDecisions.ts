import { isTold, isTolerated, usualLateSupply } from '../availability/lateSupply.ts';
import { qtyText } from '../quantity.ts';
import { valueAt } from '../stock/orderedMap.ts';
import { type Decision, identityOf, type Of } from './sourcingDecisions.ts';
import { type AllocationState, lineOf } from './state.ts';

/**
 * What is promised already is not promised again, and who waits there no longer has a better promise. A day within the
 * tolerance is none: the promise that stands is the one that later days are held against.
 */
export const recordPromise = (command: Of<'RecordPromise'>, state: AllocationState): Decision => {
  const { lineId, node, expectedDate, shipDate, leadTimeDays, cause, supplyId, rules = usualLateSupply } = command;
  const line = lineOf(state, lineId);
  const place = valueAt(line?.queued ?? null, node);
  if (line === undefined || place === undefined) return [];
  const expectedBefore = place.expectedDate ?? null;
  if (expectedBefore === expectedDate && place.leadTimeDays === leadTimeDays) return [];
  if (isTolerated(rules, expectedBefore, expectedDate)) return [];
  const data = {
    ...{ ...identityOf(state), lineId, item: line.item, node, qty: qtyText(place.qty) },
    ...{ expectedBefore, expectedDate, cause, supplyId },
    ...(shipDate === undefined ? {} : { shipDate }),
    ...(leadTimeDays === undefined ? {} : { leadTimeDays }),
    ...(isTold(rules, expectedBefore, expectedDate) ? {} : { told: false as const }),
  };
  return [{ type: 'PromiseChanged', data }];
};
