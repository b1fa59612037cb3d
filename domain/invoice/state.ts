import type { CreditMemoDrafted, CreditMemoIssued } from './creditEvents.ts';
import type { InvoiceDrafted, InvoiceEvent, InvoiceIssued, TaxCalculated } from './events.ts';
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

export type Failure = { readonly code: string; readonly detail: string };

export type InvoiceState = {
  readonly draft: InvoiceDrafted['data'] | null;
  readonly tax: TaxCalculated['data'] | null;
  readonly taxFailure: Failure | null;
  readonly issued: InvoiceIssued['data'] | null;
  readonly commit:
    | { readonly kind: 'COMMITTED' }
    | { readonly kind: 'MISMATCH'; readonly theirs: string }
    | ({ readonly kind: 'FAILED' } & Failure)
    | null;
  readonly posting:
    | { readonly kind: 'POSTED'; readonly batchId: string; readonly journalId: string; readonly erpDocument: string }
    | ({ readonly kind: 'REFUSED'; readonly batchId: string; readonly journalId: string } & Failure)
    | null;
  /** Voided after its issue, or withdrawn before. */
  readonly voided: boolean;
  readonly taxVoided: boolean;
  /** What it has given back, in the order in which that was decided. */
  readonly credits: readonly Credit[];
  /** What paid it, what will not be paid of it, and what is disputed. */
  readonly settlement: Settlement;
};

export type Credit = {
  readonly memo: CreditMemoDrafted['data'];
  readonly issued: CreditMemoIssued['data'] | null;
  readonly isTaxCommitted: boolean;
};

export const initialInvoice: InvoiceState = {
  draft: null,
  tax: null,
  taxFailure: null,
  issued: null,
  commit: null,
  posting: null,
  voided: false,
  taxVoided: false,
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

export const evolveInvoice = (state: InvoiceState, event: InvoiceEvent): InvoiceState => {
  switch (event.type) {
    case 'InvoiceDrafted':
      return { ...state, draft: event.data };
    case 'TaxCalculated':
      return { ...state, tax: event.data, taxFailure: null };
    case 'TaxCalculationFailed':
      return { ...state, taxFailure: { code: event.data.code, detail: event.data.detail } };
    case 'InvoiceIssued':
      return { ...state, issued: event.data };
    case 'TaxCommitted':
      return { ...state, commit: { kind: 'COMMITTED' } };
    case 'TaxCommitMismatch':
      return { ...state, commit: { kind: 'MISMATCH', theirs: event.data.theirs } };
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
    case 'InvoiceWithdrawn':
      return { ...state, voided: true };
    case 'TaxVoided':
      return { ...state, taxVoided: true };
    case 'CreditMemoDrafted':
      return { ...state, credits: [...state.credits, { memo: event.data, issued: null, isTaxCommitted: false }] };
    case 'CreditMemoIssued':
      return withCredit(state, event.data.creditMemoId, { issued: event.data });
    case 'CreditTaxCommitted':
      return withCredit(state, event.data.creditMemoId, { isTaxCommitted: true });
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
