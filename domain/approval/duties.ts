/**
 * What needs a second person, and who that may be (spec 4.12). That nobody approves what they asked for, or had a hand in,
 * holds for every duty and is decided in `approval.ts` against the history of the object, not by roles.
 */
export const duties = {
  /** A replay over the limit of messages. */
  REPLAY: { approvers: ['ops', 'admin'] },
  /** A swap to a rebuilt read model whose differences nobody declared. */
  REBUILD_SWAP: { approvers: ['ops', 'admin'] },
  /** Making unreadable for ever what was written about a customer. */
  PERSONAL_ERASURE: { approvers: ['admin'] },
} as const satisfies Readonly<Record<string, { readonly approvers: readonly string[] }>>;

export type Duty = keyof typeof duties;

export const mayApprove = (duty: Duty, roles: readonly string[]): boolean => {
  const { approvers }: { readonly approvers: readonly string[] } = duties[duty];
  return roles.some((role) => approvers.includes(role));
};
