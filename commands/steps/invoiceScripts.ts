import { credit } from '../../domain/credit/credit.ts';
import { type StreamName, streamName } from '../../domain/eventLog.ts';
import type { InvoiceCommand } from '../../domain/invoice/commands.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import type { InvoiceState } from '../../domain/invoice/state.ts';
import { taxRequestLines } from '../../domain/invoice/tax.ts';
import { taxCodesOf } from '../../domain/masterData/catalog.ts';
import { order } from '../../domain/order/order.ts';
import type { OfInvoice } from '../../domain/orderToCash/stepPayloads.ts';
import { businessDay } from '../businessDay.ts';
import { billedShipments } from '../calls/billedGoods.ts';
import { PartnerUnavailable } from '../partnerPorts.ts';
import { knownFailureDelayMs, RefusedOutside } from '../workers/trouble.ts';
import { orderStream } from './allocationStream.ts';
import { tellCreditTax } from './creditMemoScripts.ts';
import { endUnbilled } from './returnScripts.ts';
import { keepEarned } from './revenueScripts.ts';
import { recordProgress } from './shippedScripts.ts';
import type { Run, StepScript } from './stepRun.ts';

const invoiceStream = ({ bu, invoiceId }: OfInvoice): StreamName => streamName('invoice', bu, invoiceId);

const loadInvoice = async (run: Run, of: OfInvoice): Promise<InvoiceState> =>
  (await run.load(invoiceDecider, invoiceStream(of))).state;

const tellInvoice = (run: Run, of: OfInvoice, command: InvoiceCommand, name: string) =>
  run.tell(invoiceDecider, invoiceStream(of), command, `${run.intentId}:${name}`);

/** Records why the tax engine did not do it. News makes the process try later; what is no news is tried by this step again. */
const recordFailure = async (
  run: Run,
  of: OfInvoice,
  command: InvoiceCommand & { readonly code: string; readonly detail: string },
): Promise<void> => {
  const { events } = await tellInvoice(run, of, command, 'failed');
  if (events.length === 0) throw new RefusedOutside(command.code, command.detail, knownFailureDelayMs);
};

/** The document code is the invoice's id, so asking again replaces the same uncommitted document. */
export const calculateTax: StepScript<'calculateTax'> = async (run, of) => {
  const { draft, tax, voided, reductions } = await loadInvoice(run, of);
  if (draft === null || tax !== null || voided) return;
  const { engine } = run.tax;
  const failure = (code: string, detail: string) =>
    recordFailure(run, of, { type: 'RecordTaxFailure', engine, code, detail });
  const asked = taxRequestLines(draft, taxCodesOf(run.catalog.current(), of.bu));
  if (asked.kind === 'missing') {
    return failure('TAX_MAPPING_MISSING', asked.problems.map(({ detail }) => detail).join(' '));
  }
  const { soldTo: customer, customerTaxCode, currency, shipTo, shippedAt } = draft;
  const date = businessDay(run, of.bu, shippedAt);
  const request = {
    docCode: of.invoiceId,
    bu: of.bu,
    customer,
    customerTaxCode,
    date,
    currency,
    shipTo,
    lines: asked.lines,
  };
  const answer = await noteAbsence(
    () => run.tax.calculate(request),
    (code, detail) => tellInvoice(run, of, { type: 'RecordTaxFailure', engine, code, detail }, 'away'),
  );
  if (answer.kind !== 'calculated') return failure(answer.code, answer.detail);
  const { docCode, lines, tax: total } = answer;
  const command = { type: 'RecordTax', engine, docCode, lines, tax: total, reductions: reductions.length } as const;
  const recorded = await run.ask(invoiceDecider, invoiceStream(of), command, `${run.intentId}:tax`);
  if (recorded.kind === 'refused') await failure('TAX_ANSWER_INVALID', recorded.refusal.detail);
};

/** An engine that is away is a state of the invoice that people can see; the step goes on asking by itself. */
const noteAbsence = async <T>(
  call: () => Promise<T>,
  note: (code: string, detail: string) => Promise<unknown>,
): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (error instanceof PartnerUnavailable) await note('TAX_UNAVAILABLE', error.message);
    throw error;
  }
};

/** `isSettled`: the engine and the books agree, and nobody waits for what it says now. */
const commitWith = async (run: Run, of: OfInvoice, docCode: string, isSettled: boolean): Promise<void> => {
  const { engine } = run.tax;
  const answer = await noteAbsence(
    () => run.tax.commit(of.bu, docCode),
    (code, detail) => tellInvoice(run, of, { type: 'RecordTaxCommitFailure', engine, docCode, code, detail }, 'away'),
  );
  if (answer.kind === 'committed') {
    const { kind: _kind, ...kept } = answer;
    await tellInvoice(run, of, { type: 'RecordTaxCommit', engine, docCode, ...kept }, 'commit');
    return;
  }
  const { code, detail } = answer;
  if (!isSettled) await recordFailure(run, of, { type: 'RecordTaxCommitFailure', engine, docCode, code, detail });
};

export const commitTax: StepScript<'commitTax'> = async (run, of) => {
  const { issued, commit, voided } = await loadInvoice(run, of);
  if (issued === null || voided || commit?.kind === 'COMMITTED' || commit?.kind === 'MISMATCH') return;
  await commitWith(run, of, issued.taxDocCode, false);
};

/** What is committed already is told as it is kept now; one that was corrected there may be committed by this again. */
export const checkTax: StepScript<'checkTax'> = async (run, { creditMemoId, ...of }) => {
  if (creditMemoId !== undefined) return tellCreditTax(run, { ...of, creditMemoId });
  const { issued, commit, voided } = await loadInvoice(run, of);
  if (issued === null || voided) return;
  await commitWith(run, of, issued.taxDocCode, commit?.kind === 'COMMITTED');
};

export const voidTax: StepScript<'voidTax'> = async (run, { engine, docCode, ...of }) => {
  if ((await loadInvoice(run, of)).taxVoided) return;
  const answer = await run.tax.void(of.bu, docCode);
  if (answer.kind === 'refused')
    throw new RefusedOutside(answer.code, `${engine} does not void ${docCode}: ${answer.detail}`, knownFailureDelayMs);
  await tellInvoice(run, of, { type: 'RecordTaxVoid', engine, docCode }, 'void');
};

/** What is billed is owed from now on and no longer reserved; it counts on the order, which may be finished with it. */
export const afterInvoice: StepScript<'afterInvoice'> = async (run, { lines, receivable, ...of }) => {
  if (receivable !== undefined) {
    const command = { type: 'RecordReceivable', ...of, ...receivable } as const;
    await run.tell(credit, streamName('credit', of.bu, receivable.customer), command, `${run.intentId}:receivable`);
  }
  const progress = lines.map(({ lineId, qty }) => ({ lineId, addShipped: '0', addInvoiced: qty }));
  await recordProgress(run, of, progress, of.invoiceId);
  await run.tell(order, orderStream(of), { type: 'CloseOrder' }, `${run.intentId}:close`);
};

/** Returns of goods that were on the invoice when it was voided. */
const endReturns = async (run: Run, { bu, invoiceId }: OfInvoice): Promise<void> => {
  const { state } = await run.load(invoiceDecider, streamName('invoice', bu, invoiceId));
  const shipments = state.issued === null ? [] : await billedShipments(run, state.issued);
  const rmaIds = new Set(shipments.flatMap(({ returnSpans }) => returnSpans.map(({ rmaId }) => rmaId)));
  for (const rmaId of rmaIds) await endUnbilled(run, bu, rmaId);
};

export const afterInvoiceVoid: StepScript<'afterInvoiceVoid'> = async (run, { lines, receivable, ...of }) => {
  if (receivable !== undefined) {
    // An intent of an earlier version does not say what came back.
    const command = { type: 'ReverseReceivable', ...of, net: '0', ...receivable } as const;
    await run.tell(credit, streamName('credit', of.bu, receivable.customer), command, `${run.intentId}:receivable`);
  }
  const progress = lines.map(({ lineId, qty }) => ({ lineId, addShipped: '0', addInvoiced: `-${qty}` }));
  await recordProgress(run, of, progress, `${of.invoiceId}:void`, { invoiceId: of.invoiceId });
  await keepEarned(run, of);
  await endReturns(run, of);
};
