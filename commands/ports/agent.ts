/** A call of a partner's system as its agent is to make it, below the address that the agent alone knows. */
export type AgentCall = {
  /** The system that is called, e.g. `erp`. */
  readonly system: string;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** From its being asked for to its answer, the way there and back included. */
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
};

/** What an agent is handed. `timeoutMs`: what is left of it. */
export type HandedCall = Omit<AgentCall, 'system'> & { readonly callId: string };

/**
 * Why an agent has no answer. `NEVER_CONNECTED`: nobody at the partner's address heard of the call. `REFUSED`: it leads out of
 * that address, or is too large for the agent.
 */
export const carryFailures = ['NEVER_CONNECTED', 'DISCONNECTED', 'TIMEOUT', 'TOO_LARGE', 'REFUSED'] as const;
export type CarryFailure = (typeof carryFailures)[number];

export type CarriedAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | null;
      readonly body: string;
    }
  | {
      readonly kind: 'failed';
      readonly failure: CarryFailure;
      /** The system's code of the failure, as `ECONNREFUSED`. */
      readonly code: string | null;
    };

/**
 * What became of a call. `away`: no agent of the system has been heard of lately. `not-taken`: none took it in time, and none
 * will. `unanswered`: an agent took it, and what came of it is not known.
 */
export type CarryOutcome =
  | CarriedAnswer
  | { readonly kind: 'away'; readonly lastSeenAt: string | null }
  | { readonly kind: 'not-taken' }
  | { readonly kind: 'unanswered' };

/** Whoever calls a partner through its agent. Ends with the call's time, or with `signal`. */
export type CarryCall = (call: AgentCall, signal: AbortSignal | undefined) => Promise<CarryOutcome>;

/** `agent`: what it calls itself, the same for as long as it runs. */
export type PresentAgent = { readonly system: string; readonly agent: string; readonly version: string };

/** Where agents come for calls and bring answers, in whichever process. All throw `LogUnavailable`. */
export type AgentDesk = {
  /**
   * Calls that nobody else was handed, the oldest first; waits for one. None when `gone` aborts: what was taken for somebody who
   * has gone before it was sent is there for others.
   */
  readonly take: (
    who: PresentAgent,
    want: { readonly max: number; readonly waitMs: number },
    gone: AbortSignal,
  ) => Promise<readonly HandedCall[]>;
  /** How long an answer may be. Undefined: no agent of this system was handed such a call, or nobody waits for it any more. */
  readonly wanted: (system: string, callId: string) => Promise<{ readonly answerBytesMax: number } | undefined>;
  /** False as `wanted` is undefined. The first answer stands. */
  readonly answer: (system: string, callId: string, answer: CarriedAnswer) => Promise<boolean>;
};
