/** What became of a row: its content differs, or one build does not have it. */
export type DifferenceKind = 'CHANGED' | 'ONLY_LIVE' | 'ONLY_NEW';

/** A change that whoever asks for the rebuild expects: without `columns` any column of the table may differ. */
export type ExpectedChange = {
  readonly table: string;
  readonly kind: DifferenceKind;
  readonly columns?: readonly string[] | undefined;
};

/**
 * The first event after which the two builds cannot agree on the row any more, and how it was found.
 * MISSED: the live row does not reflect it. EXTRA: only the live row reflects it. VALUE: both reflect it, with another outcome.
 */
export type FirstEvent = {
  readonly position: string;
  readonly eventId: string;
  readonly type: string;
  readonly stream: string;
  readonly basis: 'MISSED' | 'EXTRA' | 'VALUE';
};

/** Values are the database's own text, so that no digit is lost. */
export type Sample = {
  readonly kind: DifferenceKind;
  readonly key: Readonly<Record<string, string>>;
  readonly columns: readonly { readonly column: string; readonly live: string | null; readonly new: string | null }[];
  /** The business unit of the row, when it has one. */
  readonly bu: string | null;
  readonly livePosition: string | null;
  readonly newPosition: string | null;
  /** Inside a sealed GL batch or a closed period. */
  readonly sealed: boolean;
  /** Null when the lane of the row is too long to fold it event by event. */
  readonly firstEvent: FirstEvent | null;
};

export type TableDifference = {
  readonly table: string;
  readonly rowsLive: number;
  readonly rowsNew: number;
  readonly changed: number;
  readonly onlyLive: number;
  readonly onlyNew: number;
  /** Of these, inside a sealed GL batch or a closed period. */
  readonly sealed: number;
  /** Of these, covered by the declared change set and not sealed. */
  readonly expected: number;
  readonly checksums: readonly {
    readonly column: string;
    readonly live: string;
    readonly new: string;
    readonly equal: boolean;
  }[];
  readonly changedColumns: readonly { readonly column: string; readonly rows: number }[];
  readonly samples: readonly Sample[];
};

export type MoneyDifference = {
  readonly table: string;
  readonly by: Readonly<Record<string, string | null>>;
  readonly sums: readonly { readonly column: string; readonly live: string; readonly new: string }[];
};

export type DifferenceClass = 'identical' | 'expected' | 'unexpected';

export type DifferenceReport = {
  readonly class: DifferenceClass;
  /** The common position: both builds reflect the log up to here and nothing after it. */
  readonly position: string;
  readonly rowsCompared: number;
  readonly tables: readonly TableDifference[];
  /** Sums of money that differ, by account and period where the read model has them. */
  readonly money: readonly MoneyDifference[];
  readonly deadLetters: { readonly live: number; readonly new: number };
};

export const differingRows = ({ changed, onlyLive, onlyNew }: TableDifference): number => changed + onlyLive + onlyNew;

/** Nothing differs; or all that does was declared and nothing of it is sealed; or somebody has to look. */
export const classOf = (tables: readonly TableDifference[]): DifferenceClass => {
  if (tables.every((table) => differingRows(table) === 0)) return 'identical';
  return tables.every((table) => table.expected === differingRows(table)) ? 'expected' : 'unexpected';
};
