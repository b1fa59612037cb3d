import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  fromHex,
  type Hash,
  hex,
  isConsistent,
  leafHash,
  rootByInclusion,
  sameHash,
} from '../../../domain/evidence/merkle.ts';
import { consistencyRanges, inclusionRanges } from '../../../domain/evidence/proofPaths.ts';
import { addLeaves, openTiles, tilesFor } from '../../../domain/evidence/tiles.ts';
import { grown, hashesOf, leavesUpTo, plainRoot, rootOf, sha256 } from './tree.ts';

/** The eight leaves and roots that the implementations of RFC 6962 share as their reference. */
const referenceLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const referenceRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const sizeMax = 130;
const leaves = leavesUpTo(sizeMax);
const tiles = grown(leaves, [sizeMax]);
const roots = Array.from({ length: sizeMax + 1 }, (_, size) => plainRoot(leaves.slice(0, size)));
const rootOfSize = (size: number): Hash => roots[size] as Hash;
const flipped = (hash: Hash): Hash => hash.map((byte, index) => (index === 7 ? byte ^ 4 : byte));

describe('the Merkle tree of RFC 9162', () => {
  test('gives the reference roots', () => {
    const reference = referenceLeaves.map((text) => leafHash(sha256, Buffer.from(text, 'hex').toString('utf8')));
    expect(referenceRoots.map((_, size) => hex(rootOf(grown(reference, [size]), size)))).toEqual(referenceRoots);
  });

  test('has the root of the definition for every size up to 130', () => {
    for (let size = 0; size <= sizeMax; size += 1) expect(hex(rootOf(tiles, size))).toBe(hex(rootOfSize(size)));
  });

  test('proves every leaf in every tree up to 130, and no altered proof', () => {
    const proves = (proof: Parameters<typeof rootByInclusion>[1], root: Hash): boolean => {
      const reached = rootByInclusion(sha256, proof);
      return reached !== undefined && sameHash(reached, root);
    };
    const wrong: string[] = [];
    let seen = 0;
    for (let size = 1; size <= sizeMax; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const path = hashesOf(tiles, inclusionRanges(index, size));
        const proof = { leaf: leaves[index] as Hash, index, size, path };
        const at = (index * 7 + size) % Math.max(1, path.length);
        const altered = [
          { ...proof, leaf: flipped(proof.leaf) },
          { ...proof, path: [...path, proof.leaf] },
          ...(size > 1
            ? [
                { ...proof, index: (index + 1) % size },
                { ...proof, path: path.slice(0, -1) },
                { ...proof, path: path.map((hash, place) => (place === at ? flipped(hash) : hash)) },
              ]
            : []),
        ];
        if (!proves(proof, rootOfSize(size))) wrong.push(`${index} of ${size} is not proven`);
        for (const each of altered)
          if (proves(each, rootOfSize(size))) wrong.push(`${index} of ${size}, altered, is proven`);
        seen += 1 + altered.length;
      }
    }
    expect(wrong).toEqual([]);
    expect(seen).toBeGreaterThan(50_000);
  });

  test('proves that every tree up to 130 begins with every smaller one, and nothing altered', () => {
    const wrong: string[] = [];
    let refused = 0;
    for (let to = 1; to <= sizeMax; to += 1) {
      for (let from = 1; from <= to; from += 1) {
        const path = hashesOf(tiles, consistencyRanges(from, to));
        const proof = { from, fromRoot: rootOfSize(from), to, toRoot: rootOfSize(to), path };
        const altered = [
          { ...proof, fromRoot: flipped(proof.fromRoot) },
          { ...proof, toRoot: flipped(proof.toRoot) },
          { ...proof, path: [...path, proof.toRoot] },
          ...path.map((_, at) => ({
            ...proof,
            path: path.map((hash, place) => (place === at ? flipped(hash) : hash)),
          })),
          ...(path.length > 0
            ? [
                { ...proof, path: path.slice(0, -1) },
                { ...proof, path: path.slice(1) },
              ]
            : []),
          ...(from > 1 ? [{ ...proof, from: from - 1 }] : []),
        ];
        if (!isConsistent(sha256, proof)) wrong.push(`${from} in ${to} is not proven`);
        for (const each of altered) if (isConsistent(sha256, each)) wrong.push(`${from} in ${to}, altered, is proven`);
        refused += altered.length;
      }
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(50_000);
  });

  test('takes nothing for a proof that has no sense: sizes and places that do not exist', () => {
    const leaf = leaves[0] as Hash;
    for (const [index, size] of [
      [-1, 2],
      [2, 2],
      [0, 0],
      [0.5, 2],
      [Number.NaN, 2],
      [0, 2 ** 60],
    ] as const)
      expect(rootByInclusion(sha256, { leaf, index, size, path: [] })).toBeUndefined();
    expect(isConsistent(sha256, { from: 3, fromRoot: rootOfSize(3), to: 2, toRoot: rootOfSize(2), path: [] })).toBe(
      false,
    );
    expect(() => inclusionRanges(2, 2)).toThrow(RangeError);
    expect(() => consistencyRanges(3, 2)).toThrow(RangeError);
    expect(() => fromHex('ab')).toThrow(RangeError);
  });
});

describe('the tiles', () => {
  test('are the same however the tree grew, over several levels of tiles', () => {
    const many = leavesUpTo(70_000);
    const whole = grown(many, [70_000]);
    for (const seed of [1, 2]) {
      const steps = Array.from({ length: 400 }, (_, index) => 1 + ((index * 7_919 * seed) % 1_000));
      const inSteps = grown(many, [...steps, 70_000]);
      expect(
        [...inSteps]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, hashes]) => [key, Buffer.from(hashes).toString('hex')]),
      ).toEqual(
        [...whole]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, hashes]) => [key, Buffer.from(hashes).toString('hex')]),
      );
    }
    expect(hex(rootOf(whole, 70_000))).toBe(hex(plainRoot(many)));
    const path = hashesOf(whole, inclusionRanges(12_345, 70_000));
    expect(rootByInclusion(sha256, { leaf: many[12_345] as Hash, index: 12_345, size: 70_000, path })).toEqual(
      rootOf(whole, 70_000),
    );
  });

  test('that a proof reads are few, whatever the size of the tree', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (size, at) => {
          const index = Math.floor(at * size);
          const ranges = inclusionRanges(index, size);
          expect(ranges.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
          expect(tilesFor(ranges).length).toBeLessThanOrEqual(7);
          expect(tilesFor(consistencyRanges(index, size)).length).toBeLessThanOrEqual(7);
        },
      ),
    );
  });

  test('are not added to when what is at hand is not what the tree says', () => {
    expect(() => addLeaves(sha256, new Map(), 3, leaves.slice(0, 1))).toThrow(RangeError);
    expect(() => addLeaves(sha256, new Map([['0/0', new Uint8Array(64)]]), 3, leaves.slice(0, 1))).toThrow(RangeError);
    expect(openTiles(256)).toEqual([{ level: 1, number: 0 }]);
    expect(() => rootOf(new Map(), 3)).toThrow(RangeError);
  });
});
