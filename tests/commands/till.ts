import { type Decider, refuse } from '../../domain/decider.ts';
import type { SafetyStockSet } from '../../domain/stock/events.ts';

/** Takes units one by one until none is left; the smallest decider that can oversell. */
export type Take = { readonly units: bigint; readonly throws?: boolean };

export const till: Decider<bigint, Take, SafetyStockSet> = {
  category: 'stock',
  initial: 50n,
  decide: ({ units, throws = false }, left) => {
    if (throws) throw new TypeError('a bug in this decision');
    if (units === 0n) return [];
    if (units > left) return refuse('ATP_SHORT', `Only ${left} left.`);
    return [{ type: 'SafetyStockSet', data: { bu: 'ACME', node: 'DC', item: 'X', qty: (left - units).toString() } }];
  },
  evolve: (_left, event) => BigInt(event.data.qty),
};
