import { streamName } from '../../domain/eventLog.ts';
import { operationsUnit } from '../../domain/operations.ts';
import type { Paused } from '../../domain/pause/events.ts';
import { pauseDecider } from '../../domain/pause/pause.ts';
import type { Outcome } from '../application.ts';
import type { WithRevision } from '../calls/inputs.ts';
import { carryOut } from '../carryOut.ts';
import type { Executor } from '../handle.ts';
import type { CommandContext } from '../ports.ts';

export type PauseInput = Paused & WithRevision & { readonly reason: string };

export type PauseCalls = {
  /** Paused already: nothing more happens. The workers know within a second. */
  readonly pauseWork: (
    input: PauseInput & { readonly automatic?: boolean },
    context: CommandContext,
  ) => Promise<Outcome<{ readonly paused: boolean }>>;
  readonly resumeWork: (input: PauseInput, context: CommandContext) => Promise<Outcome<{ readonly paused: boolean }>>;
};

const streamOf = ({ group, key }: Paused) => streamName(pauseDecider.category, operationsUnit, group, key);

export const pauseCalls = ({
  executor,
}: {
  readonly executor: Pick<Executor, 'execute' | 'executeClaiming'>;
}): PauseCalls => ({
  pauseWork: async ({ automatic = false, ifMatch, ...input }, context) => {
    const command = { type: 'PauseWork', ...input, automatic, by: context.actor.id } as const;
    const work = { decider: pauseDecider, stream: streamOf(input), command, ifMatch };
    return carryOut(executor, work, context, () => ({ paused: true }));
  },
  resumeWork: async ({ ifMatch, ...input }, context) => {
    const command = { type: 'ResumeWork', ...input, by: context.actor.id } as const;
    const work = { decider: pauseDecider, stream: streamOf(input), command, ifMatch };
    return carryOut(executor, work, context, () => ({ paused: false }));
  },
});
