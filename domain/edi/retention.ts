import type { Decider } from '../decider.ts';
import type { PayloadsRemoved, RemovedPayload } from './retentionEvents.ts';

export type Retention = { readonly last: PayloadsRemoved['data'] | null };

export type RemovePayloads = {
  readonly type: 'RemovePayloads';
  readonly bu: string;
  readonly storedBefore: string;
  readonly payloads: readonly (RemovedPayload & { readonly size: number })[];
};

const keyOf = ({ sha256, soldTo }: RemovedPayload): string => `${sha256} ${soldTo}`;

const decide = ({ bu, storedBefore, payloads }: RemovePayloads, { last }: Retention): readonly PayloadsRemoved[] => {
  const told = new Set(last?.payloads.map(keyOf));
  // The same bytes may have come again since, and be old again now.
  const isTold = (payload: RemovedPayload): boolean =>
    last !== null && payload.storedAt < last.storedBefore && told.has(keyOf(payload));
  const untold = payloads.filter((payload) => !isTold(payload));
  if (untold.length === 0) return [];
  const bytes = untold.reduce((sum, { size }) => sum + size, 0);
  const removed = untold.map(({ size: _, ...payload }) => payload);
  return [{ type: 'PayloadsRemoved', data: { bu, storedBefore, bytes, payloads: removed } }];
};

/**
 * Stream `retention-<bu>.payloads`: what is removed is said first and removed then, the oldest first. Whoever was killed in between
 * finds the same again, and the last event knows them, so nothing is said twice and nothing goes that was not said.
 */
export const retentionDecider: Decider<Retention, RemovePayloads, PayloadsRemoved> = {
  category: 'retention',
  initial: { last: null },
  decide,
  evolve: (_state, { data }) => ({ last: data }),
};
