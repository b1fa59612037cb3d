import { emptyRoot, type Hash, nodeHash, type Sha256 } from './merkle.ts';

/** A complete subtree: node `index` of `level` stands for the leaves from `index × 2^level` on, `2^level` of them. */
export type TreeNode = { readonly level: number; readonly index: number };

/** Leaves from `start` up to before `end`; its hash is that of the tree over them. */
export type LeafRange = { readonly start: number; readonly end: number };

/** The largest power of two below `size`: where RFC 9162 splits a tree. */
const splitOf = (size: number): number => {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
};

/** PATH(index, D[size]) of RFC 9162, 2.1.3.1: the subtrees beside the way from the leaf up to the root, lowest first. */
export const inclusionRanges = (index: number, size: number): readonly LeafRange[] => {
  if (!(index >= 0 && index < size)) throw new RangeError(`leaf ${index} is not in a tree of ${size}`);
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    ranges.unshift(index < middle ? { start: middle, end } : { start, end: middle });
    if (index < middle) end = middle;
    else start = middle;
  }
  return ranges;
};

/** PROOF(from, D[to]) of RFC 9162, 2.1.4.1. */
export const consistencyRanges = (from: number, to: number): readonly LeafRange[] => {
  if (!(from >= 0 && from <= to)) throw new RangeError(`a tree of ${to} does not come after one of ${from}`);
  if (from === 0) return [];
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = to;
  while (from !== end) {
    const middle = start + splitOf(end - start);
    ranges.unshift(from <= middle ? { start: middle, end } : { start, end: middle });
    if (from <= middle) end = middle;
    else start = middle;
  }
  // The older tree itself is known to whoever asks; a part of it is not.
  return start === 0 ? ranges : [{ start, end }, ...ranges];
};

/** The complete subtrees that make up a range which starts where a subtree may start: largest first. */
export const nodesOf = ({ start, end }: LeafRange): readonly TreeNode[] => {
  const nodes: TreeNode[] = [];
  let at = start;
  while (at < end) {
    const level = Math.floor(Math.log2(end - at));
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
};

/** The hash over a range, from the hashes of `nodesOf` it. */
export const joinNodes = (sha256: Sha256, hashes: readonly Hash[]): Hash =>
  hashes.length === 0
    ? emptyRoot(sha256)
    : hashes.slice(0, -1).reduceRight((right, left) => nodeHash(sha256, left, right), hashes.at(-1) as Hash);
