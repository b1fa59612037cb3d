import { type Day, localClock } from '../calendar.ts';

/** One line of a quote. Numbers are decimal text, amounts in major units of the quote's currency. */
export type QuotedLine = {
  /** Null: it has none. */
  readonly number: number | null;
  /** Null: somebody wrote in what is sold, and there is no product of it. */
  readonly item: string | null;
  /** In the CRM's words; null: none. */
  readonly unit: string | null;
  readonly qty: string;
  /** Of one `unit`, before discounts. */
  readonly unitPrice: string;
  /** Off each unit, and off the line as a whole. */
  readonly unitDiscount: string;
  readonly lineDiscount: string;
};

/** A quote of a CRM that is closed. */
export type ClosedQuote = {
  readonly system: string;
  readonly quoteId: string;
  /** What people call it; its revisions share it. */
  readonly number: string;
  readonly revision: number;
  /** Otherwise it was lost, cancelled or replaced by a revision. */
  readonly isWon: boolean;
  /** A day, or the instant at which it begins where somebody named it; null: it does not say. */
  readonly closed: string | null;
  /** Null: it is for no account, or for one without a number. */
  readonly account: { readonly accountId: string; readonly customer: string } | null;
  readonly currency: string | null;
  /** As `closed`; null: as soon as it can be had. */
  readonly requested: string | null;
  /** Null: it names none. */
  readonly shipTo: string | null;
  /** What its lines come to after all discounts, without freight and taxes. */
  readonly goods: string;
  readonly freight: string;
  readonly lines: readonly QuotedLine[];
};

const dayLength = 'YYYY-MM-DD'.length;
const atMidnight = /T00:00(:00(\.0+)?)?Z$/;

/**
 * The day that is meant. A CRM keeps a day as the instant at which it begins for whoever named it: people where the business unit
 * is, or another program, for which it begins at midnight UTC.
 */
export const dayMeant = (text: string, timeZone: string): Day =>
  text.length === dayLength || atMidnight.test(text)
    ? text.slice(0, dayLength)
    : localClock(new Date(text).toISOString(), timeZone).day;
