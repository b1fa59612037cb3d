import type { Decider } from '../decider.ts';
import { type OrderedMap, valueAt, withEntry } from '../stock/orderedMap.ts';
import type { NumberingCommand } from './commands.ts';
import type { NumberAssigned } from './events.ts';

/** Every number ever given: a document that asks again, however late, gets the number it has. */
export type NumberingState = { readonly last: number; readonly numbers: OrderedMap<string> };

const digitsMin = 6;

/** The number a document has, e.g. after `AssignNumber` answered with no event. */
export const numberOf = (state: NumberingState, documentId: string): string | undefined =>
  valueAt(state.numbers, documentId);

/** Stream `numbering-<bu>.<series>`: gapless, because a number exists only as an event of this one stream. */
export const numberingDecider: Decider<NumberingState, NumberingCommand, NumberAssigned> = {
  category: 'numbering',
  initial: { last: 0, numbers: null },
  decide: ({ bu, series, prefix, documentId }, state) => {
    if (numberOf(state, documentId) !== undefined) return [];
    const sequence = state.last + 1;
    const number = `${prefix}${String(sequence).padStart(digitsMin, '0')}`;
    return [{ type: 'NumberAssigned', data: { bu, series, sequence, number, documentId } }];
  },
  evolve: (state, { data }) => ({
    last: Math.max(state.last, data.sequence),
    numbers: withEntry(state.numbers, data.documentId, data.number),
  }),
};
