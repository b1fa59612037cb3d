import { isRefusal } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { InvoiceCommand } from '../../domain/invoice/commands.ts';
import { issuedDocument } from '../../domain/invoice/document.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { numberingDecider, numberOf } from '../../domain/invoice/numbering.ts';
import type { InvoiceState } from '../../domain/invoice/state.ts';
import type { OfInvoice } from '../../domain/orderToCash/stepPayloads.ts';
import { unsettledLoss } from '../../domain/shipment/lossState.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { businessDay } from '../businessDay.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { type Run, StepRefused, type StepScript } from './stepRun.ts';

const series = 'INV';
const prefix = 'INV-';

const invoiceStream = ({ bu, invoiceId }: OfInvoice) => streamName('invoice', bu, invoiceId);
const numberingStream = ({ bu }: OfInvoice) => streamName('numbering', bu, series);

/**
 * Goods that have been taken back meanwhile are not billed, and lost ones not before it is decided what becomes of them. An
 * earlier run may have given the number before: then the invoice is issued all the same, and voided with its shipment or
 * credited, because a number without a document is a gap.
 */
const isNotToIssue = async (run: Run, of: OfInvoice, { draft }: InvoiceState): Promise<boolean> => {
  const first = draft?.lines[0];
  if (first === undefined) return false;
  const { state } = await run.load(shipmentDecider, streamName('shipment', of.bu, first.shipmentId));
  if (!state.voided && unsettledLoss(state, first.confirmationId) === undefined) return false;
  const numbers = await run.load(numberingDecider, numberingStream(of));
  return numberOf(numbers.state, of.invoiceId) === undefined;
};

/** Number, then issue. What the invoice would refuse is found out before a number is spent on it. */
const issueDraft = async (run: Run, of: OfInvoice, state: InvoiceState): Promise<void> => {
  const { draft, tax } = state;
  const reductions = state.reductions.length;
  if (draft === null || tax === null) return;
  const issueDate = businessDay(run, of.bu, run.clock());
  const issueAs = (number: string): InvoiceCommand => {
    const document = issuedDocument(draft, tax, { number, series, issueDate });
    return { type: 'IssueInvoice', number, series, issueDate, contentSha256: contentSha256(document), reductions };
  };
  const check = invoiceDecider.decide(issueAs(`${prefix}?`), state);
  if (isRefusal(check)) throw new StepRefused(check, invoiceStream(of));
  const assign = { type: 'AssignNumber', bu: of.bu, series, prefix, documentId: of.invoiceId } as const;
  const answer = await run.ask(numberingDecider, numberingStream(of), assign, `${of.invoiceId}:number`);
  // Another worker has this step by now, and withdraws the draft.
  if (answer.kind === 'refused') return;
  const number = numberOf(answer.state, of.invoiceId);
  if (number === undefined) throw new Error(`invoice ${of.invoiceId} was given no number`);
  const issued = await run.ask(invoiceDecider, invoiceStream(of), issueAs(number), `${run.intentId}:issue`);
  // What was reduced in this moment is issued under the number when its tax is known again.
  if (issued.kind === 'refused' && issued.state.reductions.length === reductions)
    throw new StepRefused(issued.refusal, invoiceStream(of));
};

export const issueInvoice: StepScript<'issueInvoice'> = async (run, of) => {
  const { state } = await run.load(invoiceDecider, invoiceStream(of));
  const { draft, tax, issued, voided } = state;
  if (draft === null || tax === null || issued !== null || voided || (await isNotToIssue(run, of, state))) return;
  await issueDraft(run, of, state);
};

/**
 * Before a draft is withdrawn: from here on no worker, however late, spends a number on it. One that was spent already, by
 * a worker that was killed or stands still between number and issue, is issued here.
 */
export const withholdNumber = async (run: Run, of: OfInvoice): Promise<void> => {
  const { state } = await run.load(invoiceDecider, invoiceStream(of));
  if (state.draft === null || state.issued !== null || state.voided) return;
  const command = { type: 'WithholdNumber', bu: of.bu, series, documentId: of.invoiceId } as const;
  const answer = await run.ask(numberingDecider, numberingStream(of), command, `${of.invoiceId}:withhold`);
  if (answer.kind === 'refused') await issueDraft(run, of, state);
};
