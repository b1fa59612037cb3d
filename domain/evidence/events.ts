import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`.

/**
 * The log up to `position`, `treeSize` events, has the Merkle root `root`. Hashes are lower-case hex, keys and signatures
 * base64. `signature` covers every other field but `note`, which is the same claim as a C2SP checkpoint with a signature of
 * its own. The event is a leaf like any other and is covered by the next checkpoint.
 */
export type CheckpointSealed = Event<
  'CheckpointSealed',
  {
    /** The name of this log; it is chosen with the first checkpoint and never changes. */
    readonly origin: string;
    readonly treeSize: number;
    readonly root: string;
    readonly previousTreeSize: number;
    /** Null: the first one. */
    readonly previousRoot: string | null;
    readonly position: string;
    readonly signedAt: string;
    readonly keyId: string;
    readonly publicKey: string;
    readonly signature: string;
    readonly note: string;
  }
>;

/** Somebody took a signed export out of the house. `contentSha256` is that of the bundle's signed manifest. */
export type EvidenceExported = Event<
  'EvidenceExported',
  {
    readonly exportId: string;
    readonly bu: string;
    readonly scope:
      | { readonly kind: 'order'; readonly orderId: string }
      | {
          readonly kind: 'period';
          readonly ledger: string;
          readonly period: string;
          /** A part of it: the journals behind this one, `sourcePosition:journalId`; absent: from the first on. */
          readonly after?: string;
          /** The last journal of this part, behind which there are more; absent: there are none. */
          readonly next?: string;
        }
      | {
          readonly kind: 'sample';
          readonly ledger: string;
          readonly period: string;
          readonly count: number;
          readonly seed: string;
          /** How many journals there were to choose from. */
          readonly population?: number;
        }
      | {
          /** Lines that were drawn before: see `AuditSampleDrawn`. */
          readonly kind: 'audit-sample';
          readonly sampleId: string;
        };
    readonly treeSize: number;
    readonly journals: number;
    readonly events: number;
    readonly contentSha256: string;
    readonly requestedBy: string;
  }
>;

export type EvidenceEvent = CheckpointSealed | EvidenceExported;
