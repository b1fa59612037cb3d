/**
 * HELD waits for what `problems` says, e.g. for its period to be opened. REJECTED is sealed again with the next batch.
 * REVERSED: this journal and its reversal are both in the ERP's books, or, without `erpDocument`, neither will ever be.
 * SUPERSEDED: staged again before it was sealed; it counts nowhere.
 */
export const journalStates = [
  'READY',
  'HELD',
  'UNMAPPED',
  'SEALED',
  'EXPORTED',
  'ACKNOWLEDGED',
  'REJECTED',
  'REVERSED',
  'SUPERSEDED',
] as const;

export type JournalState = (typeof journalStates)[number];

export type JournalLineView = {
  readonly lineNo: number;
  readonly role: string;
  /** Null: no rule of the account map matched this role. */
  readonly account: string | null;
  readonly debit: string;
  readonly credit: string;
  readonly currency: string;
  readonly functionalDebit: string;
  readonly functionalCredit: string;
  /** Only those that are known. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly lineage: {
    readonly orderId: string | null;
    readonly orderLineId: string | null;
    readonly shipmentId: string | null;
    readonly shipmentLineId: string | null;
    readonly invoiceId: string | null;
    readonly invoiceLineId: string | null;
  };
};

export type JournalView = {
  readonly journalId: string;
  readonly bu: string;
  readonly ledger: string;
  readonly accountingDate: string;
  readonly originalDate: string;
  readonly period: string;
  readonly templateId: string;
  readonly ruleSetVersion: number;
  readonly accountMapVersion: number;
  readonly sourceEventId: string;
  readonly sourcePosition: string;
  readonly documentRef: string;
  readonly state: JournalState;
  readonly reversalOf: string | null;
  readonly latePosting: boolean;
  readonly batchId: string | null;
  readonly erpDocument: string | null;
  /** What the ERP said when it rejected it. */
  readonly rejection: { readonly code: string; readonly detail: string } | null;
  /** Why it was staged UNMAPPED or HELD. */
  readonly problems: readonly { readonly code: string; readonly role: string | null; readonly detail: string }[];
  /** The journal that takes this one back. */
  readonly reversedBy: string | null;
  /** The version that this one was staged in the place of, and the one that was staged in its place. */
  readonly supersedes: string | null;
  readonly supersededBy: string | null;
  /** The sealed journal that was reversed by hand and is posted anew by this one, and the other way round. */
  readonly repostOf: string | null;
  readonly repostedBy: string | null;
  readonly declaredSource: string | null;
  readonly functionalCurrency: string;
  readonly orderId: string | null;
  readonly shipmentId: string | null;
  readonly invoiceId: string | null;
  readonly currency: string;
  readonly lines: readonly JournalLineView[];
  readonly position: string;
  readonly updatedAt: string;
};

/** A line with what its journal says of it. */
export type GlLineView = JournalLineView &
  Pick<
    JournalView,
    | ('journalId' | 'bu' | 'ledger' | 'accountingDate' | 'originalDate' | 'period' | 'templateId' | 'ruleSetVersion')
    | ('accountMapVersion' | 'sourceEventId' | 'sourcePosition' | 'documentRef' | 'state' | 'reversalOf')
    | ('latePosting' | 'batchId' | 'erpDocument' | 'declaredSource' | 'functionalCurrency' | 'position' | 'updatedAt')
  >;

export type BatchView = {
  /** How many business units have a batch of this id, as far as the caller may see them. */
  readonly units: number;
  readonly batchId: string;
  readonly bu: string;
  readonly ledger: string;
  readonly period: string;
  readonly sequence: number;
  readonly state: 'SEALED' | 'EXPORTED' | 'ACKNOWLEDGED' | 'PARTIALLY_ACKNOWLEDGED' | 'REJECTED';
  readonly journalCount: number;
  readonly acknowledgedCount: number;
  readonly rejectedCount: number;
  readonly controlTotals: readonly {
    readonly currency: string;
    readonly account: string;
    readonly debit: string;
    readonly credit: string;
  }[];
  readonly sha256: string;
  readonly merkleRoot: string;
  readonly fileSha256: string | null;
  readonly erpSystem: string | null;
  readonly throughPosition: string;
  readonly sealedAt: string;
  readonly revision: number;
  readonly journals: readonly {
    readonly journalId: string;
    readonly state: JournalState;
    readonly erpDocument: string | null;
    readonly code: string | null;
    readonly detail: string | null;
  }[];
  readonly position: string;
  readonly updatedAt: string;
};
