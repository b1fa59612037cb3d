/**
 * What the quantity of a change is. `TOTAL`: what the line is to come to. `MORE_TO` and `LESS_TO`: the same, by somebody who
 * also says in which direction that is. `MORE_BY` and `LESS_BY`: what is added to it, or taken off.
 */
export const quantityMeanings = ['TOTAL', 'MORE_TO', 'LESS_TO', 'MORE_BY', 'LESS_BY'] as const;
export type QuantityMeaning = (typeof quantityMeanings)[number];

export const isDifference = ({ meaning }: { readonly meaning?: QuantityMeaning }): boolean =>
  meaning === 'MORE_BY' || meaning === 'LESS_BY';
