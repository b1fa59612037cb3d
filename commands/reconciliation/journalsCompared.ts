import type { Difference } from '../../domain/reconciliation/events.ts';
import type { BatchHere, JournalHere, JournalStretch } from '../../domain/reconciliation/ours.ts';
import { batchesAtOnceMax, type ErpBook, type PostedBatch, type PostedDocument } from '../ports/erpBook.ts';
import { CannotCompare, type Compared } from './ports.ts';
import { differencesMax } from './stockCompared.ts';
import { firstOf } from './told.ts';

export type JournalReads = {
  /** By their ids, those behind `after`. */
  readonly batchesAfter: (bu: string, system: string, after: string, limit: number) => Promise<readonly BatchHere[]>;
  readonly journalsIn: (stretch: JournalStretch, limit: number) => Promise<readonly JournalHere[]>;
};

/**
 * LOST: they have posted what we have not heard of. TAKEN_OVER: the same, of what a later batch has. TOTALS: documents of the
 * batch that no journal of it explains.
 */
export type JournalProblem =
  | 'NO_BATCH'
  | 'TOTALS'
  | 'MISSING'
  | 'DOUBLED'
  | 'AMOUNT'
  | 'OTHER_DOCUMENT'
  | 'LOST'
  | 'TAKEN_OVER';
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
  const theirs = documents.length === 0 ? null : firstOf(documents.map(figure), 'documents');
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

type Totals = Pick<PostedBatch, 'documents' | 'amounts'>;
const nothing: Totals = { documents: 0, amounts: {} };

/** Theirs less ours of each currency in which that is not nothing. */
const gapsOf = (ours: Totals, theirs: Totals): readonly (readonly [currency: string, gap: bigint])[] =>
  [...new Set([...Object.keys(ours.amounts), ...Object.keys(theirs.amounts)])]
    .map(
      (currency) =>
        [currency, BigInt(theirs.amounts[currency] ?? '0') - BigInt(ours.amounts[currency] ?? '0')] as const,
    )
    .filter(([, gap]) => gap !== 0n);

const agrees = (ours: Totals, theirs: Totals): boolean =>
  ours.documents === theirs.documents && gapsOf(ours, theirs).length === 0;

const totalsText = ({ documents, amounts }: Totals): string =>
  [
    `${documents} documents`,
    ...Object.entries(amounts)
      .map(([currency, amount]) => `${amount} ${currency}`)
      .sort(),
  ].join(', ');

/** Of a whole batch; undefined: they do not know it. Sums of several currencies are no figure. */
const differingBatch = (here: BatchHere, theirs: PostedBatch | undefined): DifferingJournal => {
  const { batchId } = here;
  const [only, ...others] = gapsOf(here, theirs ?? nothing);
  const gap = others.length > 0 ? undefined : only;
  const difference: Difference = {
    object: { kind: 'gl-batch', id: batchId },
    ...{ node: null, item: null, orderId: null },
    ...{ ours: totalsText(here), theirs: theirs === undefined ? null : totalsText(theirs) },
    difference: gap === undefined ? null : gap[1].toString(),
    moneyAtRisk: gap === undefined ? null : { amount: amountOf(gap[1]), currency: gap[0] },
  };
  return { batchId, journalId: null, problem: theirs === undefined ? 'NO_BATCH' : 'TOTALS', difference };
};

/** The batch of an object that differs: itself, or that of the journal. */
const batchOf = (objectId: string): string => objectId.split('/', 1)[0] ?? objectId;

type Of = { readonly bu: string; readonly book: ErpBook; readonly standing: ReadonlySet<string> };

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
async function* differingIn(
  reads: JournalReads,
  { bu, book }: Pick<Of, 'bu' | 'book'>,
  batchId: string,
  signal: AbortSignal,
) {
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

/** Batch by batch, what we have and what they say of it. */
async function* batchesOf(reads: JournalReads, { bu, book }: Pick<Of, 'bu' | 'book'>, signal: AbortSignal) {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly BatchHere[] = await reads.batchesAfter(bu, book.system, after, batchesAtOnceMax);
    if (page.length === 0) return;
    const ids = page.map(({ batchId }) => batchId);
    const held = await book.batches(bu, ids, signal);
    if (held === undefined) throw new CannotCompare('NOT_OFFERED');
    const theirs = new Map(held.map((batch) => [batch.batchId, batch]));
    for (const here of page) yield { here, theirs: theirs.get(here.batchId) };
    after = page.length < batchesAtOnceMax ? undefined : page.at(-1)?.batchId;
  }
}

/** What a run has found so far. */
type Findings = {
  readonly differing: DifferingJournal[];
  readonly agreed: string[];
  /** Journals that were looked at one by one. */
  looked: number;
};

const isFull = ({ differing }: Findings): boolean => differing.length >= differencesMax;

/** Journal by journal. `standing`: of the batch, what differed before. */
const lookInto = async (
  reads: JournalReads,
  of: Of,
  findings: Findings,
  { here, theirs, standing }: { here: BatchHere; theirs: PostedBatch; standing: readonly string[] },
  signal: AbortSignal,
): Promise<void> => {
  const { batchId } = here;
  const found: DifferingJournal[] = [];
  for await (const part of differingIn(reads, of, batchId, signal)) {
    found.push(...part.found);
    findings.looked += part.looked;
    if (findings.looked > documentsMax) throw new CannotCompare('TOO_LARGE');
    if (findings.differing.length + found.length >= differencesMax) break;
  }
  // Another number of the same document changes no total.
  const isUnexplained = found.every(({ problem }) => problem === 'OTHER_DOCUMENT') || of.standing.has(batchId);
  if (isUnexplained && !agrees(here, theirs)) found.push(differingBatch(here, theirs));
  findings.differing.push(...found.slice(0, differencesMax - findings.differing.length));
  const ids = new Set(found.map(({ difference }) => difference.object.id));
  if (!isFull(findings)) findings.agreed.push(...standing.filter((id) => !ids.has(id)));
};

/**
 * Batch by batch how many documents there are and what they come to. Each journal is looked at only of a batch in which that
 * differs, or of which something stands: two that differ may make up for each other. What became of a batch just now may be
 * under way: it is left for the next run.
 */
export const comparingJournals = async (
  reads: JournalReads,
  of: Of,
  signal: AbortSignal,
): Promise<{ readonly differing: readonly DifferingJournal[] } & Pick<Compared, 'compared' | 'agreed' | 'reason'>> => {
  const standingOf = Map.groupBy(of.standing, batchOf);
  const findings: Findings = { differing: [], agreed: [], looked: 0 };
  let compared = 0;
  for await (const { here, theirs } of batchesOf(reads, of, signal)) {
    signal.throwIfAborted();
    compared += here.journals;
    if (!here.isQuiet) continue;
    const standing = standingOf.get(here.batchId);
    if (theirs === undefined) findings.differing.push(differingBatch(here, undefined));
    else if (!agrees(here, theirs) || standing !== undefined)
      await lookInto(reads, of, findings, { here, theirs, standing: standing ?? [] }, signal);
    if (isFull(findings)) break;
  }
  const { differing, agreed } = findings;
  return { differing, compared, agreed, reason: isFull(findings) ? 'TOO_MANY_BREAKS' : null };
};
