import type { Event } from '../decider.ts';

/** Who can be slowed down. A lane is one at a time already. */
export type LimitGroup = 'bu' | 'channel' | 'node' | 'adapter';

export type Limited = { readonly group: LimitGroup; readonly key: string };

/** So many steps in so long, of all processes together. Whole numbers, so that a rate is what was said. */
export type StepRate = { readonly steps: number; readonly per: 'second' | 'minute' };

type OfLimit = Limited & { readonly bu: string; readonly reason: string };

/** Steps of this group are taken no faster than this, by all processes together. */
export type RateLimitSet = Event<'RateLimitSet', OfLimit & StepRate & { readonly setBy: string }>;
/** Steps of this group are taken as fast as they can be again. */
export type RateLimitLifted = Event<'RateLimitLifted', OfLimit & { readonly liftedBy: string }>;

export type RateLimitEvent = RateLimitSet | RateLimitLifted;
