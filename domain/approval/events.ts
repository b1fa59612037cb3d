import type { Event } from '../decider.ts';
import type { PolicyChange } from '../masterData/policyChange.ts';
import type { Duty } from './duties.ts';

/** What is to be approved: `kind` and `id` name it, `payloadSha256` is its content. Another content is another approval. */
export type ApprovalSubject = { readonly kind: string; readonly id: string };

type About = {
  readonly approvalId: string;
  readonly bu: string;
  readonly subject: ApprovalSubject;
  readonly payloadSha256: string;
};

/** Somebody wants what takes a second person, and says why. */
export type ApprovalRequested = Event<
  'ApprovalRequested',
  About & {
    readonly duty: Duty;
    /** One sentence for the person who decides, and where that person can look. */
    readonly summary: string;
    readonly link: string;
    /** The limit that was passed; counts as text. Null: it needs a second person whatever its size. */
    readonly limit: { readonly name: string; readonly allowed: string; readonly asked: string } | null;
    readonly requestedBy: string;
    /** Everybody else who had a hand in the object; none of them may approve it. */
    readonly involved: readonly string[];
    readonly reason: string;
    readonly expiresAt: string;
    /** The business unit that it is about, where nobody who is not let into that one sees or decides it. */
    readonly aboutBu?: string;
    /** What of a rule set or a business unit would be different. */
    readonly change?: PolicyChange;
  }
>;

/** A person who had no hand in it agrees. A duty may need several of them. */
export type ApprovalGranted = Event<'ApprovalGranted', About & { readonly grantedBy: string; readonly reason: string }>;
/** A person says no, which stands until the request would have expired. */
export type ApprovalDenied = Event<'ApprovalDenied', About & { readonly deniedBy: string; readonly reason: string }>;
/** Nobody decided in time, or what was granted was not used in time. */
export type ApprovalExpired = Event<'ApprovalExpired', About>;

export type ApprovalEvent = ApprovalRequested | ApprovalGranted | ApprovalDenied | ApprovalExpired;
