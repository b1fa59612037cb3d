import { ulidOfBits } from '../ids.ts';

/**
 * The same 128 bits as a UUID, written as a ULID. A document that follows from one event takes its id from it, so every
 * attempt makes the same document. Throws `RangeError` when `uuid` is none: event ids are made by us.
 */
export const ulidOfUuid = (uuid: string): string => {
  const hex = uuid.replaceAll('-', '');
  if (!/^[0-9a-fA-F]{32}$/.test(hex)) throw new RangeError(`not a UUID: ${uuid}`);
  return ulidOfBits(BigInt(`0x${hex}`));
};
