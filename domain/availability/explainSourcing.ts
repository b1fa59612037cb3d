import type { Pick } from '../allocation/events.ts';
import type { Day } from '../calendar.ts';
import type { SourcedLine, SourcingInput } from './sourcing.ts';
import type { Choice } from './sourcingDesk.ts';

const shortageReason = (input: SourcingInput, choice: Choice): string => {
  if (input.shipComplete)
    return 'The order ships complete only and not every line can be had whole, so nothing is taken.';
  const { onlyFrom } = choice.line;
  if (onlyFrom !== undefined)
    return `The line may not be split and ${onlyFrom} has part of it, so the rest comes from there.`;
  if (!input.allowSplit) return 'The line may not be split and no single node has all of it.';
  return `All nodes together have ${choice.demand - choice.shortage} for this line.`;
};

const countedOn = (date: Day, cushionDays: number): string =>
  cushionDays === 0 ? `available on ${date}` : `counted on from ${date}, with a cushion of ${cushionDays} days`;

const coverage = (expected: SourcedLine['expected'], cushionDays: number): string => {
  if (expected === null) return 'and no announced supply covers it yet.';
  const leaving = expected.shipDate === null ? '' : `, leaving on ${expected.shipDate}`;
  return expected.leadTimeDays === null
    ? `to be covered by supply that is ${countedOn(expected.date, cushionDays)}${leaving}.`
    : `to be had by the lead time of ${expected.leadTimeDays} days on ${expected.date}${leaving}.`;
};

const deliverySentence = (input: SourcingInput, choice: Choice, expected: boolean, lastDelivery: Day): string => {
  const what = choice.shortage > 0n && !expected ? 'Everything that has a date' : 'Everything';
  const late = lastDelivery > input.requestedDate;
  return `${what} arrives by ${lastDelivery}, ${late ? 'after' : 'in time for'} the requested date ${input.requestedDate}.`;
};

/** Sentences that a planner can read. */
export const explainLine = (
  input: SourcingInput,
  choice: Choice,
  picks: readonly Pick[],
  dates: { readonly expected: SourcedLine['expected']; readonly lastDelivery: Day | null },
): readonly string[] => {
  const { components, item } = choice.line;
  const made = components?.map((one) => `${one.per} ${one.item}`).join(' and ');
  const recipe = made === undefined ? [] : [`One ${item} is ${made}, all from one node.`];
  const taken = picks.map(
    (pick) => `${pick.node} gives ${pick.qty} of ${choice.demand} from stock, leaving on ${pick.shipDate}.`,
  );
  const sentences = [...recipe, ...taken];
  if (choice.shortage > 0n) {
    sentences.push(shortageReason(input, choice));
    sentences.push(
      choice.queueNode === null
        ? `${choice.shortage} cannot be supplied: no active node ships from stock.`
        : `${choice.shortage} waits at ${choice.queueNode.node}, ${coverage(dates.expected, input.atp?.cushionDays ?? 0)}`,
    );
  }
  if (dates.lastDelivery !== null) {
    sentences.push(deliverySentence(input, choice, dates.expected !== null, dates.lastDelivery));
  }
  return sentences;
};
