import { type Hash, hashBytes, nodeHash, type Sha256 } from './merkle.ts';
import { joinNodes, type LeafRange, nodesOf, type TreeNode } from './proofPaths.ts';

/**
 * How the tree is kept: in tiles of up to 256 hashes (C2SP tlog-tiles). A tile of level n holds nodes of tree level 8n, so
 * only every eighth level is stored: 32.1 bytes for an event, and a proof among a million events reads a handful of tiles.
 */
export const tileWidth = 256;
const levelsPerTile = 8;

export type TileId = { readonly level: number; readonly number: number };
/** `hashes`: one after the other, at most 256. */
export type Tile = TileId & { readonly hashes: Uint8Array };
export type Tiles = ReadonlyMap<string, Uint8Array>;

export const tileKey = ({ level, number }: TileId): string => `${level}/${number}`;

/** Where a node lies: `width` neighbouring hashes of one tile from `first` on. */
const placeOf = ({ level, index }: TreeNode) => {
  const tileLevel = Math.floor(level / levelsPerTile);
  const width = 2 ** (level - tileLevel * levelsPerTile);
  const first = index * width;
  return { tile: { level: tileLevel, number: Math.floor(first / tileWidth) }, first: first % tileWidth, width };
};

/** The tiles from which the hashes of these ranges can be computed, each once. */
export const tilesFor = (ranges: readonly LeafRange[]): readonly TileId[] => [
  ...new Map(
    ranges.flatMap(nodesOf).map((node) => {
      const { tile } = placeOf(node);
      return [tileKey(tile), tile] as const;
    }),
  ).values(),
];

export const hashAt = (hashes: Uint8Array, index: number): Hash =>
  hashes.subarray(index * hashBytes, (index + 1) * hashBytes);

/** The subtree over `width` hashes, a power of two of them. */
const foldRow = (sha256: Sha256, hashes: Uint8Array, first: number, width: number): Hash => {
  let row = Array.from({ length: width }, (_, index) => hashAt(hashes, first + index));
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, index) =>
      nodeHash(sha256, row[2 * index] as Hash, row[2 * index + 1] as Hash),
    );
  }
  return row[0] as Hash;
};

const hashOfNode = (sha256: Sha256, tiles: Tiles, node: TreeNode): Hash => {
  const { tile, first, width } = placeOf(node);
  const hashes = tiles.get(tileKey(tile));
  if (hashes === undefined || hashes.length < (first + width) * hashBytes)
    throw new RangeError(`tile ${tileKey(tile)} does not hold what its tree says`);
  return foldRow(sha256, hashes, first, width);
};

/** The hash over a range of leaves. Throws `RangeError` when the tiles lack what it needs. */
export const hashOfRange = (sha256: Sha256, tiles: Tiles, range: LeafRange): Hash =>
  joinNodes(
    sha256,
    nodesOf(range).map((node) => hashOfNode(sha256, tiles, node)),
  );

const countAt = (size: number, level: number): number => Math.floor(size / tileWidth ** level);

/** The tiles of a tree of `size` leaves that are not full: what must be at hand to add to it. */
export const openTiles = (size: number): readonly TileId[] => {
  const open: TileId[] = [];
  for (let level = 0; countAt(size, level) > 0; level += 1) {
    const count = countAt(size, level);
    if (count % tileWidth > 0) open.push({ level, number: Math.floor(count / tileWidth) });
  }
  return open;
};

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

/** The tiles that change when `leaves` are added to a tree of `size` whose `openTiles` are given. */
export const addLeaves = (sha256: Sha256, open: Tiles, size: number, leaves: readonly Hash[]): readonly Tile[] => {
  const changed: Tile[] = [];
  let added = leaves;
  for (let level = 0; added.length > 0; level += 1) {
    const before = countAt(size, level);
    const first = Math.floor(before / tileWidth);
    const kept = before % tileWidth === 0 ? new Uint8Array(0) : open.get(tileKey({ level, number: first }));
    if (kept === undefined || kept.length !== (before % tileWidth) * hashBytes)
      throw new RangeError(`tile ${tileKey({ level, number: first })} does not hold what its tree says`);
    const row = joined([kept, ...added]);
    const full: Hash[] = [];
    for (let at = 0; at < row.length; at += tileWidth * hashBytes) {
      const number = first + at / (tileWidth * hashBytes);
      const hashes = row.slice(at, at + tileWidth * hashBytes);
      changed.push({ level, number, hashes });
      if (hashes.length < tileWidth * hashBytes) continue;
      full.push(foldRow(sha256, hashes, 0, tileWidth));
    }
    added = full;
  }
  return changed;
};
