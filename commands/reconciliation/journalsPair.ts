import { streamName } from '../../domain/eventLog.ts';
import { glBatchDecider } from '../../domain/ledger/glBatch.ts';
import type { Difference, Explanation } from '../../domain/reconciliation/events.ts';
import type { BreakCause } from '../../domain/reconciliation/pairs.ts';
import type { ReconciliationRun } from '../../domain/reconciliation/reconciliation.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import type { ErpSystems, JournalOutcome } from '../partnerPorts.ts';
import type { ErpBooks } from '../ports/erpBook.ts';
import type { Clock } from '../ports.ts';
import { actingAs } from '../workers/ownContext.ts';
import {
  comparingJournals,
  type DifferingJournal,
  type JournalProblem,
  type JournalReads,
} from './journalsCompared.ts';
import { CannotCompare, type ComparedPair } from './ports.ts';
import { isTriedEnough, onSecondLook, told } from './told.ts';

export type JournalsPairPorts = JournalReads & {
  readonly books: ErpBooks;
  readonly erps: Pick<ErpSystems, 'named'>;
  readonly executor: Pick<Executor, 'execute'>;
  /** The place of the log's last event, once read models show it. Throws `CannotCompare`. */
  readonly throughKnown: (signal: AbortSignal) => Promise<string>;
  /** Whether this ERP is to be left alone. */
  readonly isPaused: (system: string) => boolean;
  readonly clock: Clock;
};

/** What a person has to see to. */
const forPeople = {
  NO_BATCH: ['BATCH_UNKNOWN_THERE', 'MISSING_THERE'],
  TOTALS: ['TOTALS_DIFFER', 'AMOUNT'],
  MISSING: ['DOCUMENT_MISSING', 'MISSING_THERE'],
  DOUBLED: ['DOCUMENT_DOUBLED', 'DUPLICATE'],
  AMOUNT: ['AMOUNTS_DIFFER', 'AMOUNT'],
  OTHER_DOCUMENT: ['DOCUMENT_DIFFERS', 'UNKNOWN'],
  TAKEN_OVER: ['POSTED_AFTER_REFUSAL', 'DUPLICATE'],
} as const satisfies Readonly<Record<Exclude<JournalProblem, 'LOST'>, readonly [BreakCause, Explanation['class']]>>;

type Acknowledged = Extract<JournalOutcome, { outcome: 'ACKNOWLEDGED' }>;

/** A batch of one ERP, as a run sees it. */
type BatchOf = { readonly run: ReconciliationRun; readonly system: string; readonly batchId: string };

const record = async (
  { executor, clock }: JournalsPairPorts,
  { run: { bu, runId }, system, batchId }: BatchOf,
  acknowledged: readonly Acknowledged[],
): Promise<void> => {
  const stream = streamName('glbatch', bu, batchId);
  const journals = acknowledged.map(({ journalId, erpDocument }) => ({ journalId, erpDocument }));
  const of = { erpSystem: system, acknowledged: journals, rejected: [] };
  const executed = await executor.execute(
    glBatchDecider,
    stream,
    { type: 'RecordOutcomes', ...of },
    {
      commandId: `reconciliation:${runId}:outcomes:${derivedUlid(JSON.stringify([batchId, journals]))}`,
      ...{ correlationId: runId, causationId: runId, occurredAt: clock() },
      ...actingAs('reconciliation'),
    },
  );
  if (executed.kind !== 'done') throw new Error(`${stream} took no outcome: ${JSON.stringify(executed)}`);
};

/** Of these journals of a batch those that the ERP says are posted, recorded as that. Undefined: it still works on the batch. */
const fetchAgain = async (
  ports: JournalsPairPorts,
  batch: BatchOf,
  wanted: ReadonlySet<string | null>,
): Promise<ReadonlySet<string> | undefined> => {
  const answer = await ports.erps.named(batch.system)?.journalOutcomes(batch.run.bu, batch.batchId);
  if (answer?.kind !== 'done') return undefined;
  const acknowledged = answer.journals.flatMap((one) =>
    one.outcome === 'ACKNOWLEDGED' && wanted.has(one.journalId) ? [one] : [],
  );
  if (acknowledged.length > 0) await record(ports, batch, acknowledged);
  return new Set(acknowledged.map(({ journalId }) => journalId));
};

/** Each batch is asked for once, whichever of its journals that is for. */
const fetchingOnce = (
  ports: JournalsPairPorts,
  of: Omit<BatchOf, 'batchId'>,
  lost: readonly DifferingJournal[],
): ((batchId: string) => ReturnType<typeof fetchAgain>) => {
  const byBatch = Map.groupBy(lost, ({ batchId }) => batchId);
  const fetched = new Map<string, ReturnType<typeof fetchAgain>>();
  return (batchId) => {
    const wanted = new Set((byBatch.get(batchId) ?? []).map((one) => one.journalId));
    const asking = fetched.get(batchId) ?? fetchAgain(ports, { ...of, batchId }, wanted);
    fetched.set(batchId, asking);
    return asking;
  };
};

/**
 * The staging ledger with what the ERP has posted of it: missing, doubled, another amount. An acknowledgement that was lost
 * is fetched again by the ordinary question and recorded by the ordinary command. Nothing else is done: what the ERP has
 * posted wrong is put right in its own books, or by a reversal here.
 */
export const createJournalsPair = (ports: JournalsPairPorts): ComparedPair => {
  let last = { runId: '', differing: new Map<string, DifferingJournal>(), system: '' };

  const compare: ComparedPair['compare'] = async ({ bu, runId }, standing, signal) => {
    const book = ports.books.of(bu);
    if (book === undefined) throw new CannotCompare('NOT_OFFERED');
    if (ports.isPaused(book.system)) throw new CannotCompare('PAUSED');
    const takenAt = ports.clock();
    const ours = await ports.throughKnown(signal);
    const { differing, ...compared } = await comparingJournals(ports, { bu, book, standing }, signal);
    const { system } = book;
    last = { runId, system, differing: new Map(differing.map((one) => [one.difference.object.id, one])) };
    const differences = differing.map(({ difference }) => difference);
    return { ...compared, cut: { takenAt, theirs: takenAt, ours }, differences };
  };

  const explaining: ComparedPair['explaining'] = async (run, differences, earlierOf) => {
    const known = last.runId === run.runId ? last.differing : new Map<string, DifferingJournal>();
    const differingOf = ({ object }: Difference) => known.get(object.id);
    const lost = differences.flatMap((difference) => {
      const found = differingOf(difference);
      return found?.problem === 'LOST' && !isTriedEnough(earlierOf(difference)) ? [found] : [];
    });
    const fetchOnce = fetchingOnce(ports, { run, system: last.system }, lost);
    return async (difference, earlier) => {
      const found = differingOf(difference);
      if (found === undefined) return told('NOT_EXPLAINED_YET', 'TIMING');
      const { problem, batchId, journalId } = found;
      if (problem !== 'LOST') {
        const [cause, name] = forPeople[problem];
        return onSecondLook(earlier, cause, name);
      }
      if (isTriedEnough(earlier)) return told('ACKNOWLEDGEMENT_LOST', 'MISSING_HERE');
      const acknowledged = await fetchOnce(batchId);
      if (acknowledged === undefined) return told('NOT_EXPLAINED_YET', 'TIMING');
      return acknowledged.has(journalId ?? '')
        ? told('ACKNOWLEDGEMENT_LOST', 'MISSING_HERE', [], 'OUTCOMES_FETCHED')
        : onSecondLook(earlier, 'POSTED_THOUGH_REFUSED', 'STATUS');
    };
  };

  return { pair: 'journals', canAsk: (bu) => ports.books.of(bu) !== undefined, compare, explaining };
};
