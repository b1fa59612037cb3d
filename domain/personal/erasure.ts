import type { Decider } from '../decider.ts';
import type { SubjectErased } from './events.ts';

export type EraseSubject = { readonly type: 'EraseSubject' } & SubjectErased['data'];

export type ErasureState = {
  /** Keys up to this generation are destroyed, or will be as soon as somebody reads this stream. */
  readonly throughGeneration: number;
  readonly last: SubjectErased['data'] | null;
};

/** Stream `subject-<bu>.<customer>`. What is erased already is no second event; what was written since then is. */
export const erasureDecider: Decider<ErasureState, EraseSubject, SubjectErased> = {
  category: 'subject',
  initial: { throughGeneration: 0, last: null },
  decide: ({ type: _, ...data }, { throughGeneration }) =>
    data.throughGeneration <= throughGeneration ? [] : [{ type: 'SubjectErased', data }],
  evolve: (_state, { data }) => ({ throughGeneration: data.throughGeneration, last: data }),
};
