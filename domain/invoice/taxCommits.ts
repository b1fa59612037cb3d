import { type Refusal, refuse } from '../decider.ts';
import { type Minor, minor, minorText } from '../money.ts';
import type { InvoiceCommand } from './commands.ts';
import { creditOf } from './creditMemos.ts';
import type { InvoiceEvent, InvoiceIssued } from './events.ts';
import { documentOf, saleOf } from './settlement.ts';
import { type Credit, type InvoiceState, invoiceState } from './state.ts';
import type { TaxDifferenceCommand } from './taxCommands.ts';
import { acceptancesOf, acceptedParts, differenceOf, isKnownDifference, openDifference } from './taxDifferences.ts';

type Outcome = readonly InvoiceEvent[] | Refusal;
type CommandOf<T extends InvoiceCommand['type']> = Extract<InvoiceCommand, { type: T }>;
type TaxCommand = CommandOf<'RecordTaxCommit' | 'RecordTaxCommitFailure' | 'RecordTaxVoid'> | TaxDifferenceCommand;
type Issued = InvoiceIssued['data'];

/** All of them are kept in memory with the invoice, and its void names each. */
const acceptancesMax = 100;

const keyOf = ({ invoiceId, orderId, bu }: Issued) => ({ invoiceId, orderId, bu });

const strange = (docCode: string, ours: string): Refusal =>
  refuse('NOT_FOUND', `The tax document of this invoice is ${ours}, not ${docCode}.`, { docCode });

/** Facts of the engine: recorded even for an invoice that was voided meanwhile, so that the tax document is voided too. */
const recordCommit = (command: CommandOf<'RecordTaxCommit'>, state: InvoiceState, issued: Issued): Outcome => {
  const { engine, docCode, tax } = command;
  const isKnown = state.commit?.kind === 'COMMITTED';
  const { taxes, totals } = issued;
  const booked = { tax: totals.tax, taxes, accepted: acceptancesOf(state, undefined) };
  const { ours, open } = differenceOf(booked, command);
  const about = { ...keyOf(issued), engine, docCode };
  if (open === null) return isKnown ? [] : [{ type: 'TaxCommitted', data: { ...about, tax } }];
  // Of a voided one it is known that the engine has it: that is all that its void needs.
  if (isKnown && state.voided) return [];
  if (isKnownDifference(openDifference(state), open)) return [];
  const { theirs, difference, parts } = open;
  const told = parts === undefined ? {} : { parts };
  return [{ type: 'TaxCommitMismatch', data: { ...about, ours, theirs, difference, ...told } }];
};

/** Recorded for every failed attempt, which the process repeats later; of no consequence once committed, disputed or voided. */
const recordFailure = (
  { engine, docCode, code, detail }: CommandOf<'RecordTaxCommitFailure'>,
  state: InvoiceState,
  issued: Issued,
): Outcome => {
  const settled = state.commit?.kind === 'COMMITTED' || state.commit?.kind === 'MISMATCH';
  if (settled || state.voided) return [];
  return [{ type: 'TaxCommitFailed', data: { ...keyOf(issued), engine, docCode, code, detail } }];
};

/** A document with tax of its own: the invoice, or a credit memo of it. */
type Taxed = {
  readonly credit: Credit | undefined;
  readonly number: string;
  readonly docCode: string;
  readonly taxes: Issued['taxes'];
};

const taxedDocument = (creditMemoId: string | undefined, state: InvoiceState, issued: Issued): Taxed | Refusal => {
  const { number, taxDocCode: docCode, taxes } = issued;
  if (state.voided)
    return refuse('TAX_NOT_MISMATCHED', `Invoice ${number} was voided, and its tax with it.`, { number });
  if (creditMemoId === undefined) return { credit: undefined, number, docCode, taxes };
  const credit = creditOf(state, creditMemoId);
  if (credit === undefined) return refuse('NOT_FOUND', `The invoice has no credit memo ${creditMemoId}.`);
  if (credit.issued === null) return refuse('INVOICE_NOT_ISSUED', `Credit memo ${creditMemoId} is not issued yet.`);
  return { credit, number: credit.issued.number, docCode: creditMemoId, taxes: credit.memo.taxes };
};

const sizeOf = (amount: string): Minor => {
  const signed = minor(amount);
  return signed < 0n ? -signed : signed;
};

/** In all and whichever way, because one too much and one too little are two of them. */
const needsApproval = (
  { acceptances }: InvoiceState,
  { difference, limit, approvalId }: CommandOf<'AcceptTaxMismatch'>,
): Refusal | undefined => {
  const asked = acceptances.reduce((sum, each) => sum + sizeOf(each.difference), sizeOf(difference));
  // What was agreed to once does not cover the same again.
  const isUsed = acceptances.some((each) => each.approvalId !== undefined && each.approvalId === approvalId);
  if ((approvalId !== undefined && !isUsed) || asked <= minor(limit)) return undefined;
  const detail = 'With it more of the tax differs from what was issued than one person may accept alone.';
  return refuse('APPROVAL_REQUIRED', detail, { limit, asked: minorText(asked) });
};

const accept = (command: CommandOf<'AcceptTaxMismatch'>, state: InvoiceState, issued: Issued): Outcome => {
  const { type: _type, limit: _limit, ...data } = command;
  if (state.acceptances.some(({ acceptanceId }) => acceptanceId === data.acceptanceId)) return [];
  const document = taxedDocument(data.creditMemoId, state, issued);
  if ('refused' in document) return document;
  const { number, docCode } = document;
  const open = openDifference(state, document.credit);
  if (open === null)
    return refuse('TAX_NOT_MISMATCHED', `The tax engine holds nothing of ${number} otherwise.`, { number });
  const { difference } = open;
  if (difference !== data.difference)
    return refuse('TAX_DIFFERENCE_CHANGED', `The tax of ${number} differs by ${difference}.`, { number, difference });
  if (state.acceptances.length >= acceptancesMax)
    return refuse('TAX_ACCEPTANCES_MAX', `Of invoice ${issued.number} ${acceptancesMax} differences were accepted.`);
  const approval = needsApproval(state, command);
  if (approval !== undefined) return approval;
  const about = { ...documentOf(issued), ...saleOf(issued), number, engine: open.engine, docCode };
  return [{ type: 'TaxMismatchAccepted', data: { ...about, ...data, parts: acceptedParts(open, document.taxes) } }];
};

const check = (
  { type: _type, ...data }: CommandOf<'RequestTaxCheck'>,
  state: InvoiceState,
  issued: Issued,
): Outcome => {
  const document = taxedDocument(data.creditMemoId, state, issued);
  if ('refused' in document) return document;
  return [{ type: 'TaxCheckRequested', data: { ...keyOf(issued), ...data } }];
};

const ofEngine = (
  command: CommandOf<'RecordTaxCommit' | 'RecordTaxCommitFailure' | 'RecordTaxVoid'>,
  state: InvoiceState,
  issued: Issued,
): Outcome => {
  const { engine, docCode } = command;
  if (docCode !== issued.taxDocCode) return strange(docCode, issued.taxDocCode);
  if (command.type === 'RecordTaxCommit') return recordCommit(command, state, issued);
  if (command.type === 'RecordTaxCommitFailure') return recordFailure(command, state, issued);
  return state.taxVoided ? [] : [{ type: 'TaxVoided', data: { ...keyOf(issued), engine, docCode } }];
};

/** What the tax engine holds of an issued invoice, and what people say to it. */
export const decideTax = (command: TaxCommand, state: InvoiceState): Outcome => {
  const { issued } = state;
  if (issued === null) return refuse('INVOICE_NOT_ISSUED', `The invoice is ${invoiceState(state)}, not issued.`);
  switch (command.type) {
    case 'AcceptTaxMismatch':
      return accept(command, state, issued);
    case 'RequestTaxCheck':
      return check(command, state, issued);
    default:
      return ofEngine(command, state, issued);
  }
};
