import { z } from 'zod';
import { uuidPattern } from '../../domain/ids.ts';
import { listOf, named } from '../http/wire.ts';
import { rowState } from './odata.ts';

/**
 * Quotes of Dynamics 365 Sales, by their published names; how they are asked for is in `odata.ts`. `statecode` 2: won, 3:
 * closed in another way, less: still open. A revision is a row of its own with the `quotenumber` of the one that it revises.
 * `priceperunit` is of one `uomid`, `volumediscountamount` is off each of them, `manualdiscountamount` off the line.
 * `totalamountlessfreight`: after all discounts, before freight and taxes.
 */
export const quoteStates = { firstClosed: 2, won: 2 } as const;

export const quoteHead = z.looseObject({ quoteid: z.string().regex(uuidPattern), ...rowState });
export type QuoteHead = z.infer<typeof quoteHead>;

/** As JSON writes it, or as text where the server keeps every digit in that way. Scientific notation is no amount. */
const amount = z
  .union([z.number(), z.string().max(40)])
  .transform(String)
  .pipe(z.string().regex(/^-?(0|[1-9]\d{0,14})(\.\d{1,12})?$/));

/** Nothing is nought. */
const amountOrNone = amount.nullish().transform((text) => text ?? '0');

/** A day, or the instant at which it begins where somebody entered it. */
const dayOrInstant = z.union([z.iso.date(), z.iso.datetime({ offset: true }).max(40)]).nullish();

const text = named(200).nullish();
const count = z.int().min(0).max(1_000_000_000).nullish();
const id = z.string().regex(uuidPattern);

const quoteLine = z.object({
  quotedetailid: id,
  ...{ lineitemnumber: count, sequencenumber: count },
  ...{ quantity: amount, priceperunit: amount },
  ...{ volumediscountamount: amountOrNone, manualdiscountamount: amountOrNone },
  productid: z.object({ productnumber: text }).nullish(),
  uomid: z.object({ name: text }).nullish(),
});
export type QuoteLine = z.infer<typeof quoteLine>;

const linesMax = 5_000;

/** What is not named here is left out, so that it makes no difference. */
export const quoteRow = z.object({
  quoteid: id,
  quotenumber: named(100),
  revisionnumber: count,
  statecode: z.int().min(0).max(10),
  ...{ closedon: dayOrInstant, requestdeliveryby: dayOrInstant, shipto_name: text },
  ...{ totalamountlessfreight: amount, freightamount: amountOrNone },
  customerid_account: z.object({ accountid: id, accountnumber: text }).nullish(),
  transactioncurrencyid: z.object({ isocurrencycode: text }).nullish(),
  quote_details: listOf(quoteLine, linesMax),
});
export type QuoteRow = z.infer<typeof quoteRow>;

/** Whose it is, which says nothing of what was quoted. */
export const quoteOwner = z.looseObject({ owningbusinessunit: z.looseObject({ name: named(200) }).nullish() });
