import type { CreditMemoDrafted, CreditMemoIssued } from './creditEvents.ts';
import type { InvoiceDrafted, InvoiceEvent, InvoiceIssued, TaxCalculated } from './events.ts';
import type { RevenueRecognised } from './revenueEvents.ts';
import {
  evolveSettlement,
  isDisputed,
  openOf,
  paidOf,
  type Settlement,
  unsettled,
  writtenOffOf,
} from './settlement.ts';
import { type InvoiceStatus, invoiceStatus } from './status.ts';
import type { Acceptance, OpenDifference } from './taxDifferences.ts';

export type Failure = { readonly code: string; readonly detail: string };

export type InvoiceState = {
  readonly draft: InvoiceDrafted['data'] | null;
  readonly tax: TaxCalculated['data'] | null;
  readonly taxFailure: Failure | null;
  readonly issued: InvoiceIssued['data'] | null;
  readonly commit:
    | { readonly kind: 'COMMITTED' }
    | ({ readonly kind: 'MISMATCH' } & OpenDifference)
    | ({ readonly kind: 'FAILED' } & Failure)
    | null;
  readonly posting:
    | { readonly kind: 'POSTED'; readonly batchId: string; readonly journalId: string; readonly erpDocument: string }
    | ({ readonly kind: 'REFUSED'; readonly batchId: string; readonly journalId: string } & Failure)
    | null;
  /** Losses that the draft was reduced for. */
  readonly reductions: readonly string[];
  /** Voided after its issue, or withdrawn before. */
  readonly voided: boolean;
  readonly taxVoided: boolean;
  /** What of its tax and of that of its credit memos was accepted as the engine has it. */
  readonly acceptances: readonly Acceptance[];
  /** What is recognised of it otherwise than by its issue; null: nothing is. */
  readonly recognised: RevenueRecognised['data'] | null;
  /** Its shipment was voided, so nothing of it can be earned any more. */
  readonly goodsAreBack: boolean;
  /** What it has given back, in the order in which that was decided. */
  readonly credits: readonly Credit[];
  /** What paid it, what will not be paid of it, and what is disputed. */
  readonly settlement: Settlement;
};

export type Credit = {
  readonly memo: CreditMemoDrafted['data'];
  readonly issued: CreditMemoIssued['data'] | null;
  readonly isTaxCommitted: boolean;
  /** What the engine holds otherwise, until it is accepted or put right there. */
  readonly mismatch: OpenDifference | null;
};

export const initialInvoice: InvoiceState = {
  draft: null,
  tax: null,
  taxFailure: null,
  issued: null,
  commit: null,
  posting: null,
  reductions: [],
  voided: false,
  taxVoided: false,
  acceptances: [],
  recognised: null,
  goodsAreBack: false,
  credits: [],
  settlement: unsettled,
};

export const invoiceState = (state: InvoiceState): InvoiceStatus | 'NONE' =>
  state.draft === null
    ? 'NONE'
    : invoiceStatus({
        isVoided: state.voided,
        isIssued: state.issued !== null,
        hasTaxProblem: state.tax === null && state.taxFailure !== null,
        isTaxCommitted: state.commit?.kind === 'COMMITTED' && !state.taxVoided,
        isPosted: state.posting?.kind === 'POSTED',
        isDisputed: isDisputed(state),
        paid: paidOf(state),
        writtenOff: writtenOffOf(state),
        open: openOf(state),
      });

const withCredit = (state: InvoiceState, creditMemoId: string, change: Partial<Credit>): InvoiceState => ({
  ...state,
  credits: state.credits.map((each) => (each.memo.creditMemoId === creditMemoId ? { ...each, ...change } : each)),
});

const newCredit = { issued: null, isTaxCommitted: false, mismatch: null } as const;

const differing = (open: OpenDifference, parts: OpenDifference['parts']): OpenDifference => ({
  ...open,
  ...(parts !== undefined && { parts }),
});

const withAcceptance = (state: InvoiceState, accepted: Acceptance): InvoiceState => {
  const { acceptanceId, creditMemoId, difference, parts, approvalId } = accepted;
  const about = creditMemoId === undefined ? {} : { creditMemoId };
  const agreed = approvalId === undefined ? {} : { approvalId };
  const acceptances = [...state.acceptances, { acceptanceId, ...about, difference, parts, ...agreed }];
  const next = { ...state, acceptances };
  return creditMemoId === undefined
    ? { ...next, commit: { kind: 'COMMITTED' } }
    : withCredit(next, creditMemoId, { mismatch: null });
};

export const evolveInvoice = (state: InvoiceState, event: InvoiceEvent): InvoiceState => {
  switch (event.type) {
    case 'InvoiceDrafted':
      return { ...state, draft: event.data };
    case 'InvoiceDraftReduced': {
      const { lossId, shipmentId: _shipment, ...draft } = event.data;
      return { ...state, draft, tax: null, taxFailure: null, reductions: [...state.reductions, lossId] };
    }
    case 'TaxCalculated':
      return { ...state, tax: event.data, taxFailure: null };
    case 'TaxCalculationFailed':
      return { ...state, taxFailure: { code: event.data.code, detail: event.data.detail } };
    case 'InvoiceIssued':
      return { ...state, issued: event.data };
    case 'TaxCommitted':
      return { ...state, commit: { kind: 'COMMITTED' } };
    case 'TaxCommitMismatch': {
      const { engine, theirs, difference, parts } = event.data;
      return { ...state, commit: { kind: 'MISMATCH', ...differing({ engine, theirs, difference }, parts) } };
    }
    case 'TaxMismatchAccepted':
      return withAcceptance(state, event.data);
    case 'TaxCommitFailed':
      return { ...state, commit: { kind: 'FAILED', code: event.data.code, detail: event.data.detail } };
    case 'InvoicePosted': {
      const { batchId, journalId, erpDocument } = event.data;
      return { ...state, posting: { kind: 'POSTED', batchId, journalId, erpDocument } };
    }
    case 'InvoicePostingRefused': {
      const { batchId, journalId, code, detail } = event.data;
      return { ...state, posting: { kind: 'REFUSED', batchId, journalId, code, detail } };
    }
    case 'InvoiceVoided':
      return { ...state, voided: true };
    case 'InvoiceWithdrawn':
      return { ...state, voided: true, goodsAreBack: true };
    case 'RevenueRecognised':
      return { ...state, recognised: event.data };
    case 'RevenueReversed':
      return {
        ...{ ...state, recognised: null },
        goodsAreBack: state.goodsAreBack || event.data.reason === 'SHIPMENT_VOIDED',
      };
    case 'TaxVoided':
      return { ...state, taxVoided: true };
    case 'CreditMemoDrafted':
      return { ...state, credits: [...state.credits, { memo: event.data, ...newCredit }] };
    case 'CreditMemoIssued':
      return withCredit(state, event.data.creditMemoId, { issued: event.data });
    case 'CreditTaxCommitted': {
      const { creditMemoId, engine, tax: theirs, difference, parts } = event.data;
      const mismatch = difference === undefined ? null : differing({ engine, theirs, difference }, parts);
      return withCredit(state, creditMemoId, { isTaxCommitted: true, mismatch });
    }
    case 'DepositApplied':
    case 'DepositReleased':
    case 'PaymentRecorded':
    case 'InvoiceWrittenOff':
    case 'WriteOffReversed':
    case 'InvoiceDisputed':
    case 'DisputeResolved':
      return { ...state, settlement: evolveSettlement(state.settlement, event) };
    default:
      return state;
  }
};
