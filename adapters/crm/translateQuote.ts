import type { ClosedQuote, QuotedLine } from '../../domain/quote/closedQuote.ts';
import { type QuoteLine, type QuoteRow, quoteStates } from './quoteSchema.ts';

/** One and the same letter may be written in two ways. */
const clean = (text: string | null | undefined): string | null => text?.normalize('NFC').trim() || null;

const placeIn = ({ lineitemnumber, sequencenumber }: QuoteLine): number =>
  lineitemnumber ?? sequencenumber ?? Number.POSITIVE_INFINITY;

/** In one order, whatever theirs is: as they are numbered, else by their ids. */
const inOrder = (lines: readonly QuoteLine[]): readonly QuoteLine[] =>
  [...lines].sort((a, b) => {
    if (placeIn(a) !== placeIn(b)) return placeIn(a) < placeIn(b) ? -1 : 1;
    return a.quotedetailid < b.quotedetailid ? -1 : 1;
  });

const lineOf = (line: QuoteLine): QuotedLine => ({
  ...{ number: line.lineitemnumber ?? null, item: clean(line.productid?.productnumber), unit: clean(line.uomid?.name) },
  ...{ qty: line.quantity, unitPrice: line.priceperunit },
  ...{ unitDiscount: line.volumediscountamount, lineDiscount: line.manualdiscountamount },
});

const accountOf = ({ customerid_account: account }: QuoteRow): ClosedQuote['account'] => {
  const customer = clean(account?.accountnumber);
  return account == null || customer === null ? null : { accountId: account.accountid.toLowerCase(), customer };
};

/** Their quote in our words. */
export const toQuote = (system: string, row: QuoteRow): ClosedQuote => ({
  ...{ system, quoteId: row.quoteid.toLowerCase(), number: clean(row.quotenumber) ?? '' },
  ...{ revision: row.revisionnumber ?? 0, isWon: row.statecode === quoteStates.won },
  ...{ closed: row.closedon ?? null, requested: row.requestdeliveryby ?? null },
  ...{ account: accountOf(row), currency: clean(row.transactioncurrencyid?.isocurrencycode) },
  ...{ shipTo: clean(row.shipto_name), goods: row.totalamountlessfreight, freight: row.freightamount },
  lines: inOrder(row.quote_details).map(lineOf),
});

/** All that was read of a quote, in their words. */
export const saidBy = ({ quote_details, ...row }: QuoteRow): Readonly<Record<string, unknown>> => ({
  ...row,
  quote_details: inOrder(quote_details),
});
