import { streamName } from '../domain/eventLog.ts';
import { operationsUnit } from '../domain/operations.ts';
import type { Limited, StepRate } from '../domain/rateLimit/events.ts';
import { rateLimitDecider } from '../domain/rateLimit/rateLimit.ts';
import type { Outcome } from './application.ts';
import type { WithRevision } from './applicationInputs.ts';
import type { Executor } from './handle.ts';
import { outcomeOf } from './outcome.ts';
import type { CommandContext } from './ports.ts';

type LimitInput = Limited & WithRevision & { readonly reason: string };
type Limit = { readonly limit: StepRate | null };

export type RateLimitCalls = {
  /** The workers know within a second. The same rate again: nothing more happens. */
  readonly limitWork: (input: LimitInput & StepRate, context: CommandContext) => Promise<Outcome<Limit>>;
  readonly liftLimit: (input: LimitInput, context: CommandContext) => Promise<Outcome<Limit>>;
};

const streamOf = ({ group, key }: Limited) => streamName(rateLimitDecider.category, operationsUnit, group, key);

export const rateLimitCalls = ({ executor }: { readonly executor: Pick<Executor, 'execute'> }): RateLimitCalls => ({
  limitWork: async ({ ifMatch, ...input }, context) => {
    const command = { type: 'SetRateLimit', ...input, by: context.actor.id } as const;
    const executed = await executor.execute(rateLimitDecider, streamOf(input), command, context, { ifMatch });
    return outcomeOf(executed, () => ({ limit: { steps: input.steps, per: input.per } }));
  },
  liftLimit: async ({ ifMatch, ...input }, context) => {
    const command = { type: 'LiftRateLimit', ...input, by: context.actor.id } as const;
    const executed = await executor.execute(rateLimitDecider, streamOf(input), command, context, { ifMatch });
    return outcomeOf(executed, () => ({ limit: null }));
  },
});
