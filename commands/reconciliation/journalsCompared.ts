import type { Difference } from '../../domain/reconciliation/events.ts';
import type { BatchHere, JournalHere, JournalStretch } from '../../domain/reconciliation/ours.ts';
import { batchesAtOnceMax, type ErpBook, type PostedBatch, type PostedDocument } from '../erpBookPorts.ts';
import { CannotCompare, type Compared } from './ports.ts';
import { differencesMax } from './stockCompared.ts';

export type JournalReads = {
  /** By their ids, those behind `after`. */
  readonly batchesAfter: (bu: string, system: string, after: string, limit: number) => Promise<readonly BatchHere[]>;
  readonly journalsIn: (stretch: JournalStretch, limit: number) => Promise<readonly JournalHere[]>;
};

/** LOST: they have posted what we have not heard of. TAKEN_OVER: the same, of what a later batch has. */
export type JournalProblem = 'NO_BATCH' | 'MISSING' | 'DOUBLED' | 'AMOUNT' | 'OTHER_DOCUMENT' | 'LOST' | 'TAKEN_OVER';
export type DifferingJournal = {
  readonly batchId: string;
  readonly journalId: string | null;
  readonly problem: JournalProblem;
  readonly difference: Difference;
};

const journalsAtOnce = 1_000;
/** So many documents are looked at one by one in a run: those of ten large batches that differ. */
const documentsMax = 1_000_000;

const problemOf = (journal: JournalHere, documents: readonly PostedDocument[]): JournalProblem | undefined => {
  const [first, ...more] = documents;
  if (journal.document === null) {
    if (first === undefined) return undefined;
    return journal.isHere ? 'LOST' : 'TAKEN_OVER';
  }
  if (first === undefined) return 'MISSING';
  if (more.length > 0) return 'DOUBLED';
  if (first.amount !== journal.amount || first.currency !== journal.currency) return 'AMOUNT';
  return first.document === journal.document ? undefined : 'OTHER_DOCUMENT';
};

const figure = ({ document, amount, currency }: Omit<PostedDocument, 'journalId'>): string =>
  `${document} ${amount} ${currency}`;

const amountOf = (value: bigint): string => (value < 0n ? -value : value).toString();

const differingJournal = (
  batchId: string,
  journal: JournalHere,
  documents: readonly PostedDocument[],
): DifferingJournal | undefined => {
  const problem = problemOf(journal, documents);
  if (problem === undefined) return undefined;
  const { journalId, document, state, amount, currency, orderId } = journal;
  const theirs = documents.length === 0 ? null : documents.map(figure).join(', ');
  const isOneCurrency = documents.every((one) => one.currency === currency);
  const ours = document === null ? 0n : BigInt(amount);
  const less = documents.reduce((sum, one) => sum + BigInt(one.amount), -ours);
  const risk = isOneCurrency && less !== 0n ? amountOf(less) : amount;
  const difference: Difference = {
    object: { kind: 'journal', id: `${batchId}/${journalId}` },
    ...{ node: null, item: null, orderId, theirs },
    ours: figure({ document: document ?? state, amount, currency }),
    difference: isOneCurrency ? less.toString() : null,
    moneyAtRisk: { amount: risk, currency },
  };
  return { batchId, journalId, problem, difference };
};

const missingBatch = ({ batchId, documents, amounts }: BatchHere): DifferingJournal => {
  const [currency, ...others] = Object.keys(amounts);
  const amount = currency === undefined ? undefined : amounts[currency];
  const moneyAtRisk = currency === undefined || amount === undefined || others.length > 0 ? null : { amount, currency };
  const difference: Difference = {
    object: { kind: 'gl-batch', id: batchId },
    ...{ node: null, item: null, orderId: null, ours: `${documents} documents`, theirs: null },
    ...{ difference: null, moneyAtRisk },
  };
  return { batchId, journalId: null, problem: 'NO_BATCH', difference };
};

const sameAmounts = (ours: BatchHere['amounts'], theirs: PostedBatch['amounts']): boolean =>
  [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].every(
    (currency) => BigInt(ours[currency] ?? '0') === BigInt(theirs[currency] ?? '0'),
  );

const agrees = (ours: BatchHere, theirs: PostedBatch): boolean =>
  ours.documents === theirs.documents && sameAmounts(ours.amounts, theirs.amounts);

type Of = { readonly bu: string; readonly book: ErpBook };

/** All journals of a stretch of a batch, in bounded parts. */
async function* journalsOf(reads: JournalReads, stretch: JournalStretch) {
  for (let { after } = stretch; ; ) {
    const part = await reads.journalsIn({ ...stretch, after }, journalsAtOnce);
    yield part;
    const last = part.at(-1);
    if (part.length < journalsAtOnce || last === undefined) return;
    after = last.journalId;
  }
}

/** One by one, both sides in the order of the journals' ids. */
async function* differingIn(reads: JournalReads, { bu, book }: Of, batchId: string, signal: AbortSignal) {
  for (let after: string | null = ''; after !== null; ) {
    const page: Awaited<ReturnType<ErpBook['documents']>> = await book.documents(bu, batchId, after, signal);
    const byJournal = Map.groupBy(page.documents, ({ journalId }) => journalId);
    for await (const part of journalsOf(reads, { bu, batchId, after, through: page.next }))
      yield {
        found: part.flatMap((one) => differingJournal(batchId, one, byJournal.get(one.journalId) ?? []) ?? []),
        looked: part.length,
      };
    after = page.next;
  }
}

/**
 * Batch by batch how many documents there are and what they come to; only of a batch in which that differs each journal is
 * looked at. What became of a batch just now may be under way: it is left for the next run.
 */
export const comparingJournals = async (
  reads: JournalReads,
  of: Of,
  signal: AbortSignal,
): Promise<{ readonly differing: readonly DifferingJournal[] } & Pick<Compared, 'compared' | 'reason'>> => {
  const { bu, book } = of;
  const differing: DifferingJournal[] = [];
  let compared = 0;
  let looked = 0;
  const isFull = (): boolean => differing.length >= differencesMax;

  const lookInto = async ({ batchId }: BatchHere): Promise<void> => {
    for await (const part of differingIn(reads, of, batchId, signal)) {
      differing.push(...part.found.slice(0, differencesMax - differing.length));
      looked += part.looked;
      if (looked > documentsMax) throw new CannotCompare('TOO_LARGE');
      if (isFull()) return;
    }
  };

  for (let after: string | undefined = ''; after !== undefined && !isFull(); ) {
    const page = await reads.batchesAfter(bu, book.system, after, batchesAtOnceMax);
    if (page.length === 0) break;
    const held = await book.batches(
      bu,
      page.map(({ batchId }) => batchId),
      signal,
    );
    if (held === undefined) throw new CannotCompare('NOT_OFFERED');
    const theirs = new Map(held.map((batch) => [batch.batchId, batch]));
    for (const batch of page) {
      signal.throwIfAborted();
      const found = theirs.get(batch.batchId);
      compared += batch.journals;
      if (!batch.isQuiet) continue;
      if (found === undefined) differing.push(missingBatch(batch));
      else if (!agrees(batch, found)) await lookInto(batch);
      if (isFull()) break;
    }
    after = page.length < batchesAtOnceMax ? undefined : page.at(-1)?.batchId;
  }
  return { differing, compared, reason: isFull() ? 'TOO_MANY_BREAKS' : null };
};
