import { type AuditSample, auditSampleDecider } from '../../domain/auditSample/auditSample.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { Outcome } from '../application.ts';
import { carryOut } from '../carryOut.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import type { CommandContext } from '../ports.ts';

export type DrawnSample = Omit<AuditSample, 'sampleId' | 'drawnBy'>;

export type AuditSampleCalls = {
  /** Keeps what was drawn, or tells what the same command drew before. Throws `LogUnavailable`. */
  readonly recordAuditSample: (drawn: DrawnSample, context: CommandContext) => Promise<Outcome<AuditSample>>;
};

/** A function of the command, so that one that is sent again means the same sample. */
export const auditSampleIdOf = ({ commandId }: Pick<CommandContext, 'commandId'>): string =>
  derivedUlid(`audit-sample:${commandId}`);

export const auditSampleStream = (bu: string, sampleId: string) =>
  streamName(auditSampleDecider.category, bu, sampleId);

export const auditSampleCalls = ({
  executor,
}: {
  readonly executor: Pick<Executor, 'execute' | 'executeClaiming'>;
}): AuditSampleCalls => ({
  recordAuditSample: (drawn, context) => {
    const sampleId = auditSampleIdOf(context);
    const sample = { ...drawn, sampleId, drawnBy: context.actor.id };
    const work = {
      decider: auditSampleDecider,
      stream: auditSampleStream(drawn.bu, sampleId),
      command: { type: 'RecordAuditSample', ...sample } as const,
    };
    return carryOut(executor, work, context, ({ state }) => state.sample ?? sample);
  },
});
