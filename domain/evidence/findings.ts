import type { Position, Recorded } from '../eventLog.ts';
import type { RecordedDomainEvent } from '../events.ts';
import type { VerifySignature } from './checkpoint.ts';
import type { LeafContent } from './leaf.ts';
import type { Sha256 } from './merkle.ts';

/** One thing that is wrong: a code for programs, a sentence for people that names the event, line or checkpoint. */
export type Finding = {
  readonly code:
    | 'MALFORMED'
    | 'SUBJECT_MISSING'
    | 'KEY_NOT_TRUSTED'
    | 'CHECKPOINT_INVALID'
    | 'HISTORY_REWRITTEN'
    | 'EVENT_NOT_SEALED'
    | 'POLICY_INCOMPLETE'
    | 'SOURCE_MISSING'
    | 'JOURNAL_NOT_MADE'
    | 'JOURNAL_DIFFERS'
    | 'LINEAGE_BROKEN'
    | 'MANIFEST_INVALID'
    | 'SAMPLE_DIFFERS';
  readonly detail: string;
  /** The line, or with null the head, of the journal that is meant, where it is one. */
  readonly line?: { readonly journalId: string; readonly lineNo: number | null };
  /** The event that is meant, where it is one. */
  readonly leafIndex?: number;
};

/** What the checks need and the domain does not have. */
export type Tools = {
  readonly sha256: Sha256;
  readonly sha1: (bytes: Uint8Array) => Uint8Array;
  readonly verifySignature: VerifySignature;
  /** Stored event to today's shape. Throws for a type or version that this program does not know. */
  readonly decode: (recorded: Recorded) => RecordedDomainEvent;
  /** Base64 of the keys that count; absent: those in the bundle, which proves only that it agrees with itself. */
  readonly trustedKeys?: readonly string[];
  /** Called after every few hundred events: a page draws meanwhile. */
  readonly onProgress?: (events: number, of: number) => Promise<void>;
};

/** An event out of a bundle, with its proof checked. */
export type CheckedEvent = { readonly leafIndex: number; readonly content: LeafContent; readonly sealed: boolean };

export const recordedOf = ({ schemaVersion: _, ...content }: LeafContent): Recorded => ({
  ...content,
  position: content.position as Position,
});

export const nameOf = ({ type, stream, revision, position }: LeafContent): string =>
  `${type} (${stream}@${revision}, position ${position.replace(/^0+(?=\d)/, '')})`;
