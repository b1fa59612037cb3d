import type { Pick } from '../allocation/events.ts';
import type { Day } from '../calendar.ts';
import type { SourcingInput } from './sourcing.ts';
import type { Choice } from './sourcingDesk.ts';

const shortageReason = (input: SourcingInput, choice: Choice): string => {
  if (input.shipComplete)
    return 'The order ships complete only and not every line can be had whole, so nothing is taken.';
  if (!input.allowSplit) return 'The line may not be split and no single node has all of it.';
  return `All nodes together have ${choice.demand - choice.shortage} for this line.`;
};

/** Sentences that a planner can read. */
export const explainLine = (
  input: SourcingInput,
  choice: Choice,
  picks: readonly Pick[],
  dates: { readonly expectedDate: Day | null; readonly promisedDate: Day | null },
): readonly string[] => {
  const sentences = picks.map(
    (pick) => `${pick.node} gives ${pick.qty} of ${choice.demand} from stock, leaving on ${pick.shipDate}.`,
  );
  if (choice.shortage > 0n) {
    sentences.push(shortageReason(input, choice));
    sentences.push(
      choice.queueNode === null
        ? `${choice.shortage} cannot be supplied: no active node ships from stock.`
        : `${choice.shortage} waits at ${choice.queueNode.node}, ${
            dates.expectedDate === null
              ? 'and no announced supply covers it yet.'
              : `to be covered by supply that is available on ${dates.expectedDate}.`
          }`,
    );
  }
  if (dates.promisedDate !== null) {
    const late = dates.promisedDate > input.requestedDate;
    sentences.push(
      `Delivery is promised for ${dates.promisedDate}, ${late ? 'after' : 'by'} the requested date ${input.requestedDate}.`,
    );
  }
  return sentences;
};
