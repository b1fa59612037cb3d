import type { Append, AppendedTogether } from '../../domain/eventLog.ts';

/** What a client can quote later. */
export type Receipt = {
  readonly commandId: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly recordedAt: string;
};

export type StoredAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact body text that was sent. */
  readonly body: string;
  readonly position: string | null;
};

/** A key that lives for ever, and the SHA-256 of what it stands for. */
export type BusinessClaim = { readonly scope: string; readonly key: string; readonly fingerprint: string };

export type ClaimRequest = {
  /** (tenant, client, method, route template) for HTTP keys; `business:<kind>:<bu>` for business keys, which live for ever. */
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of the canonical request. */
  readonly fingerprint: string;
  /** The command id to use when the claim is new. */
  readonly commandId: string;
  /** After this long without an answer another attempt may take over, with the first attempt's command id. */
  readonly leaseMs: number;
  readonly forever: boolean;
  /** Claimed as well, for ever and under the same command id, when this key comes to be ours: one round trip for both. */
  readonly businessKey?: BusinessClaim | undefined;
};

export type Claim =
  /** Ours to execute. `commandId` is the first attempt's when an earlier one died: its events, if any, are then found again. */
  | {
      readonly kind: 'claimed';
      readonly commandId: string;
      readonly resumed: boolean;
      /** Of the business key that was asked for. */
      readonly businessKey?: ClaimedForEver;
    }
  | { readonly kind: 'running'; readonly retryAfterSeconds: number }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer; readonly commandId: string }
  | { readonly kind: 'reused'; readonly firstUsedAt: string; readonly commandId: string };

/** A business key has no lease: two attempts at once have one command id. */
export type ClaimedForEver = Exclude<Claim, { readonly kind: 'running' }>;

/** A look at a key that claims nothing; undefined: it is free. Throws `LogUnavailable`. */
export type ClaimReads = {
  readonly held: (
    scope: string,
    key: string,
  ) => Promise<
    | {
        readonly fingerprint: string;
        readonly commandId: string;
        readonly firstUsedAt: string;
        readonly answer: StoredAnswer | undefined;
      }
    | undefined
  >;
};

/** Layer one of exactly-once (spec 4.10). Claims that arrive together are made in one statement. Throws `LogUnavailable` when the database is away. */
export type IdempotencyStore = ClaimReads & {
  readonly claim: (request: ClaimRequest) => Promise<Claim>;
  readonly answer: (scope: string, key: string, answer: StoredAnswer) => Promise<void>;
  /** The attempt failed without an answer (5xx): the next one may run at once, under the same command id. */
  readonly release: (scope: string, key: string) => Promise<void>;
  /** Deletes answered keys older than `olderThanDays` that are not kept for ever; at most `limit`. */
  readonly forget: (olderThanDays: number, limit: number) => Promise<number>;
};

/**
 * A key that is claimed by the append of what was done under it, together with the answer. Only the log knows where it puts
 * that: in the body, U+001D stands for the position of the last event and U+001E for the time at which it was recorded.
 * JSON text cannot hold either.
 */
export type AnsweredClaim = Pick<ClaimRequest, 'scope' | 'key' | 'fingerprint' | 'commandId' | 'forever'> & {
  readonly answer: Omit<StoredAnswer, 'position'>;
};

/** The place is that of the last event of the append with this index. */
export type ClaimOfAppend = AnsweredClaim & { readonly append: number };

/** These of the claims, by index, name keys that somebody has already. Nothing was written. */
export type KeysTaken = { readonly kind: 'taken'; readonly claims: readonly number[] };

/** What a log can do that has a transaction in common with the keys. */
export type ClaimingAppends = {
  /**
   * As `appendTogether`, and claims the keys with their answers in the same transaction. Where nothing is written, as in a
   * conflict, nothing is claimed.
   */
  readonly appendClaiming?: (
    appends: readonly Append[],
    claims: readonly ClaimOfAppend[],
  ) => Promise<readonly AppendedTogether[] | KeysTaken>;
};

/** A claim that is left to the append of what a request asks for; `answer` makes of the command's value what is stored. */
export type ClaimToMake = Omit<AnsweredClaim, 'commandId' | 'answer'> & {
  readonly answer: (value: unknown, receipt: Receipt) => AnsweredClaim['answer'];
};
