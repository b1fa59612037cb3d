import { streamName } from '../../domain/eventLog.ts';
import { operationsUnit } from '../../domain/operations.ts';
import { type ReportRun, reportRunDecider } from '../../domain/reportRun/reportRun.ts';
import type { Outcome } from '../application.ts';
import { carryOut } from '../carryOut.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import type { CommandContext } from '../ports.ts';

export type DrawnReport = Omit<ReportRun, 'runId' | 'bu' | 'runBy'>;

export type ReportRunCalls = {
  /** Keeps what was drawn, or tells what the same command drew before. Throws `LogUnavailable`. */
  readonly recordReportRun: (drawn: DrawnReport, context: CommandContext) => Promise<Outcome<ReportRun>>;
};

export const reportRunStream = (runId: string) => streamName(reportRunDecider.category, operationsUnit, runId);

export const reportRunCalls = ({
  executor,
}: {
  readonly executor: Pick<Executor, 'execute' | 'executeClaiming'>;
}): ReportRunCalls => ({
  recordReportRun: (drawn, context) => {
    const runId = derivedUlid(`report-run:${context.commandId}`);
    const run = { ...drawn, runId, bu: operationsUnit, runBy: context.actor.id };
    const work = {
      decider: reportRunDecider,
      stream: reportRunStream(runId),
      command: { type: 'RecordReportRun', ...run } as const,
    };
    return carryOut(executor, work, context, ({ state }) => state.run ?? run);
  },
});
