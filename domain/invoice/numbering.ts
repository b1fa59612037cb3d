import { type Decider, type Refusal, refuse } from '../decider.ts';
import { type OrderedMap, valueAt, withEntry } from '../stock/orderedMap.ts';
import type { NumberingCommand } from './commands.ts';
import type { NumberingEvent } from './events.ts';

export type NumberingState = {
  readonly last: number;
  /** Every number ever given: a document that asks again, however late, gets the number it has. */
  readonly numbers: OrderedMap<string>;
  /** Documents that never get one. */
  readonly withheld: OrderedMap<true>;
};

const digitsMin = 6;

/** The number a document has, e.g. after `AssignNumber` answered with no event. */
export const numberOf = (state: NumberingState, documentId: string): string | undefined =>
  valueAt(state.numbers, documentId);

const decide = (command: NumberingCommand, state: NumberingState): readonly NumberingEvent[] | Refusal => {
  const { type, bu, series, documentId } = command;
  const given = numberOf(state, documentId);
  const isWithheld = valueAt(state.withheld, documentId) !== undefined;
  if (type === 'WithholdNumber') {
    if (given !== undefined) return refuse('INVOICE_NOT_DRAFT', `The document has the number ${given}.`);
    return isWithheld ? [] : [{ type: 'NumberWithheld', data: { bu, series, documentId } }];
  }
  if (given !== undefined) return [];
  if (isWithheld) return refuse('INVOICE_NOT_DRAFT', 'The draft is withdrawn and gets no number.');
  const sequence = state.last + 1;
  const number = `${command.prefix}${String(sequence).padStart(digitsMin, '0')}`;
  return [{ type: 'NumberAssigned', data: { bu, series, sequence, number, documentId } }];
};

const evolve = (state: NumberingState, { type, data }: NumberingEvent): NumberingState =>
  type === 'NumberWithheld'
    ? { ...state, withheld: withEntry(state.withheld, data.documentId, true) }
    : {
        ...state,
        last: Math.max(state.last, data.sequence),
        numbers: withEntry(state.numbers, data.documentId, data.number),
      };

/**
 * Stream `numbering-<bu>.<series>`: gapless, because a number exists only as an event of this one stream, and because it is
 * decided here whether a document has its number and must be issued, or never gets one and may be withdrawn.
 */
export const numberingDecider: Decider<NumberingState, NumberingCommand, NumberingEvent> = {
  category: 'numbering',
  initial: { last: 0, numbers: null, withheld: null },
  decide,
  evolve,
};
