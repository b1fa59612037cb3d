import type { CrmAccount } from '../../domain/masterData/crm.ts';
import type { ClosedQuote } from '../../domain/quote/closedQuote.ts';

/** Which row in which state, by the CRM's own words. */
export type CrmRowHead = {
  readonly id: string;
  /** A whole number that grows with every change of the row. */
  readonly rowVersion: string;
  /** RFC 3339, by the CRM's clock. It may show up later than rows of a later instant. */
  readonly modifiedAt: string;
};

/** A row that only its head is known of. */
type Unread =
  /** Only which it is was asked for. */
  | { readonly kind: 'HEAD' }
  /** `detail`: where it is wrong, never what was in it. */
  | { readonly kind: 'NOT_UNDERSTOOD'; readonly detail: string };

export type CrmRow = CrmRowHead & (Unread | { readonly kind: 'ACCOUNT'; readonly account: CrmAccount });

export type CrmQuoteRow = CrmRowHead &
  (
    | Unread
    | {
        readonly kind: 'QUOTE';
        readonly quote: ClosedQuote;
        /** All that was read of it, as JSON in the CRM's words: the same content, the same quote. */
        readonly said: Readonly<Record<string, unknown>>;
      }
  );

export type CrmPlace = {
  /** Changed then or later; empty: all there are. */
  readonly since: string;
  /** Behind this page; null: the first one. */
  readonly after: string | null;
};

type Asked = CrmPlace & { readonly headsOnly?: boolean };

/** `next`: where the next one is; null: that was the last. */
export type CrmPage<Row> = { readonly rows: readonly Row[]; readonly next: string | null };

/** Customers' accounts in a CRM. All throw `PartnerUnavailable`. */
export type CrmAccounts = {
  readonly system: string;
  /** A page of a business unit's accounts by the instant of their change, earliest first. */
  readonly changed: (unit: string, place: Asked, signal: AbortSignal) => Promise<CrmPage<CrmRow>>;
  /** Undefined: the business unit has no such account, or no more. */
  readonly account: (unit: string, accountId: string, signal: AbortSignal) => Promise<CrmRow | undefined>;
};

/** Quotes that were closed in a CRM, whether they were won or not. All throw `PartnerUnavailable`. */
export type CrmQuotes = {
  readonly system: string;
  /** As `CrmAccounts`; only those that were closed on the day `closedFrom` or later. */
  readonly changed: (
    unit: string,
    place: Asked & { readonly closedFrom: string },
    signal: AbortSignal,
  ) => Promise<CrmPage<CrmQuoteRow>>;
  /** Undefined: the business unit has no such quote, or it is not closed. */
  readonly quote: (unit: string, quoteId: string, signal: AbortSignal) => Promise<CrmQuoteRow | undefined>;
};
