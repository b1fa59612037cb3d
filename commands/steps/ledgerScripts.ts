import { type StreamName, streamName } from '../../domain/eventLog.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import type { GlBatchState } from '../../domain/ledger/glBatch.ts';
import { glBatchDecider } from '../../domain/ledger/glBatch.ts';
import { invoiceTemplates } from '../../domain/ledger/invoiceTemplates.ts';
import type { OfBatch } from '../../domain/orderToCash/stepPayloads.ts';
import { toDomain } from '../codec.ts';
import { inParallel } from '../inParallel.ts';
import type { Erp } from '../partnerPorts.ts';
import { NotYet } from '../workers/dispatcher.ts';
import { RefusedOutside } from '../workers/trouble.ts';
import { bookkeeper, erpNamed } from './bookkeeper.ts';
import { type Run, StepRefused, type StepScript } from './stepRun.ts';

const batchStream = ({ bu, batchId }: OfBatch): StreamName => streamName('glbatch', bu, batchId);

/** The ERP is asked again after this long while it works on a batch. */
const outcomesDelayMs = 2_000;
/** A batch that the ERP does not take needs a person there; meanwhile it is offered again and again. */
const refusedDelayMs = 60_000;
const invoicesAtOnce = 8;

const loadBatch = async (run: Run, of: OfBatch): Promise<GlBatchState> =>
  (await run.load(glBatchDecider, batchStream(of))).state;

/** The adapter asks by batch id before it sends, so a lost answer never imports a batch twice. */
export const exportBatch: StepScript<'exportBatch'> = async (run, of) => {
  const { sealed, exports } = await loadBatch(run, of);
  // No batch is in two books, also when its business unit has moved to another ERP since.
  if (sealed === null || exports.length > 0) return;
  const erp = await bookkeeper(run, sealed);
  const { system: erpSystem } = erp;
  const { batchId, bu, ledger, period, journals, contentSha256 } = sealed;
  const answer = await erp.importJournals({ batchId, bu, ledger, period, journals, contentSha256 });
  if (answer.kind === 'refused')
    throw new RefusedOutside(answer.code, `${erpSystem} refused batch ${batchId}: ${answer.detail}`, refusedDelayMs);
  const { fileSha256 } = answer;
  await run.tell(
    glBatchDecider,
    batchStream(of),
    { type: 'RecordExport', erpSystem, fileSha256 },
    `${run.intentId}:exported`,
  );
};

/** The ERP that took the batch, whoever has its business unit now. */
const holderOf = async (run: Run, of: OfBatch): Promise<Erp> => {
  const taken = (await loadBatch(run, of)).exports.at(-1);
  return taken === undefined ? run.erps.of(of.bu) : erpNamed(run, taken.erpSystem, `took batch ${of.batchId}`);
};

/** What the ERP tells of is recorded at once; it is asked again until it has told of every journal. */
export const collectOutcomes: StepScript<'collectOutcomes'> = async (run, of) => {
  const erp = await holderOf(run, of);
  const { system: erpSystem } = erp;
  const answer = await erp.journalOutcomes(of.bu, of.batchId);
  if (answer.kind === 'pending')
    throw new NotYet(`${erpSystem} still works on ${of.batchId}`, answer.askAgainMs ?? outcomesDelayMs);
  const acknowledged = answer.journals.flatMap((each) =>
    each.outcome === 'ACKNOWLEDGED' ? [{ journalId: each.journalId, erpDocument: each.erpDocument }] : [],
  );
  const rejected = answer.journals.flatMap((each) =>
    each.outcome === 'REJECTED' ? [{ journalId: each.journalId, code: each.code, detail: each.detail }] : [],
  );
  const command = { type: 'RecordOutcomes', erpSystem, acknowledged, rejected } as const;
  // More of them is news, and not the command that told of the first ones.
  const { size } = (await loadBatch(run, of)).outcomes;
  const commandId = `${run.intentId}:outcomes${size === 0 ? '' : `:${size}`}`;
  const { state } = await run.tell(glBatchDecider, batchStream(of), command, commandId);
  // What was understood is recorded; the rest waits for a person, and is asked for again meanwhile.
  if (answer.notUnderstood !== undefined)
    throw new RefusedOutside('ROW_NOT_UNDERSTOOD', `${erpSystem}: ${answer.notUnderstood}`, refusedDelayMs);
  const open = (state.sealed?.journals.length ?? 0) - state.outcomes.size;
  if (open > 0) throw new NotYet(`${erpSystem} has not told of ${open} journals of ${of.batchId}`, outcomesDelayMs);
};

type Outcome = {
  readonly journalId: string;
  readonly erpDocument?: string;
  readonly code?: string;
  readonly detail?: string;
};

const outcomesAt = async (run: Run, of: OfBatch, revision: number): Promise<readonly Outcome[]> => {
  for await (const recorded of run.store.read(batchStream(of), revision)) {
    const event = toDomain(recorded);
    const isOutcome = event.type === 'GlBatchAcknowledged' || event.type === 'GlEntriesRejected';
    return isOutcome ? event.data.journals : [];
  }
  return [];
};

/** What books an issued invoice; the journals of voids and shipments are not the invoice's own posting. */
const booksIssue: ReadonlySet<string> = new Set(invoiceTemplates);

/** Tells each invoice what became of its journal. */
export const recordPosting: StepScript<'recordPosting'> = async (run, { outcomeRevision, from, to, ...of }) => {
  const { sealed } = await loadBatch(run, of);
  const invoices = new Map(
    sealed?.journals.flatMap(({ journalId, invoiceId, templateId }) =>
      invoiceId !== null && booksIssue.has(templateId) ? [[journalId, invoiceId] as const] : [],
    ),
  );
  const outcomes = (await outcomesAt(run, of, outcomeRevision)).slice(from, to);
  await inParallel(outcomes, invoicesAtOnce, async ({ journalId, erpDocument, code = '', detail = '' }) => {
    const invoiceId = invoices.get(journalId);
    if (invoiceId === undefined) return;
    const { batchId } = of;
    const stream = streamName('invoice', of.bu, invoiceId);
    const command =
      erpDocument === undefined
        ? ({ type: 'RecordErpRefusal', batchId, journalId, code, detail } as const)
        : ({ type: 'RecordErpPosting', batchId, journalId, erpDocument } as const);
    const answer = await run.ask(invoiceDecider, stream, command, `${run.intentId}:${journalId}`);
    if (answer.kind === 'refused') throw new StepRefused(answer.refusal, stream);
  });
};
