import type { AccountRule } from '../masterData/events.ts';

/** What an account rule may look at. */
export const matchFields = [
  'itemGroup',
  'item',
  'customerGroup',
  'customer',
  'node',
  'channel',
  'taxJurisdiction',
  'reason',
  'currency',
] as const;

export type MatchField = (typeof matchFields)[number];

export const fieldsIn = (match: AccountRule['match']): readonly MatchField[] =>
  matchFields.filter((field) => match[field] !== undefined);
