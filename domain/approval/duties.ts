type Rule = {
  readonly approvers: readonly string[];
  /** How many different people have to agree besides who asks; absent: one. */
  readonly people?: number;
};

/**
 * What needs a second person, and who that may be (spec 4.12). That nobody approves what they asked for, or had a hand in,
 * holds for every duty and is decided in `approval.ts` against the history of the object, not by roles.
 */
const duties = {
  /** Giving back more of an invoice than one person may. */
  CREDIT_MEMO: { approvers: ['finance', 'admin'] },
  /** Giving up more of an invoice than one person may. */
  WRITE_OFF: { approvers: ['finance', 'admin'] },
  /** Changing what goods cost by more than one person may. */
  COST_CORRECTION: { approvers: ['finance', 'admin'] },
  /** Taking the tax engine's amount for more of an invoice's tax than one person may. */
  TAX_DIFFERENCE: { approvers: ['finance', 'admin'] },
  /** Giving away goods beyond an order that cost more than one person may give away. */
  GIFT: { approvers: ['finance', 'admin'] },
  /** A price that is far from the one that applies. */
  PRICE_OVERRIDE: { approvers: ['finance', 'admin'] },
  /** A replay over the limit of messages. */
  REPLAY: { approvers: ['ops', 'admin'] },
  /** A swap to a rebuilt read model whose differences nobody declared. */
  REBUILD_SWAP: { approvers: ['ops', 'admin'] },
  /** Making unreadable for ever what was written about a customer. */
  PERSONAL_ERASURE: { approvers: ['admin'] },
  /** Letting books that were reported as final take postings again. */
  PERIOD_REOPENING: { approvers: ['finance', 'admin'], people: 2 },
  /**
   * Another account map, other posting rules or tax codes than those in force: every later journal follows them. Or a higher
   * limit up to which one person decides alone.
   */
  POLICY_PUBLISHING: { approvers: ['finance', 'admin'] },
  /** Handing the books of a business unit to another ERP. */
  LEDGER_CUT_OVER: { approvers: ['finance', 'admin'] },
} as const satisfies Readonly<Record<string, Rule>>;

export type Duty = keyof typeof duties;

export const dutyNames = Object.keys(duties) as [Duty, ...Duty[]];

export const approvalsNeeded = (duty: Duty): number => {
  const { people = 1 }: Rule = duties[duty];
  return people;
};

export const mayApprove = (duty: Duty, roles: readonly string[]): boolean => {
  const { approvers }: Rule = duties[duty];
  return roles.some((role) => approvers.includes(role));
};
