/**
 * SHA-1 and SHA-256 (FIPS 180-4) in plain arithmetic, for the page that verifies a bundle from a file: a browser hashes only
 * asynchronously, and the posting function does not wait. Where Node runs, its own are used; a test holds the two together.
 */
const rotated = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/** The message with its padding, as big-endian words. */
const wordsOf = (bytes: Uint8Array): DataView => {
  const padded = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 9) / 64) * 64));
  new Uint8Array(padded.buffer).set(bytes);
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(padded.byteLength - 8, Math.floor(bytes.length / 2 ** 29));
  padded.setUint32(padded.byteLength - 4, (bytes.length * 8) >>> 0);
  return padded;
};

const digestOf = (state: Int32Array): Uint8Array => {
  const view = new DataView(new ArrayBuffer(state.length * 4));
  for (let index = 0; index < state.length; index += 1) view.setInt32(index * 4, at(state, index));
  return new Uint8Array(view.buffer);
};

/** Adds one block, whose schedule is given, to the state in place: an export has a million of them. */
type Block = (state: Int32Array, schedule: Int32Array) => void;
type Extend = (schedule: Int32Array, at: number) => number;

const at = (words: Int32Array, index: number): number => words[index] as number;

const add = (state: Int32Array, values: readonly number[]): void => {
  for (let index = 0; index < state.length; index += 1) state[index] = at(state, index) + (values[index] as number);
};

const digest = (
  bytes: Uint8Array,
  start: readonly number[],
  rounds: number,
  extend: Extend,
  block: Block,
): Uint8Array => {
  const words = wordsOf(bytes);
  const state = Int32Array.from(start);
  const schedule = new Int32Array(rounds);
  for (let offset = 0; offset < words.byteLength; offset += 64) {
    for (let round = 0; round < rounds; round += 1)
      schedule[round] = round < 16 ? words.getInt32(offset + round * 4) : extend(schedule, round);
    block(state, schedule);
  }
  return digestOf(state);
};

const primes = (count: number): readonly number[] => {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  return found;
};

/** The first 32 bits of the fraction of a root: the constants of SHA-256 are defined this way. */
const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) | 0;
const constants256 = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
const start256 = primes(8).map((prime) => fraction(Math.sqrt(prime)));

const extend256: Extend = (w, i) => {
  const [early, late] = [at(w, i - 15), at(w, i - 2)];
  const s0 = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
  const s1 = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
  return (at(w, i - 16) + s0 + at(w, i - 7) + s1) | 0;
};

const block256: Block = (state, schedule) => {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < 64; round += 1) {
    const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + at(constants256, round) + at(schedule, round)) | 0;
    const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  add(state, [a, b, c, d, e, f, g, h]);
};

const start1 = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
const constants1 = Int32Array.of(0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6);
const extend1: Extend = (w, i) => rotated(at(w, i - 3) ^ at(w, i - 8) ^ at(w, i - 14) ^ at(w, i - 16), 31);

const block1: Block = (state, schedule) => {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let round = 0; round < 80; round += 1) {
    const phase = Math.floor(round / 20);
    const mixed = phase === 0 ? (b & c) | (~b & d) : phase === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
    const next = (rotated(a, 27) + mixed + e + at(constants1, phase) + at(schedule, round)) | 0;
    e = d;
    d = c;
    c = rotated(b, 2);
    b = a;
    a = next;
  }
  add(state, [a, b, c, d, e]);
};

export const plainSha256 = (bytes: Uint8Array): Uint8Array => digest(bytes, start256, 64, extend256, block256);
export const plainSha1 = (bytes: Uint8Array): Uint8Array => digest(bytes, start1, 80, extend1, block1);
