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

export type PayloadStore = {
  /** Durable when it resolves. What is there already stays, sealed with the newer key. Throws `LogUnavailable`. */
  readonly put: (payload: StoredPayload) => Promise<void>;
  /** Undefined: nobody sent this about that customer, or it is not kept any more. Throws `LogUnavailable`. */
  readonly content: (of: Pick<StoredPayload, 'sha256' | 'bu' | 'soldTo'>) => Promise<string | undefined>;
};
