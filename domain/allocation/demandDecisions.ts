import { recipeOf } from '../kit.ts';
import { qty, qtyText } from '../quantity.ts';
import { bucketsText } from './fulfilmentDecisions.ts';
import { type Decision, identityOf, type Of } from './sourcingDecisions.ts';
import { type AllocationState, lineOf } from './state.ts';

/** Told in sums, so what was told before adds nothing. */
export const addDemand = (command: Of<'AddDemand'>, state: AllocationState): Decision => {
  const lines = command.lines.flatMap(({ lineId, item, added, ...of }) => {
    const line = lineOf(state, lineId);
    const more = qty(added) - (line?.added ?? 0n);
    if (more <= 0n) return [];
    const told = { lineId, item, qty: qtyText(more), ...recipeOf(of) };
    if (line?.absorbed !== true) return [told];
    return [{ ...told, open: bucketsText({ ...line, unsourced: line.unsourced + more }) }];
  });
  return lines.length === 0 ? [] : [{ type: 'AllocationDemandAdded', data: { ...identityOf(state), lines } }];
};
