import { streamName } from '../../domain/eventLog.ts';
import type { SealedJournal } from '../../domain/ledger/events.ts';
import { type ComparedLine, startComparison } from '../../domain/shadow/comparison.ts';
import { isToCompare, shadowDecider } from '../../domain/shadow/shadow.ts';
import { businessDay } from '../businessDay.ts';
import type { StagedLine } from '../calls/callPorts.ts';
import { findEvent } from '../deciding/readStream.ts';
import { NotYet } from '../workers/dispatcher.ts';
import type { StepScript } from './stepRun.ts';

/** Of so many journals the lines are held at once. */
const journalsAtOnce = 500;
/** The staging ledger that a batch was sealed from is asked again after this long, where it is another one that is behind. */
const stagedDelayMs = 5_000;

/** Accounts and amounts are those that were sealed; what they were posted for is from the staging ledger. */
const linesOf = (journals: readonly SealedJournal[], staged: readonly StagedLine[]): readonly ComparedLine[] => {
  const known = new Map(staged.map((line) => [`${line.journalId}:${line.lineNo}`, line]));
  return journals.flatMap(({ journalId, accountingDate, currency, lines }) =>
    lines.map(({ lineNo, account, debit, credit }): ComparedLine => {
      const line = known.get(`${journalId}:${lineNo}`);
      if (line === undefined)
        throw new NotYet(`line ${lineNo} of journal ${journalId} is not staged here`, stagedDelayMs);
      const { role, dimensions, orderId, orderLineId } = line;
      return {
        ...{ journalId, lineNo, accountingDate, currency, account, debit, credit },
        ...{ role, dimensions, orderId, orderLineId },
      };
    }),
  );
};

/**
 * What the second ERP would make of a batch. Nobody outside is asked, and what is wrong is recorded as a difference, so this
 * never fails for what a mapping says; and it runs in a lane of the shadow's own, so that no real batch ever waits for it.
 */
export const simulateBatch: StepScript<'simulateBatch'> = async (run, { bu, batchId }) => {
  const batch = await findEvent(run.store, streamName('glbatch', bu, batchId), 'GlBatchSealed');
  if (batch === undefined) return;
  const { ledger, period, sequence, journals } = batch.data;
  const stream = streamName(shadowDecider.category, bu, ledger);
  const { state } = await run.load(shadowDecider, stream);
  const { defined } = state;
  if (defined === null || !isToCompare(state, batch.data)) return;
  const { system, version } = defined;
  const comparison = startComparison(defined);
  for (let from = 0; from < journals.length; from += journalsAtOnce) {
    const some = journals.slice(from, from + journalsAtOnce);
    const staged = await run.stagedLines(some.map(({ journalId }) => journalId));
    for (const line of linesOf(some, staged)) comparison.add(line);
  }
  const day = businessDay(run, bu, batch.metadata.occurredAt);
  const compared = { system, version, batchId, period, sequence, day, journals: journals.length };
  const command = { type: 'RecordComparison', bu, ledger, ...compared, rows: comparison.rows() } as const;
  const { state: after } = await run.tell(shadowDecider, stream, command, `${run.intentId}:compared:${version}`);
  if (isToCompare(after, batch.data)) throw new NotYet(`${bu} is about to move to another ERP than ${system}`, 0);
};
