import type { JournalDraft, JournalLine } from '../ledger/journal.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { EvidenceExported } from './events.ts';

/**
 * What an auditor takes along: claims, and everything that is needed to check them without us. `leaf` is the very text
 * whose hash is in the tree; all hashes are lower-case hex.
 */
export const bundleFormat = 'throughline-evidence/1';

export type ProvenEvent = { readonly leafIndex: number; readonly leaf: string };

export type InclusionProof = { readonly leafIndex: number; readonly eventId: string; readonly path: readonly string[] };

/** A line as the staging ledger shows it; dimensions only where they are known. */
export type LineClaim = Omit<JournalLine, 'dimensions'> & {
  readonly currency: string;
  readonly dimensions: Readonly<Record<string, string>>;
};

const claimedFields = [
  'journalId',
  'bu',
  'ledger',
  'accountingDate',
  'originalDate',
  'period',
  'latePosting',
  'templateId',
  'ruleSetVersion',
  'accountMapVersion',
  'sourceEventId',
  'sourcePosition',
  'documentRef',
  'orderId',
  'shipmentId',
  'invoiceId',
  'reversalOf',
  'declaredSource',
  'currency',
  'functionalCurrency',
] as const;

/** All of a journal that the posting function decides. Its later states (sealed, acknowledged) are events of their own. */
export type JournalClaim = Pick<JournalDraft, Exclude<(typeof claimedFields)[number], 'templateId'>> & {
  readonly templateId: string;
  readonly lines: readonly LineClaim[];
};

type Shown = Readonly<Record<(typeof claimedFields)[number], unknown>> & {
  readonly currency: string;
  readonly lines: readonly (Omit<LineClaim, 'role' | 'dimensions'> & {
    readonly role: string;
    readonly dimensions: Readonly<Record<string, string | null>>;
  })[];
};

const known = (dimensions: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(dimensions).filter((entry): entry is [string, string] => entry[1] !== null));

/** Brings a journal, as it was made or as it is shown, into the form in which claims are compared. */
export const claimOf = (journal: Omit<Shown, 'lines'> & { readonly lines: readonly object[] }): JournalClaim => ({
  ...(Object.fromEntries(claimedFields.map((field) => [field, journal[field]])) as Omit<JournalClaim, 'lines'>),
  lines: (journal as Shown).lines.map(
    ({ lineNo, role, account, debit, credit, functionalDebit, functionalCredit, dimensions, lineage }) =>
      ({
        lineNo,
        role,
        account,
        debit,
        credit,
        currency: journal.currency,
        functionalDebit,
        functionalCredit,
        dimensions: known(dimensions),
        lineage,
      }) as LineClaim,
  ),
});

export type Subject =
  | { readonly kind: 'gl-line'; readonly journalId: string; readonly lineNo: number }
  | { readonly kind: 'event'; readonly eventId: string }
  | { readonly kind: 'export'; readonly exportId: string };

/** What the house signs when it hands over an export: the hashes of its parts, so that nothing can be left out later. */
export type Manifest = {
  readonly exportId: string;
  readonly bu: string;
  readonly scope: EvidenceExported['data']['scope'];
  readonly exportedAt: string;
  readonly treeSize: number;
  readonly journals: number;
  readonly events: number;
  /** Canonical JSON of `journals`, and of `events` followed by `policyEvents`. */
  readonly journalsSha256: string;
  readonly eventsSha256: string;
  /** Canonical JSON of `population`, where there is one. */
  readonly populationSha256?: string;
};

export type Signed<T> = { readonly content: T; readonly publicKey: string; readonly signature: string };

export type Bundle = {
  readonly format: typeof bundleFormat;
  readonly subject: Subject;
  /** Of a GL line. */
  readonly journal?: JournalClaim;
  /** Of an export. */
  readonly journals?: readonly JournalClaim[];
  /** Of a drawn sample: every line that could be drawn, `journalId:lineNo` and its amount; absent where there are too many. */
  readonly population?: readonly (readonly [line: string, amount: string])[];
  readonly events: readonly ProvenEvent[];
  /** Business unit, posting rules, account maps and periods: whole streams from their beginning, up to the last event. */
  readonly policyEvents: readonly ProvenEvent[];
  readonly inclusionProofs: readonly InclusionProof[];
  readonly checkpoint: Checkpoint;
  /** That the latest checkpoint still begins with what `checkpoint` signed. */
  readonly consistencyToLatest: { readonly checkpoint: Checkpoint; readonly path: readonly string[] };
  readonly evaluatorVersion: string;
  readonly evaluatorSha256: string;
  readonly publicKeys: readonly { readonly keyId: string; readonly publicKey: string }[];
  readonly manifest?: Signed<Manifest>;
};
