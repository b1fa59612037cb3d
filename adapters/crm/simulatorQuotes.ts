import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SimulatedAnswer } from '../http/simulatedPartner.ts';
import { quoteStates } from './quoteSchema.ts';
import { createSimulatedTable, inSeconds, isSince, refused } from './simulatorTable.ts';

const word = z.string().max(200).nullable();

const enteredLine = z.strictObject({
  quotedetailid: z.uuid().default(() => randomUUID()),
  lineitemnumber: z.int().nullable().default(null),
  sequencenumber: z.int().nullable().default(null),
  quantity: z.number(),
  priceperunit: z.number(),
  volumediscountamount: z.number().nullable().default(null),
  manualdiscountamount: z.number().nullable().default(null),
  /** Null: it is written in. */
  productid: z.strictObject({ productnumber: word }).nullable(),
  uomid: z.strictObject({ name: word }).default({ name: 'Primary Unit' }),
});

const entered = z.strictObject({
  quotenumber: z.string().max(100),
  revisionnumber: z.int(),
  statecode: z.int(),
  ...{ closedon: word, requestdeliveryby: word, shipto_name: word },
  freightamount: z.number().nullable(),
  /** Off the whole quote. */
  discountamount: z.number().nullable(),
  transactioncurrencyid: z.strictObject({ isocurrencycode: word }),
  owningbusinessunit: z.strictObject({ name: z.string().max(200) }),
  quote_details: z.array(enteredLine).max(2_000),
});

const kept = entered.extend({
  quoteid: z.uuid(),
  customerid_account: z.strictObject({ accountid: z.uuid(), accountnumber: word }).nullable(),
  totalamountlessfreight: z.number(),
  ...{ versionnumber: z.int(), modifiedon: z.iso.datetime() },
});
export type QuoteOfCrm = z.infer<typeof kept>;

/** Somebody enters or changes a quote, for the account with this number. */
const entry = entered.partial().extend({
  quoteid: z.uuid().optional(),
  accountnumber: z.string().max(200).optional(),
  modifiedon: z.iso.datetime().optional(),
});

type Account = { readonly accountid: string; readonly accountnumber: string | null };

const rowsMax = 100_000;

const filterPattern =
  /^owningbusinessunit\/name eq '((?:[^']|'')*)' and statecode ge (\d+) and closedon ge (\S+)(?: and modifiedon ge (\S+))?$/;

export const createQuoteTable = (pageRows: number) =>
  createSimulatedTable<QuoteOfCrm>(
    {
      name: 'quotes',
      idOf: ({ quoteid }) => quoteid,
      letsThrough: (filter) => {
        const [, unit, state, closedFrom = '', since] = filterPattern.exec(filter) ?? [];
        if (unit === undefined) return undefined;
        return (row) =>
          row.owningbusinessunit.name === unit.replaceAll("''", "'") &&
          row.statecode >= Number(state) &&
          row.closedon !== null &&
          Date.parse(row.closedon) >= Date.parse(closedFrom) &&
          isSince(row.modifiedon, since);
      },
    },
    pageRows,
  );

export const keptQuote = (recorded: unknown): QuoteOfCrm => kept.parse(recorded);

const blank = (quoteid: string, at: string): Omit<QuoteOfCrm, 'versionnumber' | 'modifiedon'> => ({
  ...{ quoteid, quotenumber: `QUO-${quoteid.slice(0, 8).toUpperCase()}`, revisionnumber: 0 },
  ...{ statecode: quoteStates.won, closedon: `${at.slice(0, 10)}T00:00:00Z`, requestdeliveryby: null },
  ...{ shipto_name: null, freightamount: null, discountamount: null, totalamountlessfreight: 0 },
  ...{ customerid_account: null, transactioncurrencyid: { isocurrencycode: 'USD' } },
  ...{ owningbusinessunit: { name: 'ACME' }, quote_details: [] },
});

/** What is entered by hand has no more than four places. */
const goodsOf = ({ quote_details: lines, discountamount }: Pick<QuoteOfCrm, 'quote_details' | 'discountamount'>) => {
  const sum = lines.reduce(
    (before, line) => {
      const net = line.quantity * (line.priceperunit - (line.volumediscountamount ?? 0));
      return before + net - (line.manualdiscountamount ?? 0);
    },
    -(discountamount ?? 0),
  );
  return Number(sum.toFixed(4));
};

/** The quote that is named by its id, or by its number and revision, with what is entered of it; else a new one, that was won. */
export const enterQuote = (
  rows: ReadonlyMap<string, QuoteOfCrm>,
  accounts: Iterable<Account>,
  body: unknown,
  { version, record }: { readonly version: number; readonly record: (row: QuoteOfCrm) => void },
): SimulatedAnswer => {
  const parsed = entry.safeParse(body);
  if (!parsed.success) return refused(400, 'QuoteInvalid', 'That is no quote.');
  const { quoteid, accountnumber, modifiedon = new Date().toISOString(), ...fields } = parsed.data;
  const { quotenumber, revisionnumber = 0 } = fields;
  const named = [...rows.values()].find(
    (row) => row.quotenumber === quotenumber && row.revisionnumber === revisionnumber,
  );
  const known = quoteid === undefined ? named : rows.get(quoteid);
  if (known === undefined && rows.size >= rowsMax) return refused(507, 'StorageFull', 'This simulator is full.');
  const account =
    accountnumber === undefined ? undefined : [...accounts].find((each) => each.accountnumber === accountnumber);
  if (accountnumber !== undefined && account === undefined)
    return refused(400, 'AccountUnknown', 'There is no account with that number.');
  const { accountid } = account ?? {};
  const told = kept.parse({
    ...(known ?? blank(quoteid ?? randomUUID(), modifiedon)),
    ...fields,
    ...(accountid !== undefined && { customerid_account: { accountid, accountnumber } }),
    ...{ versionnumber: version, modifiedon: inSeconds(modifiedon) },
  });
  const row = { ...told, totalamountlessfreight: goodsOf(told) };
  record(row);
  return { status: known === undefined ? 201 : 200, body: row };
};
