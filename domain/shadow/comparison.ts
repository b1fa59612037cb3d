import { type Minor, minor, minorText } from '../money.ts';
import type { ShadowLine, ShadowRow } from './events.ts';
import { type ShadowFacts, type ShadowMapping, type ShadowPosting, shadowPostings } from './mapping.ts';

export type ComparedLine = ShadowFacts & ShadowLine & { readonly debit: string; readonly credit: string };

/**
 * A comparison is one event, and a log takes 1,000,000 bytes in one append, so it has an end: of this many places and so many
 * bytes of them, and of so many bytes of lines behind what differs. What is left over is for the places that are not told
 * apart any more: no more than there are accounts in a map, in their currencies.
 */
const rowsMax = 2_000;
const rowsBytesMax = 450_000;
const linesOfRowMax = 20;
const linesBytesMax = 150_000;
/** Of the sums of a row, which grow while lines are added. */
const sumsBytes = 80;

const encoder = new TextEncoder();
const bytesOf = (value: unknown): number => encoder.encode(JSON.stringify(value)).length;

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
  let [rowsBytes, linesBytes] = [0, 0];

  const rowFor = (line: ComparedLine): Sums => {
    const { currency, account } = line;
    const posting = postingOf(line);
    const headOf = (told: ShadowPosting) => ({ key: keyOf(account, told), currency, account, ...told });
    const apart = headOf(posting);
    const known = found.get(`${currency} ${apart.key}`);
    if (known !== undefined) return known;
    const bytes = bytesOf(apart) + sumsBytes;
    const isTold = found.size < rowsMax && rowsBytes + bytes <= rowsBytesMax;
    if (isTold) rowsBytes += bytes;
    const head = isTold ? apart : headOf(tooMany);
    const at = `${currency} ${head.key}`;
    const row = found.get(at) ?? { ...head, debit: 0n, credit: 0n, count: 0, lines: [] };
    found.set(at, row);
    return row;
  };

  return {
    add: (line) => {
      const row = rowFor(line);
      row.debit += minor(line.debit);
      row.credit += minor(line.credit);
      row.count += 1;
      if (row.kinds.length === 0 || row.lines.length >= linesOfRowMax) return;
      const { journalId, lineNo, orderId, orderLineId } = line;
      const behind = { journalId, lineNo, orderId, orderLineId };
      linesBytes += bytesOf(behind);
      if (linesBytes <= linesBytesMax) row.lines.push(behind);
    },
    rows: () =>
      [...found.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { debit, credit, ...row }]) => ({ ...row, debit: minorText(debit), credit: minorText(credit) })),
  };
};
