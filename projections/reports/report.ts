import type { RawBuilder } from 'kysely';
import type { PageRequest, Scope } from '../readModel.ts';

/**
 * What a column holds. Amounts are minor units of the row's currency, quantities base units of its item, prices decimals in
 * major units, percentages have two places: all of them text. A count is a whole number, an instant RFC 3339 in UTC.
 */
export type ColumnType = 'text' | 'day' | 'instant' | 'money' | 'quantity' | 'price' | 'percent' | 'count' | 'flag';

export type Column = {
  readonly type: ColumnType;
  readonly meaning: string;
  /** Added up by currency over all rows; money and percentages of two columns are, unless this says no. */
  readonly total?: boolean;
  /** Of a percentage: two columns that it is worked out of, in each row and again in each total. */
  readonly of?: readonly [part: string, whole: string];
};

const columnOf =
  (type: ColumnType) =>
  (meaning: string): Column => ({ type, meaning });

export const text = columnOf('text');
export const day = columnOf('day');
export const money = columnOf('money');
export const quantity = columnOf('quantity');
export const count = columnOf('count');

/** A count that is added up over all rows. */
export const countInAll = (meaning: string): Column => ({ type: 'count', meaning, total: true });

export const percentOf = (part: string, whole: string, meaning: string): Column => ({
  type: 'percent',
  meaning,
  of: [part, whole],
});

/** Of money that no sum over rows means anything of. */
export const untotalled = (meaning: string): Column => ({ type: 'money', meaning, total: false });

/** Filters that a report looks at itself: what belongs to a balance before a day cannot be told from its rows. */
const ownFilters = ['bu', 'ledger', 'period', 'from', 'to'] as const;

/** Filters on the column of the same name, for which nothing has to be written. */
const rowFilters = [
  'currency',
  'node',
  'channel',
  'region',
  'customer',
  'customerGroup',
  'item',
  'itemGroup',
  'orderId',
  'invoiceId',
  'account',
  'state',
] as const;

export const reportFilters = [...ownFilters, ...rowFilters] as const;
export type ReportFilterName = (typeof reportFilters)[number];

export type ReportFilter = Readonly<Partial<Record<ReportFilterName, string>>> &
  PageRequest & {
    /** Only what is dated up to this day. */
    readonly validAsOf?: string;
    /** False: nothing is added up, which spares a reader of many pages the sum of all rows with each of them. */
    readonly totals?: boolean;
  };

export type ReportQuestion = {
  readonly filter: ReportFilter;
  readonly scope: Scope | undefined;
  /** The position of the log that it is asked at; undefined: all that is known. */
  readonly at: string | undefined;
};

/** Who may be allowed to read a report at all, see `api/permissions.ts`. */
export type ReportReader = 'finance' | 'auditor' | 'ops' | 'admin';

/** One report, declared in one place: pages, totals, CSV, the catalogue and the terminal follow from this. */
export type Report = {
  /** As the specification numbers it; it may stand for the name in an address. */
  readonly id: `R${number}`;
  readonly name: string;
  readonly title: string;
  readonly meaning: string;
  /** In the order in which they are shown. */
  readonly columns: Readonly<Record<string, Column>>;
  /**
   * What makes a row the only one, in the order of the rows: names of columns of `rows`, shown or not, none of them ever null.
   * Texts are compared byte by byte, so that no database sorts a report differently.
   */
  readonly key: Readonly<Record<string, 'text' | 'day' | 'number'>>;
  readonly filters: readonly ReportFilterName[];
  /** Filters that it cannot be without. */
  readonly needs?: readonly ReportFilterName[];
  readonly readers: readonly ReportReader[];
  /** The read models that its rows come from. */
  readonly models: readonly string[];
  /** By which date `validAsOf`, `from` and `to` leave things out. */
  readonly datedBy: string;
  /** False: its rows are replaced when something changes, so what they were earlier is not there to be asked. */
  readonly knowsThePast: boolean;
  /**
   * All rows that the question means, in any order: a statement whose columns are named as those of `columns` and `key`, and
   * `currency`, by which totals are grouped. Amounts and quantities are numeric, days dates, instants timestamps.
   */
  readonly rows: (question: ReportQuestion) => RawBuilder<unknown>;
};

/** Whether a column is added up over all rows. */
export const isTotalled = ({ type, of, total }: Column): boolean => total ?? (type === 'money' || of !== undefined);

export const isOfRows = (name: ReportFilterName): boolean => (rowFilters as readonly string[]).includes(name);
