import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type {
  RunningSimulator,
  SimulatedAnswer,
  SimulatedRoute,
  SimulatorOptions,
  SimulatorTools,
} from '../http/simulatedPartner.ts';
import { rowsPerPage } from './odata.ts';
import { customerType } from './schema.ts';
import { createQuoteTable, enterQuote, keptQuote } from './simulatorQuotes.ts';
import { createSimulatedTable, inSeconds, isSince, refused } from './simulatorTable.ts';

export type CrmSimulatorOptions = SimulatorOptions & {
  /** Bearer token to demand; absent: none. */
  readonly token?: string;
  readonly pageRows?: number;
};

const word = z.string().max(200).nullable();

const entered = z.strictObject({
  ...{ name: word, accountnumber: word },
  statecode: z.int().min(0).max(1),
  customertypecode: z.int(),
  paymenttermscode: z.int().nullable(),
  owningbusinessunit: z.strictObject({ name: z.string().max(200) }),
  Account_CustomerAddress: z
    .array(
      z.strictObject({
        addressnumber: z.int(),
        ...{ name: word.optional(), line1: word.optional(), line2: word.optional(), city: word.optional() },
        ...{ stateorprovince: word.optional(), county: word.optional() },
        ...{ postalcode: word.optional(), country: word.optional() },
      }),
    )
    .max(100),
  contact_customer_accounts: z
    .array(
      z.strictObject({
        contactid: z.uuid(),
        ...{ fullname: word.optional(), emailaddress1: word.optional(), telephone1: word.optional() },
      }),
    )
    .max(100),
});

const kept = entered.extend({
  ...{ accountid: z.uuid(), versionnumber: z.int(), modifiedon: z.iso.datetime() },
});
type Row = z.infer<typeof kept>;

/** Somebody enters or changes an account. `modifiedon`: the clock of the server at which they do. */
const entry = entered.partial().extend({ accountid: z.uuid().optional(), modifiedon: z.iso.datetime().optional() });

const rowsMax = 500_000;

const filterPattern =
  /^owningbusinessunit\/name eq '((?:[^']|'')*)' and customertypecode eq (\d+)(?: and modifiedon ge (\S+))?$/;

/** All there is. Versions are counted over everything. */
const openBook = (pageRows: number) => ({
  accounts: createSimulatedTable<Row>(
    {
      name: 'accounts',
      idOf: ({ accountid }) => accountid,
      letsThrough: (filter) => {
        const [, unit, type, since] = filterPattern.exec(filter) ?? [];
        if (unit === undefined) return undefined;
        return (row) =>
          row.owningbusinessunit.name === unit.replaceAll("''", "'") &&
          row.customertypecode === Number(type) &&
          isSince(row.modifiedon, since);
      },
    },
    pageRows,
  ),
  quotes: createQuoteTable(pageRows),
  version: 0,
});

type Book = ReturnType<typeof openBook>;

const blank = (accountid: string): Omit<Row, 'versionnumber' | 'modifiedon'> => ({
  ...{ accountid, name: 'New account', accountnumber: null, statecode: 0, customertypecode: customerType },
  ...{ paymenttermscode: null, owningbusinessunit: { name: 'ACME' } },
  ...{ Account_CustomerAddress: [], contact_customer_accounts: [] },
});

/** The account that is named by its id or its number, with what is entered of it; else a new one. */
const enterAccount = ({ accounts: { rows }, version }: Book, tools: SimulatorTools, body: unknown): SimulatedAnswer => {
  const parsed = entry.safeParse(body);
  if (!parsed.success) return refused(400, 'AccountInvalid', 'That is no account.');
  const { accountid, modifiedon = new Date().toISOString(), ...fields } = parsed.data;
  const byNumber = [...rows.values()].find(
    ({ accountnumber }) => accountnumber !== null && accountnumber === fields.accountnumber,
  );
  const known = accountid === undefined ? byNumber : rows.get(accountid);
  if (known === undefined && rows.size >= rowsMax) return refused(507, 'StorageFull', 'This simulator is full.');
  const row = kept.parse({
    ...(known ?? blank(accountid ?? randomUUID())),
    ...fields,
    ...{ versionnumber: version + 1, modifiedon: inSeconds(modifiedon) },
  });
  tools.record(row);
  return { status: known === undefined ? 201 : 200, body: row };
};

const routesOf = (book: Book, tools: SimulatorTools): readonly SimulatedRoute[] => [
  { operation: 'accounts', method: 'GET', path: '/api/data/v9.2/accounts', handle: book.accounts.page },
  { operation: 'quotes', method: 'GET', path: '/api/data/v9.2/quotes', handle: book.quotes.page },
  {
    operation: 'row',
    operationOf: ({ params }) => (params.row?.startsWith('quotes(') === true ? 'quote' : 'account'),
    method: 'GET',
    path: '/api/data/v9.2/:row',
    handle: (request) =>
      book.accounts.single(request) ??
      book.quotes.single(request) ??
      refused(404, '0x80060888', 'There is no such table.'),
  },
  {
    operation: 'control',
    method: 'POST',
    path: '/control/accounts',
    handle: ({ body }) => enterAccount(book, tools, body),
  },
  {
    operation: 'control',
    method: 'POST',
    path: '/control/quotes',
    handle: ({ body }) =>
      enterQuote(book.quotes.rows, book.accounts.rows.values(), body, {
        version: book.version + 1,
        record: tools.record,
      }),
  },
];

const isQuote = (recorded: unknown): boolean =>
  typeof recorded === 'object' && recorded !== null && 'quoteid' in recorded;

const putInto = (book: Book, recorded: unknown): void => {
  const row = isQuote(recorded) ? keptQuote(recorded) : kept.parse(recorded);
  if ('quoteid' in row) book.quotes.put(row);
  else book.accounts.put(row);
  book.version = Math.max(book.version, row.versionnumber);
};

/** Dynamics 365 Sales acted out, as far as accounts and quotes go: somebody enters and changes them at `/control/accounts` and `/control/quotes`. */
export const startCrmSimulator = ({
  serve,
  token,
  pageRows = rowsPerPage,
  ...where
}: CrmSimulatorOptions): Promise<RunningSimulator> => {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return serve({ ...where, name: 'crm', ...authorization }, (tools) => {
    const book = openBook(pageRows);
    return {
      routes: routesOf(book, tools),
      apply: (recorded) => putInto(book, recorded),
      state: () => ({ accounts: book.accounts.rows.size, quotes: book.quotes.rows.size, version: book.version }),
    };
  });
};
