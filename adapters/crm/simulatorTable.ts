import type { SimulatedAnswer, SimulatedRequest } from '../http/simulatedPartner.ts';

/** What every row of the simulated CRM has. `modifiedon`: in whole seconds. */
export type SimulatedRow = { readonly modifiedon: string; readonly versionnumber: number };

export const refused = (status: number, code: string, message: string): SimulatedAnswer => ({
  status,
  body: { error: { code, message } },
});

export const inSeconds = (instant: string): string => `${instant.slice(0, 19)}Z`;

type Table<Row> = {
  readonly name: string;
  readonly idOf: (row: Row) => string;
  /** Of a filter, the rows that it lets through; undefined: it is not acted out. */
  readonly letsThrough: (filter: string) => ((row: Row) => boolean) | undefined;
};

const shown = (row: object, query: URLSearchParams): Readonly<Record<string, unknown>> => {
  const selected = new Set((query.get('$select') ?? '').split(','));
  const expanded = query.get('$expand') ?? '';
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => selected.has(name) || expanded.includes(`${name}(`)),
  );
};

const hasNested = /\([^()]*\$expand=/;

/** A page in which a list has something expanded within it cuts the lists within its rows, too. */
const inPart = (row: Readonly<Record<string, unknown>>, query: URLSearchParams, rowsMax: number): object => {
  if (!hasNested.test(query.get('$expand') ?? '')) return row;
  const rest = 'https://crm.example/api/data/v9.2/rest?$skiptoken=rest';
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      Array.isArray(value) && value.length > rowsMax
        ? [[name, value.slice(0, rowsMax)] as const, [`${name}@odata.nextLink`, rest] as const]
        : [[name, value] as const],
    ),
  );
};

/** Whether the row was changed in time, by an instant of a filter; undefined: whenever. */
export const isSince = (modifiedon: string, since: string | undefined): boolean =>
  since === undefined || new Date(modifiedon).toISOString() >= new Date(since).toISOString();

/** Rows of one kind, and how OData asks for them. */
export const createSimulatedTable = <Row extends SimulatedRow>(
  { name, idOf, letsThrough }: Table<Row>,
  pageRows: number,
) => {
  const rows = new Map<string, Row>();
  let sorted: readonly Row[] | undefined;
  const place = (row: Row): string => `${row.modifiedon} ${idOf(row)}`;

  return {
    rows,
    put: (row: Row): void => {
      rows.set(idOf(row), row);
      sorted = undefined;
    },
    page: ({ query }: SimulatedRequest): SimulatedAnswer => {
      const isWanted = letsThrough(query.get('$filter') ?? '');
      if (isWanted === undefined || query.get('$orderby') !== `modifiedon asc,${name.slice(0, -1)}id asc`)
        return refused(400, '0x80060888', 'The query is not one that this CRM acts out.');
      const after = query.get('$skiptoken') ?? '';
      sorted ??= [...rows.values()].sort((a, b) => (place(a) < place(b) ? -1 : 1));
      const wanted = sorted.filter((row) => place(row) > after && isWanted(row));
      const value = wanted.slice(0, pageRows);
      const last = value.at(-1);
      const token = last === undefined || wanted.length === value.length ? undefined : encodeURIComponent(place(last));
      return {
        status: 200,
        body: {
          value: value.map((row) => inPart(shown(row, query), query, pageRows)),
          ...(token !== undefined && {
            '@odata.nextLink': `https://crm.example/api/data/v9.2/${name}?$skiptoken=${token}`,
          }),
        },
      };
    },
    /** Undefined: the address names no row of this table. */
    single: ({ params, query }: SimulatedRequest): SimulatedAnswer | undefined => {
      const [, table, id = ''] = /^([a-z]+)\(([0-9a-fA-F-]{36})\)$/.exec(params.row ?? '') ?? [];
      if (table !== name) return undefined;
      const row = rows.get(id.toLowerCase());
      return row === undefined
        ? refused(404, '0x80040217', 'There is no such row.')
        : { status: 200, body: shown(row, query) };
    },
  };
};
