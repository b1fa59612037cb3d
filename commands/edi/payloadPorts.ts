/** The very bytes of a message, sealed. Known by the SHA-256 of what was sent, kept once. */
export type StoredPayload = {
  readonly sha256: string;
  readonly bu: string;
  readonly soldTo: string;
  readonly mediaType: string;
  /** In bytes, as it came. */
  readonly size: number;
  /** A sealed word: base64 of the bytes. */
  readonly content: string;
};

/** One that was kept for long. `storedAt`: an instant, when it came last. */
export type OldPayload = Pick<StoredPayload, 'sha256' | 'bu' | 'soldTo' | 'size'> & { readonly storedAt: string };

export type PayloadStore = {
  /**
   * Durable when it resolves. What is there already stays, sealed with the newer key, and is as old as the day on which it came
   * last. Throws `LogUnavailable`.
   */
  readonly put: (payload: StoredPayload) => Promise<void>;
  /** Undefined: nobody sent this about that customer, or it is not kept any more. Throws `LogUnavailable`. */
  readonly content: (of: Pick<StoredPayload, 'sha256' | 'bu' | 'soldTo'>) => Promise<string | undefined>;
  /** At most `limit`, the oldest first. Throws `LogUnavailable`. */
  readonly storedBefore: (before: string, limit: number) => Promise<readonly OldPayload[]>;
  /** The bytes of those that did not come again; everything else of them stays. Throws `LogUnavailable`. */
  readonly remove: (
    bu: string,
    payloads: readonly Pick<StoredPayload, 'sha256' | 'soldTo'>[],
    storedBefore: string,
  ) => Promise<void>;
};
