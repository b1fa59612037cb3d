/** One key of a subject as it is kept: encrypted with a master key. `wrapped` null: it is destroyed. */
export type SubjectKey = {
  readonly subject: string;
  /** Counted from 1; a subject has at most one that is not destroyed. */
  readonly generation: number;
  readonly wrapped: Uint8Array | null;
  /** Which master key unwraps it. */
  readonly masterKeyId: string;
};

export type WrappedKey = Pick<SubjectKey, 'masterKeyId'> & { readonly wrapped: Uint8Array };

export type NewKey = WrappedKey & Pick<SubjectKey, 'subject'>;

export type Rewrapped = { readonly key: SubjectKey; readonly to: WrappedKey };

/** Keys of subjects, outside of the log. All throw `LogUnavailable`. */
export type SubjectKeys = {
  /** Those in use; a subject without one is left out. */
  readonly current: (subjects: readonly string[]) => Promise<readonly SubjectKey[]>;
  readonly at: (keys: readonly Pick<SubjectKey, 'subject' | 'generation'>[]) => Promise<readonly SubjectKey[]>;
  /** Keeps keys for subjects that have none in use, under their next generation. Of two at once one is kept: ask for the current one. */
  readonly add: (keys: readonly NewKey[]) => Promise<void>;
  /** All there ever were, oldest first. */
  readonly history: (subject: string) => Promise<readonly (SubjectKey & KeyTimes)[]>;
  /** Destroys what is not destroyed of the generations up to this one; says which. */
  readonly destroy: (subject: string, throughGeneration: number) => Promise<readonly number[]>;
  /** Some keys that another master key wraps. */
  readonly wrappedOtherwise: (masterKeyId: string, limit: number) => Promise<readonly SubjectKey[]>;
  /** Exchanges wrappings, each unless somebody else did, or destroyed the key. */
  readonly rewrap: (keys: readonly Rewrapped[]) => Promise<void>;
};

export type KeyTimes = { readonly createdAt: string; readonly destroyedAt: string | null };

/** The master keys of a file; its last one wraps, all of them unwrap. */
export type MasterKeys = {
  readonly newest: () => Promise<string>;
  readonly wrap: (secret: Uint8Array, boundTo: string) => Promise<WrappedKey>;
  /** Throws when the master key is not there, or is not the one it was wrapped with. */
  readonly unwrap: (key: WrappedKey, boundTo: string) => Promise<Uint8Array>;
};
