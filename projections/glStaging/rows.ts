import type { CorrectionFact } from '../../domain/ledger/corrections.ts';
import type { PostingPolicy } from '../../domain/ledger/policy.ts';
import type { Reflects } from '../projection.ts';

/** What journals depend on besides their event, as the log has it so far; kept, so that a restart goes on with the same answer. */
export type ContextRow = Reflects & { readonly content: PostingPolicy };

export type AccountRow = Reflects & {
  readonly ledger: string;
  readonly account: string;
  readonly name: string;
  readonly active_from: string;
  readonly active_to: string | null;
};

export type JournalRow = Reflects & {
  readonly journal_id: string;
  readonly ledger: string;
  readonly accounting_date: string;
  readonly original_date: string;
  readonly period: string;
  readonly original_period: string;
  readonly template_id: string;
  readonly rule_set_version: number;
  readonly account_map_version: number;
  readonly source_event_id: string;
  readonly source_type: string;
  readonly source_position: string;
  readonly document_ref: string;
  readonly late_posting: boolean;
  readonly reversal_of: string | null;
  readonly declared_source: string | null;
  readonly currency: string;
  readonly functional_currency: string;
  readonly fx: unknown;
  readonly order_id: string | null;
  readonly shipment_id: string | null;
  readonly invoice_id: string | null;
  readonly line_count: number;
};

export type LineRow = Reflects & {
  readonly journal_id: string;
  readonly line_no: number;
  readonly line_count: number;
  readonly ledger: string;
  readonly period: string;
  readonly role: string;
  readonly account: string | null;
  readonly debit: string;
  readonly credit: string;
  readonly functional_debit: string;
  readonly functional_credit: string;
  readonly currency: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly order_id: string | null;
  readonly order_line_id: string | null;
  readonly shipment_id: string | null;
  readonly shipment_line_id: string | null;
  readonly invoice_id: string | null;
  readonly invoice_line_id: string | null;
  readonly source_event_id: string;
};

export type StateRow = Reflects & {
  readonly journal_id: string;
  readonly ledger: string;
  readonly period: string;
  readonly state: string;
  readonly batch_id: string | null;
  readonly erp_document: string | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly problems: readonly { readonly code: string; readonly role: string | null; readonly detail: string }[];
  readonly source_position: string;
};

/** A journal's state as one event left it; `step` counts its moves within that event. */
export type StateChangeRow = Pick<StateRow, 'state' | 'batch_id' | 'erp_document' | 'code' | 'detail' | 'problems'> & {
  readonly journal_id: string;
  readonly position: string;
  readonly step: number;
  readonly reference: string | null;
  readonly bu: string;
  readonly updated_at: string;
};

export type AccountNameRow = {
  readonly bu: string;
  readonly ledger: string;
  readonly account: string;
  readonly position: string;
  readonly name: string;
};

/** What became of a journal by the log (`domain/ledger/corrections.ts`). */
export type CorrectionRow = Reflects & {
  readonly journal_id: string;
  readonly kind: CorrectionFact['kind'];
  /** The fact behind the journal and behind all that corrected it. */
  readonly source_event_id: string;
  readonly replaced_by: string | null;
  readonly event_id: string;
};

export type GlRows = {
  readonly contexts: ContextRow;
  readonly accounts: AccountRow;
  readonly accountNames: AccountNameRow;
  readonly journals: JournalRow;
  readonly lines: LineRow;
  readonly states: StateRow;
  readonly changes: StateChangeRow;
  readonly corrections: CorrectionRow;
};
