import { hash } from 'node:crypto';
import { type Hash, leafHash, type Sha256 } from '../../../domain/evidence/merkle.ts';
import type { LeafRange } from '../../../domain/evidence/proofPaths.ts';
import { addLeaves, hashOfRange, openTiles, type Tiles, tileKey } from '../../../domain/evidence/tiles.ts';

export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');

export const leavesUpTo = (size: number): readonly Hash[] =>
  Array.from({ length: size }, (_, index) => leafHash(sha256, `leaf ${index}`));

/** A tree grown in steps of the given sizes, as the sealer grows it. */
export const grown = (leaves: readonly Hash[], steps: readonly number[]): Tiles => {
  const tiles = new Map<string, Uint8Array>();
  let size = 0;
  for (const step of steps) {
    const open = new Map(openTiles(size).map((id) => [tileKey(id), tiles.get(tileKey(id)) as Uint8Array]));
    const added = leaves.slice(size, size + step);
    for (const tile of addLeaves(sha256, open, size, added)) tiles.set(tileKey(tile), tile.hashes);
    size += added.length;
  }
  return tiles;
};

/** The definition in RFC 9162, 2.1.1, word for word, without tiles. */
export const plainRoot = (leaves: readonly Hash[]): Hash => {
  const [only] = leaves;
  if (only === undefined) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  const left = plainRoot(leaves.slice(0, k));
  const right = plainRoot(leaves.slice(k));
  return sha256(Uint8Array.from([1, ...left, ...right]));
};

const knownHashes = new WeakMap<Tiles, Map<string, Hash>>();

/** For trees that grow no more: paths share most of their hashes, and each is made from the tiles once. */
export const hashesOf = (tiles: Tiles, ranges: readonly LeafRange[]): readonly Hash[] => {
  const known = knownHashes.get(tiles) ?? new Map<string, Hash>();
  knownHashes.set(tiles, known);
  return ranges.map((range) => {
    const key = `${range.start}-${range.end}`;
    const hash = known.get(key) ?? hashOfRange(sha256, tiles, range);
    known.set(key, hash);
    return hash;
  });
};

export const rootOf = (tiles: Tiles, size: number): Hash => hashOfRange(sha256, tiles, { start: 0, end: size });
