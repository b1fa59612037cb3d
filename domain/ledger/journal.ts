import type { Day } from '../calendar.ts';
import type { JournalTemplate, Role } from './roles.ts';

/** Way back to the documents; a field is null where the line stands for several of them. */
export type Lineage = {
  readonly orderId: string | null;
  readonly orderLineId: string | null;
  readonly shipmentId: string | null;
  readonly shipmentLineId: string | null;
  readonly invoiceId: string | null;
  readonly invoiceLineId: string | null;
};

export type Dimensions = {
  readonly region: string | null;
  readonly node: string | null;
  readonly channel: string | null;
  readonly item: string | null;
  readonly itemGroup: string | null;
  readonly customer: string | null;
  readonly customerGroup: string | null;
  readonly salesRep: string | null;
  readonly costCentre: string | null;
  readonly profitCentre: string | null;
  /** The business unit on the other side of an intercompany sale; absent: it is none. */
  readonly tradingPartner?: string;
};

/** Amounts are minor-unit text ≥ 0; exactly one of debit and credit is not "0". `account` is null while the role is unmapped. */
export type JournalLine = {
  readonly lineNo: number;
  readonly role: Role;
  readonly account: string | null;
  readonly debit: string;
  readonly credit: string;
  readonly functionalDebit: string;
  readonly functionalCredit: string;
  readonly dimensions: Dimensions;
  readonly lineage: Lineage;
};

export type JournalProblem = {
  readonly code:
    | 'ACCOUNT_UNMAPPED'
    | 'ACCOUNT_INACTIVE'
    | 'ACCOUNT_AMBIGUOUS'
    | 'PERIOD_NOT_OPEN'
    | 'POSTING_RULES_MISSING'
    | 'FX_RATE_MISSING';
  readonly role: Role | null;
  readonly detail: string;
};

export type Fx = { readonly rate: string; readonly type: string; readonly date: Day };

/**
 * One journal as the posting function makes it. `state`: READY can be sealed; UNMAPPED waits for an account; HELD waits
 * for what `problems` says. A journal HELD for PERIOD_NOT_OPEN alone becomes READY when its `period` is opened.
 */
export type JournalDraft = {
  readonly journalId: string;
  readonly bu: string;
  readonly ledger: string;
  readonly accountingDate: Day;
  /** The day on which it happened; differs from `accountingDate` only when `latePosting`. */
  readonly originalDate: Day;
  readonly period: string;
  readonly latePosting: boolean;
  readonly templateId: JournalTemplate;
  readonly ruleSetVersion: number;
  readonly accountMapVersion: number;
  readonly sourceEventId: string;
  readonly sourcePosition: string;
  readonly documentRef: string;
  readonly orderId: string | null;
  readonly shipmentId: string | null;
  readonly invoiceId: string | null;
  readonly reversalOf: string | null;
  /** The version that was staged before and is SUPERSEDED now. */
  readonly supersedes?: string;
  /** The sealed journal that was reversed and is posted anew by this one. */
  readonly repostOf?: string;
  /** Named when the journal has no order behind it, e.g. `stock-adjustment:<reference>` (G3). */
  readonly declaredSource: string | null;
  readonly currency: string;
  readonly functionalCurrency: string;
  readonly fx: Fx | null;
  readonly state: 'READY' | 'UNMAPPED' | 'HELD';
  readonly problems: readonly JournalProblem[];
  readonly lines: readonly JournalLine[];
};

export const noLineage: Lineage = {
  orderId: null,
  orderLineId: null,
  shipmentId: null,
  shipmentLineId: null,
  invoiceId: null,
  invoiceLineId: null,
};

const shared = (values: readonly (string | null)[]): string | null => {
  const [first = null] = values;
  return values.every((value) => value === first) ? first : null;
};

/** What all of them agree on: the lineage of a line that stands for the whole document. */
export const commonLineage = (all: readonly Lineage[]): Lineage => ({
  orderId: shared(all.map((each) => each.orderId)),
  orderLineId: shared(all.map((each) => each.orderLineId)),
  shipmentId: shared(all.map((each) => each.shipmentId)),
  shipmentLineId: shared(all.map((each) => each.shipmentLineId)),
  invoiceId: shared(all.map((each) => each.invoiceId)),
  invoiceLineId: shared(all.map((each) => each.invoiceLineId)),
});
