import type { CrmQuoteRow, CrmQuotes, CrmRowHead } from '../../commands/ports.ts';
import { placesOf } from '../http/answers.ts';
import { type CrmClientOptions, changedSince, createTable, quoted, type Table } from './odata.ts';
import { type QuoteHead, quoteHead, quoteOwner, quoteRow, quoteStates } from './quoteSchema.ts';
import { saidBy, toQuote } from './translateQuote.ts';

const rowOf = (system: string, head: CrmRowHead, row: QuoteHead): CrmQuoteRow => {
  const parsed = quoteRow.safeParse(row);
  return parsed.success
    ? { ...head, kind: 'QUOTE', quote: toQuote(system, parsed.data), said: saidBy(parsed.data) }
    : { ...head, kind: 'NOT_UNDERSTOOD', detail: `not understood: ${placesOf(parsed.error)}` };
};

const line =
  'quotedetailid,lineitemnumber,sequencenumber,quantity,priceperunit,volumediscountamount,manualdiscountamount';

const quotes: Table<QuoteHead, CrmQuoteRow> = {
  ...{ many: 'quotes', one: 'quote', idField: 'quoteid', head: quoteHead },
  select: [
    ...['quotenumber', 'revisionnumber', 'statecode', 'closedon', 'requestdeliveryby', 'shipto_name'],
    ...['totalamountlessfreight', 'freightamount'],
  ],
  expand: [
    'owningbusinessunit($select=name)',
    'customerid_account($select=accountid,accountnumber)',
    'transactioncurrencyid($select=isocurrencycode)',
    `quote_details($select=${line};$expand=productid($select=productnumber),uomid($select=name))`,
  ],
  list: 'quote_details',
  rowOf,
};

/** Open ones are left out: they change all day long, and none of them is anything yet. */
const filterOf = (unit: string, since: string, closedFrom: string): readonly string[] => [
  `owningbusinessunit/name eq ${quoted(unit)}`,
  `statecode ge ${quoteStates.firstClosed}`,
  `closedon ge ${closedFrom}T00:00:00Z`,
  ...changedSince(since),
];

export const createCrmQuotes = (options: CrmClientOptions): CrmQuotes => {
  const table = createTable(options, quotes);
  return {
    system: options.system,
    changed: (unit, { since, closedFrom, ...place }, signal) =>
      table.changed(filterOf(unit, since, closedFrom), place, signal),
    quote: async (unit, quoteId, signal) => {
      const row = await table.single(quoteId, signal);
      if (row === undefined) return undefined;
      const { owningbusinessunit } = quoteOwner.safeParse(row).data ?? {};
      return owningbusinessunit != null && owningbusinessunit.name !== unit ? undefined : table.read(row);
    },
  };
};
