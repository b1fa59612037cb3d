import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type {
  RunningSimulator,
  SimulatedAnswer,
  SimulatedRequest,
  SimulatedRoute,
  SimulatorOptions,
  SimulatorTools,
} from '../http/simulatedPartner.ts';
import { customerType, rowsPerPage } from './schema.ts';

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

type Book = { readonly rows: Map<string, Row>; version: number; sorted: readonly Row[] | undefined };

const rowsMax = 500_000;

const refused = (status: number, code: string, message: string): SimulatedAnswer => ({
  status,
  body: { error: { code, message } },
});

const seconds = (instant: string): string => `${instant.slice(0, 19)}Z`;

const blank = (accountid: string): Omit<Row, 'versionnumber' | 'modifiedon'> => ({
  ...{ accountid, name: 'New account', accountnumber: null, statecode: 0, customertypecode: customerType },
  ...{ paymenttermscode: null, owningbusinessunit: { name: 'ACME' } },
  ...{ Account_CustomerAddress: [], contact_customer_accounts: [] },
});

/** The account that is named by its id or its number, with what is entered of it; else a new one. */
const enter = (book: Book, tools: SimulatorTools, body: unknown): SimulatedAnswer => {
  const parsed = entry.safeParse(body);
  if (!parsed.success) return refused(400, 'AccountInvalid', 'That is no account.');
  const { accountid, modifiedon = new Date().toISOString(), ...fields } = parsed.data;
  const byNumber = [...book.rows.values()].find(
    ({ accountnumber }) => accountnumber !== null && accountnumber === fields.accountnumber,
  );
  const known = accountid === undefined ? byNumber : book.rows.get(accountid);
  if (known === undefined && book.rows.size >= rowsMax) return refused(507, 'StorageFull', 'This simulator is full.');
  const row = kept.parse({
    ...(known ?? blank(accountid ?? randomUUID())),
    ...fields,
    ...{ versionnumber: book.version + 1, modifiedon: seconds(modifiedon) },
  });
  tools.record(row);
  return { status: known === undefined ? 201 : 200, body: row };
};

const shown = (row: Row, query: URLSearchParams): Readonly<Record<string, unknown>> => {
  const selected = new Set((query.get('$select') ?? '').split(','));
  const expanded = query.get('$expand') ?? '';
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => selected.has(name) || expanded.includes(`${name}(`)),
  );
};

const place = ({ modifiedon, accountid }: Row): string => `${modifiedon} ${accountid}`;

const filterPattern =
  /^owningbusinessunit\/name eq '((?:[^']|'')*)' and customertypecode eq (\d+)(?: and modifiedon ge (\S+))?$/;

const page = (book: Book, { query }: SimulatedRequest, rowsMaxOfPage: number): SimulatedAnswer => {
  const [, unit, type, since] = filterPattern.exec(query.get('$filter') ?? '') ?? [];
  if (unit === undefined || query.get('$orderby') !== 'modifiedon asc,accountid asc')
    return refused(400, '0x80060888', 'The query is not one that this CRM acts out.');
  const from = since === undefined ? '' : new Date(since).toISOString();
  const after = query.get('$skiptoken') ?? '';
  book.sorted ??= [...book.rows.values()].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  const wanted = book.sorted.filter(
    (row) =>
      place(row) > after &&
      row.owningbusinessunit.name === unit.replaceAll("''", "'") &&
      row.customertypecode === Number(type) &&
      new Date(row.modifiedon).toISOString() >= from,
  );
  const value = wanted.slice(0, rowsMaxOfPage);
  const last = value.at(-1);
  const token = last === undefined || wanted.length === value.length ? undefined : encodeURIComponent(place(last));
  return {
    status: 200,
    body: {
      value: value.map((row) => shown(row, query)),
      ...(token !== undefined && {
        '@odata.nextLink': `https://crm.example/api/data/v9.2/accounts?$skiptoken=${token}`,
      }),
    },
  };
};

const single = (book: Book, { params, query }: SimulatedRequest): SimulatedAnswer => {
  const [, id = ''] = /^accounts\(([0-9a-fA-F-]{36})\)$/.exec(params.account ?? '') ?? [];
  const row = book.rows.get(id.toLowerCase());
  return row === undefined
    ? refused(404, '0x80040217', 'There is no such account.')
    : { status: 200, body: shown(row, query) };
};

const routesOf = (book: Book, tools: SimulatorTools, pageRows: number): readonly SimulatedRoute[] => [
  {
    operation: 'accounts',
    method: 'GET',
    path: '/api/data/v9.2/accounts',
    handle: (request) => page(book, request, pageRows),
  },
  {
    operation: 'account',
    method: 'GET',
    path: '/api/data/v9.2/:account',
    handle: (request) => single(book, request),
  },
  {
    operation: 'control',
    method: 'POST',
    path: '/control/accounts',
    handle: ({ body }) => enter(book, tools, body),
  },
];

/** Dynamics 365 Sales acted out, as far as accounts go: somebody enters and changes them at `/control/accounts`. */
export const startCrmSimulator = ({
  serve,
  token,
  pageRows = rowsPerPage,
  ...where
}: CrmSimulatorOptions): Promise<RunningSimulator> => {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return serve({ ...where, name: 'crm', ...authorization }, (tools) => {
    const book: Book = { rows: new Map(), version: 0, sorted: undefined };
    return {
      routes: routesOf(book, tools, pageRows),
      apply: (recorded) => {
        const row = kept.parse(recorded);
        book.rows.set(row.accountid, row);
        book.version = Math.max(book.version, row.versionnumber);
        book.sorted = undefined;
      },
      state: () => ({ accounts: book.rows.size, version: book.version }),
    };
  });
};
