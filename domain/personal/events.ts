import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`. None of these events holds personal text.

/** Why text about somebody is erased. A code and no sentence: the receipt must not hold what it says is gone. */
export const erasureGrounds = ['SUBJECT_REQUEST', 'CONSENT_WITHDRAWN', 'RETENTION_OVER', 'RELATIONSHIP_OVER'] as const;
export type ErasureGround = (typeof erasureGrounds)[number];

/**
 * Everything sealed for `subject` with its keys up to `throughGeneration` is unreadable from here on. `keySha256`: of the
 * names of these keys, `<subject>/<generation>`, so that whoever finds a key, in a backup perhaps, can tell that it had to be gone.
 */
export type SubjectErased = Event<
  'SubjectErased',
  {
    readonly bu: string;
    readonly subject: string;
    readonly ground: ErasureGround;
    /** The number of the request at whoever received it. */
    readonly reference: string | null;
    readonly throughGeneration: number;
    readonly keySha256: readonly string[];
    readonly requestedBy: string;
    readonly approvedBy: string;
    readonly approvalId: string;
  }
>;

/** Answers that showed opened text to people. `times`: equal readings of one moment are one entry. */
export type PersonalDataRead = Event<
  'PersonalDataRead',
  {
    readonly bu: string;
    readonly reads: readonly {
      readonly subject: string;
      readonly by: string;
      readonly roles: readonly string[];
      /** The operation of the HTTP interface. */
      readonly operation: string;
      readonly correlationId: string;
      readonly firstAt: string;
      readonly times: number;
    }[];
  }
>;

export type PersonalDataEvent = SubjectErased | PersonalDataRead;
