import type { CrmAccount } from '../../domain/masterData/crm.ts';

/** Which account in which state, by the CRM's own words. */
export type CrmRowHead = {
  readonly accountId: string;
  /** A whole number that grows with every change of the account. */
  readonly rowVersion: string;
  /** RFC 3339, by the CRM's clock. It may show up later than rows of a later instant. */
  readonly modifiedAt: string;
};

export type CrmRow = CrmRowHead &
  (
    | { readonly kind: 'ACCOUNT'; readonly account: CrmAccount }
    /** Only which it is was asked for. */
    | { readonly kind: 'HEAD' }
    /** `detail`: where it is wrong, never what was in it. */
    | { readonly kind: 'NOT_UNDERSTOOD'; readonly detail: string }
  );

export type CrmPlace = {
  /** Changed then or later; empty: all there are. */
  readonly since: string;
  /** Behind this page; null: the first one. */
  readonly after: string | null;
};

/** Customers' accounts in a CRM. All throw `PartnerUnavailable`. */
export type CrmAccounts = {
  readonly system: string;
  /** A page of a business unit's accounts by the instant of their change, earliest first. `next`: where the next one is; null: that was the last. */
  readonly changed: (
    unit: string,
    place: CrmPlace & { readonly headsOnly?: boolean },
    signal: AbortSignal,
  ) => Promise<{ readonly rows: readonly CrmRow[]; readonly next: string | null }>;
  /** Undefined: the business unit has no such account, or no more. */
  readonly account: (unit: string, accountId: string, signal: AbortSignal) => Promise<CrmRow | undefined>;
};
