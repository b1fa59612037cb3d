import { type Decider, type Refusal, refuse } from '../decider.ts';
import { operationsUnit } from '../operations.ts';
import type { Limited, RateLimitEvent, StepRate } from './events.ts';

export type RateLimitCommand = Limited & { readonly reason: string; readonly by: string } & (
    | ({ readonly type: 'SetRateLimit' } & StepRate)
    | { readonly type: 'LiftRateLimit' }
  );

/** `never`: it was not limited at any time. */
export type RateLimitState = { readonly rate: StepRate | 'none' | 'never' };

const isSame = (rate: RateLimitState['rate'], { steps, per }: StepRate): boolean =>
  typeof rate === 'object' && rate.steps === steps && rate.per === per;

/** The same rate again, or no limit again: nothing more happens. What was never limited cannot be freed. */
const decide = (command: RateLimitCommand, { rate }: RateLimitState): readonly RateLimitEvent[] | Refusal => {
  const { group, key, reason, by } = command;
  const about = { bu: operationsUnit, group, key, reason };
  if (command.type === 'SetRateLimit') {
    const { steps, per } = command;
    return isSame(rate, command) ? [] : [{ type: 'RateLimitSet', data: { ...about, steps, per, setBy: by } }];
  }
  if (rate === 'never') return refuse('NOT_FOUND', `${group}:${key} was never limited.`);
  return rate === 'none' ? [] : [{ type: 'RateLimitLifted', data: { ...about, liftedBy: by } }];
};

/** Stream `limit-operations.<group>.<key>`: who slowed what down to which rate, and why. */
export const rateLimitDecider: Decider<RateLimitState, RateLimitCommand, RateLimitEvent> = {
  category: 'limit',
  initial: { rate: 'never' },
  decide,
  evolve: (_state, event) => ({
    rate: event.type === 'RateLimitSet' ? { steps: event.data.steps, per: event.data.per } : 'none',
  }),
};
