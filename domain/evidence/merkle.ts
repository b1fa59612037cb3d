/**
 * The Merkle tree of RFC 9162 (the tree of RFC 6962 with the same hashes): what a leaf and a node are, and how a proof is
 * checked. Nothing here reads anything, so the offline verifier uses these very functions.
 */
export type Hash = Uint8Array;

/** Passed in, because the domain has no cryptography: SHA-256 of the bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

const encoder = new TextEncoder();
export const hashBytes = 32;

/** SHA-256(0x00 ‖ UTF-8 of `text`). The prefix keeps a leaf from ever being taken for a node. */
export const leafHash = (sha256: Sha256, text: string): Hash => sha256(encoder.encode(`\0${text}`));

/** SHA-256(0x01 ‖ left ‖ right). */
export const nodeHash = (sha256: Sha256, left: Hash, right: Hash): Hash => {
  const bytes = new Uint8Array(1 + 2 * hashBytes);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + hashBytes);
  return sha256(bytes);
};

/** The root of a tree of no leaves: the hash of nothing. */
export const emptyRoot = (sha256: Sha256): Hash => sha256(new Uint8Array(0));

export const hex = (hash: Hash): string => Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Throws `RangeError` for what is not the lower-case hex of a hash. */
export const fromHex = (text: string): Hash => {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new RangeError('a hash is 64 lower-case hexadecimal digits');
  return Uint8Array.from({ length: hashBytes }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
};

export const sameHash = (a: Hash, b: Hash): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const half = (value: number): number => Math.floor(value / 2);

/**
 * The root that `leaf` at `index` and the path lead to (RFC 9162, 2.1.3.2), or undefined when the path does not fit a tree
 * of `size` leaves. It is proven when that is the root that was signed.
 */
export const rootByInclusion = (
  sha256: Sha256,
  proof: { readonly leaf: Hash; readonly index: number; readonly size: number; readonly path: readonly Hash[] },
): Hash | undefined => {
  if (!isCount(proof.index) || !isCount(proof.size) || proof.index >= proof.size) return undefined;
  let at = proof.index;
  let last = proof.size - 1;
  let root = proof.leaf;
  for (const hash of proof.path) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      root = nodeHash(sha256, hash, root);
      while (at % 2 === 0 && at !== 0) {
        at = half(at);
        last = half(last);
      }
    } else root = nodeHash(sha256, root, hash);
    at = half(at);
    last = half(last);
  }
  return last === 0 ? root : undefined;
};

type Growth = {
  readonly from: number;
  readonly fromRoot: Hash;
  readonly to: number;
  readonly toRoot: Hash;
  readonly path: readonly Hash[];
};

/** Does the tree of `to` leaves begin with exactly the tree of `from` leaves (RFC 9162, 2.1.4.2)? */
export const isConsistent = (sha256: Sha256, { from, fromRoot, to, toRoot, path }: Growth): boolean => {
  if (!isCount(from) || !isCount(to) || from > to) return false;
  if (from === to) return path.length === 0 && sameHash(fromRoot, toRoot);
  if (from === 0) return path.length === 0 && sameHash(fromRoot, emptyRoot(sha256));
  // A complete subtree is its own first node and is therefore left out of the path.
  const isPower = 2 ** Math.floor(Math.log2(from)) === from;
  const [first, ...rest] = isPower ? [fromRoot, ...path] : path;
  if (first === undefined) return false;
  let at = from - 1;
  let last = to - 1;
  while (at % 2 === 1) {
    at = half(at);
    last = half(last);
  }
  let older = first;
  let newer = first;
  for (const hash of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      older = nodeHash(sha256, hash, older);
      newer = nodeHash(sha256, hash, newer);
      while (at % 2 === 0 && at !== 0) {
        at = half(at);
        last = half(last);
      }
    } else newer = nodeHash(sha256, newer, hash);
    at = half(at);
    last = half(last);
  }
  return last === 0 && sameHash(older, fromRoot) && sameHash(newer, toRoot);
};
