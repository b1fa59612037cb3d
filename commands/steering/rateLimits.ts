import { streamName } from '../../domain/eventLog.ts';
import { operationsUnit } from '../../domain/operations.ts';
import type { Limited, StepRate } from '../../domain/rateLimit/events.ts';
import { rateLimitDecider } from '../../domain/rateLimit/rateLimit.ts';
import type { Outcome } from '../application.ts';
import type { WithRevision } from '../calls/inputs.ts';
import { carryOut } from '../carryOut.ts';
import type { Executor } from '../handle.ts';
import type { CommandContext } from '../ports.ts';

type LimitInput = Limited & WithRevision & { readonly reason: string };
type Limit = { readonly limit: StepRate | null };

export type RateLimitCalls = {
  /** The workers know within a second. The same rate again: nothing more happens. */
  readonly limitWork: (input: LimitInput & StepRate, context: CommandContext) => Promise<Outcome<Limit>>;
  readonly liftLimit: (input: LimitInput, context: CommandContext) => Promise<Outcome<Limit>>;
};

const streamOf = ({ group, key }: Limited) => streamName(rateLimitDecider.category, operationsUnit, group, key);

export const rateLimitCalls = ({
  executor,
}: {
  readonly executor: Pick<Executor, 'execute' | 'executeClaiming'>;
}): RateLimitCalls => ({
  limitWork: async ({ ifMatch, ...input }, context) => {
    const command = { type: 'SetRateLimit', ...input, by: context.actor.id } as const;
    const work = { decider: rateLimitDecider, stream: streamOf(input), command, ifMatch };
    return carryOut(executor, work, context, () => ({ limit: { steps: input.steps, per: input.per } }));
  },
  liftLimit: async ({ ifMatch, ...input }, context) => {
    const command = { type: 'LiftRateLimit', ...input, by: context.actor.id } as const;
    const work = { decider: rateLimitDecider, stream: streamOf(input), command, ifMatch };
    return carryOut(executor, work, context, () => ({ limit: null }));
  },
});
