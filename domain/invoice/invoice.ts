import { isDay } from '../calendar.ts';
import { type Decider, type Refusal, refuse } from '../decider.ts';
import { sameContent } from '../masterData/sameContent.ts';
import { minor, minorText } from '../money.ts';
import type { InvoiceCommand } from './commands.ts';
import { decideCreditMemo } from './creditMemos.ts';
import { invoiceTotals, issuedDocument, unbalancedLine } from './document.ts';
import type { InvoiceEvent } from './events.ts';
import { recogniseRevenue, reverseRevenue } from './revenue.ts';
import { decideSettlement } from './settling.ts';
import { evolveInvoice, type InvoiceState, initialInvoice, invoiceState } from './state.ts';
import { taxAnswerProblem } from './tax.ts';
import { decideTax } from './taxCommits.ts';
import { voidInvoice } from './voiding.ts';

type Outcome = readonly InvoiceEvent[] | Refusal;
type CommandOf<T extends InvoiceCommand['type']> = Extract<InvoiceCommand, { type: T }>;

const keyOf = ({ invoiceId, orderId, bu }: { invoiceId: string; orderId: string; bu: string }) => ({
  invoiceId,
  orderId,
  bu,
});

const notIssued = (state: InvoiceState): Refusal =>
  refuse('INVOICE_NOT_ISSUED', `The invoice is ${invoiceState(state)}, not issued.`);

/** The id comes from the confirmation that is billed, so a second draft is the same request again. */
const draft = ({ draft: data }: CommandOf<'DraftInvoice'>, state: InvoiceState): Outcome => {
  if (state.draft !== null) return [];
  if (data.lines.length === 0) return refuse('INVOICE_UNBALANCED', 'An invoice has at least one line.');
  const line = unbalancedLine(data);
  if (line !== undefined) return refuse('INVOICE_UNBALANCED', `Line ${line}: net is not gross − discount.`);
  return [{ type: 'InvoiceDrafted', data }];
};

/** The draft has been reduced since, and what was found out of it before holds no more. */
const isOfEarlierDraft = ({ reductions }: { readonly reductions?: number }, state: InvoiceState): boolean =>
  reductions !== undefined && reductions !== state.reductions.length;

const recordTax = (command: CommandOf<'RecordTax'>, state: InvoiceState): Outcome => {
  if (state.draft === null) return refuse('NOT_FOUND', 'There is no draft to tax.');
  const { engine, docCode, lines, tax } = command;
  const answer = { ...keyOf(state.draft), engine, docCode, lines, tax };
  if (sameContent(state.tax, answer)) return [];
  if (state.issued !== null) return refuse('INVOICE_NOT_DRAFT', 'Tax is never calculated again after issue.');
  if (state.voided || isOfEarlierDraft(command, state)) return [];
  const problem = taxAnswerProblem(state.draft, lines, tax);
  if (problem !== undefined) return [failedTax(state.draft, engine, 'TAX_ANSWER_UNUSABLE', problem)];
  return [{ type: 'TaxCalculated', data: answer }];
};

const failedTax = (
  draft: NonNullable<InvoiceState['draft']>,
  engine: string,
  code: string,
  detail: string,
): InvoiceEvent => ({
  type: 'TaxCalculationFailed',
  data: { ...keyOf(draft), engine, code, detail },
});

/** Every failed attempt is an event, because each one makes the process try again later; a repeated command is known by its id. */
const recordTaxFailure = ({ engine, code, detail }: CommandOf<'RecordTaxFailure'>, state: InvoiceState): Outcome => {
  if (state.draft === null) return refuse('NOT_FOUND', 'There is no draft to tax.');
  return state.tax === null && !state.voided ? [failedTax(state.draft, engine, code, detail)] : [];
};

const issue = (command: CommandOf<'IssueInvoice'>, state: InvoiceState): Outcome => {
  if (state.issued !== null) {
    if (state.issued.number === command.number) return [];
    return refuse('INVOICE_NOT_DRAFT', `The invoice was issued as ${state.issued.number}.`, {
      number: state.issued.number,
    });
  }
  if (state.draft === null) return refuse('NOT_FOUND', 'There is no draft to issue.');
  if (state.voided) return refuse('INVOICE_NOT_DRAFT', 'The draft was withdrawn.');
  if (isOfEarlierDraft(command, state)) return refuse('INVOICE_NOT_DRAFT', 'The draft was reduced meanwhile.');
  if (state.tax === null) return refuse('INVOICE_NOT_DRAFT', 'The tax is not calculated yet.');
  if (!isDay(command.issueDate)) return refuse('INVOICE_NOT_DRAFT', `${command.issueDate} is not a date.`);
  const problem = unbalancedLine(state.draft) ?? taxAnswerProblem(state.draft, state.tax.lines, state.tax.tax);
  const document = issuedDocument(state.draft, state.tax, command);
  const { gross, discount, charges, tax, total } = document.totals;
  const rest = minor(total) - (minor(gross) - minor(discount) + minor(charges) + minor(tax));
  const again = invoiceTotals(document, minorText(sumOfTaxes(document)));
  if (problem !== undefined || rest !== 0n || again.total !== total) {
    return refuse('INVOICE_UNBALANCED', 'The total is not gross − discount + charges + tax of the lines.', {
      total,
      sum: again.total,
    });
  }
  // Not part of the document: what the customer gets says nothing of it.
  const earned = state.recognised === null ? {} : ({ earned: true } as const);
  return [{ type: 'InvoiceIssued', data: { ...document, ...earned, contentSha256: command.contentSha256 } }];
};

const sumOfTaxes = (document: ReturnType<typeof issuedDocument>): bigint =>
  [...document.lines, ...document.charges].reduce((sum, line) => sum + minor(line.tax), 0n);

const recordPosting = ({ type: _type, ...posted }: CommandOf<'RecordErpPosting'>, state: InvoiceState): Outcome => {
  if (state.issued === null) return notIssued(state);
  if (state.posting?.kind === 'POSTED') return [];
  return [{ type: 'InvoicePosted', data: { ...keyOf(state.issued), ...posted } }];
};

const recordRefusal = ({ type: _type, ...refused }: CommandOf<'RecordErpRefusal'>, state: InvoiceState): Outcome => {
  if (state.issued === null) return notIssued(state);
  if (state.posting?.kind === 'POSTED' || sameContent(state.posting, { kind: 'REFUSED', ...refused })) return [];
  return [{ type: 'InvoicePostingRefused', data: { ...keyOf(state.issued), ...refused } }];
};

/** Issue and withdrawal exclude each other here, in the one stream that both write, whichever of them is told first. */
const withdraw = ({ type: _type, ...why }: CommandOf<'WithdrawDraft'>, state: InvoiceState): Outcome => {
  if (state.issued !== null) {
    return refuse('INVOICE_NOT_DRAFT', `The invoice was issued as ${state.issued.number}.`);
  }
  if (state.draft === null || state.voided) return [];
  return [{ type: 'InvoiceWithdrawn', data: { ...keyOf(state.draft), ...why } }];
};

const reduceDraft = ({ draft: data, lossId, shipmentId }: CommandOf<'ReduceDraft'>, state: InvoiceState): Outcome => {
  if (state.issued !== null) {
    return refuse('INVOICE_NOT_DRAFT', `The invoice was issued as ${state.issued.number}.`);
  }
  if (state.draft === null || state.voided || state.reductions.includes(lossId)) return [];
  const line = unbalancedLine(data);
  if (line !== undefined || data.lines.length === 0)
    return refuse('INVOICE_UNBALANCED', `Line ${line ?? '1'}: net is not gross − discount.`);
  return [{ type: 'InvoiceDraftReduced', data: { ...data, shipmentId, lossId } }];
};

const decide = (command: InvoiceCommand, state: InvoiceState): Outcome => {
  switch (command.type) {
    case 'DraftInvoice':
      return draft(command, state);
    case 'RecordTax':
      return recordTax(command, state);
    case 'RecordTaxFailure':
      return recordTaxFailure(command, state);
    case 'IssueInvoice':
      return issue(command, state);
    case 'RecogniseRevenue':
      return recogniseRevenue(command, state);
    case 'ReverseRevenue':
      return reverseRevenue(command, state);
    case 'RecordErpPosting':
      return recordPosting(command, state);
    case 'RecordErpRefusal':
      return recordRefusal(command, state);
    case 'VoidInvoice':
      return voidInvoice(command, state);
    case 'WithdrawDraft':
      return withdraw(command, state);
    case 'ReduceDraft':
      return reduceDraft(command, state);
    case 'RecordTaxCommit':
    case 'RecordTaxCommitFailure':
    case 'RecordTaxVoid':
    case 'AcceptTaxMismatch':
    case 'RequestTaxCheck':
      return decideTax(command, state);
    case 'ApplyDeposit':
    case 'RecordPayment':
    case 'WriteOffInvoice':
    case 'DisputeInvoice':
    case 'ResolveDispute':
      return decideSettlement(command, state);
    default:
      return decideCreditMemo(command, state);
  }
};

/** Stream `invoice-<bu>.<invoiceId>`. */
export const invoiceDecider: Decider<InvoiceState, InvoiceCommand, InvoiceEvent> = {
  category: 'invoice',
  initial: initialInvoice,
  decide,
  evolve: evolveInvoice,
};
