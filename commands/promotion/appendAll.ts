import type { Append, AppendedTogether, EventStore } from '../../domain/eventLog.ts';

/**
 * All of these appends or none, in one call. On a log without a transaction over streams they go one after the other and end at
 * the first that meets another writer: what is there then is found again by whoever goes on.
 */
export const appendAll = async (
  { append, appendTogether }: Pick<EventStore, 'append' | 'appendTogether'>,
  appends: readonly Append[],
): Promise<readonly AppendedTogether[]> => {
  if (appendTogether !== undefined) return appendTogether(appends);
  const outcomes: AppendedTogether[] = [];
  for (const { stream, expected, events } of appends) {
    const outcome = await append(stream, expected, events);
    outcomes.push(outcome);
    if (outcome.kind === 'conflict') break;
  }
  return outcomes;
};
