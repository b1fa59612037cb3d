import { hash, randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import { ulidOfBits } from '../domain/ids.ts';

/** Our own name space (RFC 9562, version 5). Changing it would make every retried command a new one. */
const nameSpace = Buffer.from('6f2d1c5a8b7e4f4c9d3a52e1b07c64d8', 'hex');

const named = (name: string): Buffer => Buffer.concat([nameSpace, Buffer.from(name, 'utf8')]);

/** Names that are surely shorter in UTF-8 are put here behind the name space: five ids an order, and no buffer for any. */
const shortNames = Buffer.concat([nameSpace, Buffer.alloc(512)]);
const shortNameCharsMax = 170;

const namedForNow = (name: string): Buffer =>
  name.length > shortNameCharsMax
    ? named(name)
    : shortNames.subarray(0, nameSpace.length + shortNames.write(name, nameSpace.length, 'utf8'));

/** The digit that carries the variant: its two upper bits are 10. */
const variantDigit = (digit: string): string => '89ab'.charAt(Number.parseInt(digit, 16) & 3);

/** UUID version 5: the same name gives the same id on every machine. */
export const uuidV5 = (name: string): string => {
  const hex = hash('sha1', namedForNow(name), 'hex');
  const variant = variantDigit(hex.charAt(16));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** The id of the event number `index` (from 0) of a command: a retried command carries the same ids. */
export const eventIdOf = (commandId: string, index: number): string => uuidV5(`${commandId}/${index}`);

/**
 * An id in the shape of a ULID that is a function of `name`: 130 bits are read, the first two dropped. It says nothing
 * about time; it exists so that a step that is run again names the same release, shipment or invoice.
 */
export const derivedUlid = (name: string): string =>
  ulidOfBits(BigInt(`0x${hash('sha256', named(name), 'hex').slice(0, 32)}`));

/** Asking the system for one byte at a time took 90 µs an id; a page of them is asked for at once. */
const randomBytesAtOnce = 4_096;

const randomShare: () => number = (() => {
  const bytes = new Uint8Array(randomBytesAtOnce);
  let used = bytes.length;
  return () => {
    if (used === bytes.length) {
      randomFillSync(bytes);
      used = 0;
    }
    const byte = bytes[used] ?? 0;
    used += 1;
    return byte / 256;
  };
})();

/**
 * A new ULID, of the given millisecond or of now; ids of one process never fall, also within a millisecond.
 */
export const newUlid: (atMs?: number) => string = monotonicFactory(randomShare);
