import { type Minor, minor, minorText } from '../money.ts';
import type { ControlTotal, SealedJournal } from './events.ts';

/** Passed in, because the domain has no cryptography. All give lower-case hex of SHA-256. */
export type SealHashes = {
  /** Over the canonical JSON (RFC 8785) of the value. */
  readonly content: (value: unknown) => string;
  /** RFC 9162 leaf: 0x00 ‖ canonical JSON of the value. */
  readonly leaf: (value: unknown) => string;
  /** RFC 9162 node: 0x01 ‖ left ‖ right, both as bytes. */
  readonly node: (left: string, right: string) => string;
};

/** By currency and account, sorted by both. */
export const controlTotals = (journals: readonly SealedJournal[]): readonly ControlTotal[] => {
  const sums = new Map<string, { currency: string; account: string; debit: Minor; credit: Minor }>();
  for (const journal of journals) {
    for (const line of journal.lines) {
      const key = `${journal.currency} ${line.account}`;
      const known = sums.get(key) ?? { currency: journal.currency, account: line.account, debit: 0n, credit: 0n };
      sums.set(key, { ...known, debit: known.debit + minor(line.debit), credit: known.credit + minor(line.credit) });
    }
  }
  return [...sums.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, sum]) => ({ ...sum, debit: minorText(sum.debit), credit: minorText(sum.credit) }));
};

export const isBalanced = (journal: SealedJournal): boolean =>
  journal.lines.reduce((sum, line) => sum + minor(line.debit) - minor(line.credit), 0n) === 0n;

/** Merkle tree hash of RFC 9162, 2.1.1: split at the largest power of two below the size. Throws `RangeError` for no leaves. */
export const merkleRoot = (leaves: readonly string[], node: SealHashes['node']): string => {
  const [only] = leaves;
  if (only === undefined) throw new RangeError('a tree has at least one leaf');
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return node(merkleRoot(leaves.slice(0, split), node), merkleRoot(leaves.slice(split), node));
};

/** `<ledger>-<period>-<sequence>`: two seals of the same number collide on the stream, so a journal is in one batch only. */
export const glBatchId = (ledger: string, period: string, sequence: number): string =>
  `${ledger}-${period}-${String(sequence).padStart(4, '0')}`;

/** Everything that `SealBatch` carries about its journals, in the order given. */
export const sealContent = (journals: readonly SealedJournal[], hashes: SealHashes) => ({
  journals,
  controlTotals: controlTotals(journals),
  merkleRoot: merkleRoot(journals.map(hashes.leaf), hashes.node),
  contentSha256: hashes.content(journals),
});
