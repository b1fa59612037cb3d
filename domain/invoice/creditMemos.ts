import { isDay } from '../calendar.ts';
import { isRefusal, type Refusal, refuse } from '../decider.ts';
import { minor, minorSum, minorText } from '../money.ts';
import type { CreditMemoCommand } from './creditCommands.ts';
import type { CreditMemoEvent, CreditMemoIssued } from './creditEvents.ts';
import { creditMemoOf } from './creditMemo.ts';
import { givenBack, openOf } from './settlement.ts';
import type { DepositReleased, WriteOffReversed } from './settlementEvents.ts';
import type { Credit, InvoiceState } from './state.ts';
import { acceptancesOf, differenceOf, isKnownDifference } from './taxDifferences.ts';

type Outcome = readonly (CreditMemoEvent | DepositReleased | WriteOffReversed)[] | Refusal;
type CommandOf<T extends CreditMemoCommand['type']> = Extract<CreditMemoCommand, { type: T }>;

/** All of them are read for each new one. */
const creditMemosMax = 200;

export const creditOf = (state: InvoiceState, creditMemoId: string): Credit | undefined =>
  state.credits.find(({ memo }) => memo.creditMemoId === creditMemoId);

/** What stands of the invoice after everything it has given back, minor units. */
const creditedTotal = (state: InvoiceState): bigint => minorSum(state.credits.map(({ memo }) => memo.totals.total));

/** In all, because several small credit memos give back as much as a large one. */
const needsApproval = (state: InvoiceState, total: string, { limit, approvalId }: CommandOf<'DraftCreditMemo'>) => {
  const asked = creditedTotal(state) + minor(total);
  // What was agreed to once does not cover the same again.
  const isUsed = state.credits.some(({ memo }) => memo.approvalId !== undefined && memo.approvalId === approvalId);
  if ((approvalId !== undefined && !isUsed) || asked <= minor(limit)) return undefined;
  const detail = 'With it more is credited of the invoice than one person may decide alone.';
  return refuse('APPROVAL_REQUIRED', detail, { limit, asked: minorText(asked) });
};

const draft = (command: CommandOf<'DraftCreditMemo'>, state: InvoiceState): Outcome => {
  const { issued } = state;
  if (issued === null) return refuse('INVOICE_NOT_ISSUED', 'Only an invoice that was issued can be credited.');
  if (creditOf(state, command.creditMemoId) !== undefined) return [];
  const { number } = issued;
  if (state.voided) return refuse('INVOICE_NOT_CREDITABLE', `Invoice ${number} was voided.`, { number });
  if (state.credits.length >= creditMemosMax)
    return refuse('INVOICE_NOT_CREDITABLE', `Invoice ${number} has ${creditMemosMax} credit memos.`, { number });
  const earlier = state.credits.map(({ memo }) => memo);
  const memo = creditMemoOf(issued, earlier, command, state.recognised);
  if (isRefusal(memo)) return memo;
  const approval = needsApproval(state, memo.totals.total, command);
  if (approval !== undefined) return approval;
  const { reason, by: draftedBy, approvalId } = command;
  const approved = approvalId === undefined ? {} : { approvalId };
  return [{ type: 'CreditMemoDrafted', data: { ...memo, ...approved, reason, draftedBy } }];
};

/** The document as it is issued, all but the hash: hash its canonical JSON and pass the hash to `IssueCreditMemo`. */
export const issuedCreditMemo = (
  { memo }: Credit,
  { number, series, issueDate }: { readonly number: string; readonly series: string; readonly issueDate: string },
): Omit<CreditMemoIssued['data'], 'contentSha256'> => {
  const { reason: _reason, draftedBy: _by, ...document } = memo;
  return { ...document, number, series, issueDate };
};

const notFound = (creditMemoId: string): Refusal =>
  refuse('NOT_FOUND', `The invoice has no credit memo ${creditMemoId}.`);

const issue = (command: CommandOf<'IssueCreditMemo'>, state: InvoiceState): Outcome => {
  const credit = creditOf(state, command.creditMemoId);
  if (credit === undefined) return notFound(command.creditMemoId);
  if (credit.issued !== null) return [];
  const { issueDate, contentSha256 } = command;
  if (!isDay(issueDate)) return refuse('CREDIT_MEMO_INVALID', `${issueDate} is not a date.`);
  // What was written off and is owed no more was not lost, and what a deposit paid too much is the deposit again.
  const back = givenBack(state, -openOf(state), { cause: 'INVOICE_CREDITED', day: issueDate });
  return [...back, { type: 'CreditMemoIssued', data: { ...issuedCreditMemo(credit, command), contentSha256 } }];
};

const keyOf = ({ memo }: Credit) => {
  const { invoiceId, orderId, bu, creditMemoId } = memo;
  return { invoiceId, orderId, bu, creditMemoId };
};

/** The engine's document has the credit memo's id as its code. */
const recordTax = (
  command: CommandOf<'RecordCreditTaxCommit' | 'RecordCreditTaxFailure'>,
  state: InvoiceState,
): Outcome => {
  const credit = creditOf(state, command.creditMemoId);
  if (credit?.issued == null) return notFound(command.creditMemoId);
  const { engine, creditMemoId: docCode } = command;
  const about = { ...keyOf(credit), engine, docCode };
  if (command.type === 'RecordCreditTaxFailure') {
    const { code, detail } = command;
    return credit.isTaxCommitted ? [] : [{ type: 'CreditTaxCommitFailed', data: { ...about, code, detail } }];
  }
  const { taxes, totals } = credit.memo;
  const booked = { tax: totals.tax, taxes, accepted: acceptancesOf(state, docCode) };
  const { open } = differenceOf(booked, command);
  if (credit.isTaxCommitted && isKnownDifference(credit.mismatch, open)) return [];
  const { difference, parts } = open ?? {};
  const differs = { ...(difference !== undefined && { difference }), ...(parts !== undefined && { parts }) };
  return [{ type: 'CreditTaxCommitted', data: { ...about, tax: command.tax, ...differs } }];
};

/** Credit memos are decided in the stream of their invoice, so two at once cannot give back the same twice. */
export const decideCreditMemo = (command: CreditMemoCommand, state: InvoiceState): Outcome => {
  switch (command.type) {
    case 'DraftCreditMemo':
      return draft(command, state);
    case 'IssueCreditMemo':
      return issue(command, state);
    case 'RecordCreditTaxCommit':
    case 'RecordCreditTaxFailure':
      return recordTax(command, state);
  }
};
