import { type Minor, minor, minorText } from '../money.ts';
import type { ShadowLine, ShadowRow } from './events.ts';
import { type ShadowFacts, type ShadowMapping, type ShadowPosting, shadowPostings } from './mapping.ts';

export type ComparedLine = ShadowFacts & ShadowLine & { readonly debit: string; readonly credit: string };

/** A comparison is one event, so it has an end: of this many places, and of this many lines behind what differs. */
const rowsMax = 2_000;
const linesOfRowMax = 20;
const linesMax = 2_000;

/** One sign that is in no code stands between its parts, and one for what is not there. */
const keyOf = (account: string, { simulated, expected, kinds }: ShadowPosting): string => {
  const place = (...parts: readonly (string | null | undefined)[]): string =>
    parts.map((part) => (part === undefined ? '*' : (part ?? '-'))).join('/');
  const there = place(simulated.account, simulated.costCentre, simulated.taxCode);
  const wanted = expected === null ? '-' : place(expected.account, expected.costCentre, expected.taxCode);
  return `${kinds.join('+')}|${account}|${there}|${wanted}`;
};

const tooMany = {
  simulated: { account: null, costCentre: null, taxCode: null },
  expected: null,
  kinds: ['TOO_MANY'],
} as const;

type Sums = Omit<ShadowRow, 'debit' | 'credit' | 'count' | 'lines'> & {
  debit: Minor;
  credit: Minor;
  count: number;
  readonly lines: ShadowLine[];
};

export type Comparison = {
  readonly add: (line: ComparedLine) => void;
  /** By account, place and currency. Their sums by account and currency are the control totals of the batch. */
  readonly rows: () => readonly ShadowRow[];
};

/** Lines of a batch, held against the mapping one after the other; what is kept does not grow with their number. */
export const startComparison = (mapping: ShadowMapping): Comparison => {
  const postingOf = shadowPostings(mapping);
  const found = new Map<string, Sums>();
  let linesKept = 0;

  const rowFor = (line: ComparedLine): Sums => {
    const posting = postingOf(line);
    const place = `${line.currency} ${keyOf(line.account, posting)}`;
    const known = found.get(place);
    if (known !== undefined) return known;
    const told: ShadowPosting = found.size < rowsMax ? posting : tooMany;
    const key = keyOf(line.account, told);
    const at = `${line.currency} ${key}`;
    const row = found.get(at) ?? {
      ...{ key, kinds: told.kinds, currency: line.currency, account: line.account },
      ...{ simulated: told.simulated, expected: told.expected, debit: 0n, credit: 0n, count: 0, lines: [] },
    };
    found.set(at, row);
    return row;
  };

  return {
    add: (line) => {
      const row = rowFor(line);
      row.debit += minor(line.debit);
      row.credit += minor(line.credit);
      row.count += 1;
      if (row.kinds.length === 0 || row.lines.length >= linesOfRowMax || linesKept >= linesMax) return;
      linesKept += 1;
      const { journalId, lineNo, orderId, orderLineId } = line;
      row.lines.push({ journalId, lineNo, orderId, orderLineId });
    },
    rows: () =>
      [...found.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { debit, credit, ...row }]) => ({ ...row, debit: minorText(debit), credit: minorText(credit) })),
  };
};
